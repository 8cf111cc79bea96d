// What is known of a host besides its steps, as pairs of a title and a text.
import { daysBetween, minuteOf } from "../time.ts";
import type { ReportedHost } from "./content.ts";

export function factsOf({ status }: ReportedHost, now: Date): [title: string, text: string][] {
  const { address, release, state, ports, mechanisms, versions } = status;
  const known: [string, string | undefined][] = [
    ["address", address],
    ["release", release],
    ["Postfix", state],
    ["ports", ports?.join(" ")],
    ["AUTH", mechanisms?.join(" ")],
    ["last proof", proved(status.provedAt, now)],
    ["certificate", certificateDays(status.certificateExpires, now)],
    [
      "versions",
      Object.entries(versions ?? {})
        .map(([name, version]) => `${name} ${version}`)
        .join(", ") || undefined,
    ],
  ];
  return known.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

export function proved(at: string | undefined, now: Date): string | undefined {
  return at === undefined ? undefined : `${minuteOf(at)}, ${age(at, now)}`;
}

export function age(at: string, now: Date): string {
  const days = daysBetween(at, now);
  return days === 0 ? "today" : `${days} d ago`;
}

export function certificateDays(end: string | undefined, now: Date): string | undefined {
  if (end === undefined) return undefined;
  const days = daysBetween(now, end);
  return days < 0 ? `RAN OUT ${-days} d ago` : `${days} d left`;
}

/** As `expiryWarningDays` of the proof, where nothing else is set. */
const renewalDays = 21;

/** Whether the certificate is to be renewed now. */
export function endsSoon({ status: { certificateExpires: end } }: ReportedHost, now: Date): boolean {
  return end !== undefined && daysBetween(now, end) < renewalDays;
}
