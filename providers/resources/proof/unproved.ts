// Whether a change of a resource is newer than the last proof of its host, by the times that both
// report.

/** ISO 8601 times in UTC are compared as text. "never by this program" is not a time. */
const isTime = /^\d{4}-/;

/** A resource made by an older version of this package reports no such time. */
export function isUnproved(changedAt: unknown, provedAt: unknown): boolean {
  if (typeof changedAt !== "string" || !isTime.test(changedAt)) return false;
  return typeof provedAt !== "string" || changedAt > provedAt;
}
