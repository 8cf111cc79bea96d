// Whether a change of a resource is newer than the last proof of its host, by the times that both report.

/** Times in ISO 8601, UTC, are compared as texts. "never by this program" is no time. */
const isTime = /^\d{4}-/;

/** A resource that an older version of this package has made reports no such time. */
export function isUnproved(changedAt: unknown, provedAt: unknown): boolean {
  if (typeof changedAt !== "string" || !isTime.test(changedAt)) return false;
  return typeof provedAt !== "string" || changedAt > provedAt;
}
