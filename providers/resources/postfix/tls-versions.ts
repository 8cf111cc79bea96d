// The TLS versions of a service in the notation that the installed Postfix reads. `>=TLSv1.2` is
// read since Postfix 3.6 (postconf(5), smtpd_tls_mandatory_protocols); an earlier one turns TLS off
// for the service. The list of excluded versions means the same and is read by all of them.

import type { LocatedEntry } from "../../facts/master.ts";
import type { UnsafeSetting } from "./master-unsafe-settings.ts";

type Options = Readonly<Record<string, string>>;

const parameters = ["smtpd_tls_protocols", "smtpd_tls_mandatory_protocols"];

/** Oldest first, as Postfix 3.5 names them. */
const versions = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** ">=TLSv1.2" as "!SSLv3,!TLSv1,!TLSv1.1"; any other value as it is. */
export function asExclusions(name: string, value: string): string {
  if (!parameters.includes(name)) return value;
  const oldest = versions.findIndex((version) => `>=${version}`.toLowerCase() === value.trim().toLowerCase());
  return oldest < 1
    ? value
    : versions
        .slice(0, oldest)
        .map((version) => `!${version}`)
        .join(",");
}

/** What to write on this host. `mailVersion` is `null` where Postfix does not tell it. */
export function readableBy<Inputs extends { readonly options: Options }>(
  mailVersion: string | null,
  inputs: Inputs,
): Inputs {
  if (readsRanges(mailVersion)) return inputs;
  const options = Object.entries(inputs.options).map(([name, value]) => [name, asExclusions(name, value)]);
  return { ...inputs, options: Object.fromEntries(options) };
}

/** The entry, with a note at each value that this Postfix does not read: it means something else. */
export function asReadBy(mailVersion: string | null, found: LocatedEntry): LocatedEntry {
  const options = Object.entries(found.entry.options).map(([name, value]) => [
    name,
    isUnreadable(mailVersion, name, value) ? `${value}, which ${postfix(mailVersion)} does not read` : value,
  ]);
  return { ...found, entry: { ...found.entry, options: Object.fromEntries(options) } };
}

/** For the log: what is written in another notation than it was asked for. */
export function describeNotation(mailVersion: string | null, asked: Options, written: Options): string[] {
  return Object.entries(asked)
    .filter(([name, value]) => written[name] !== value)
    .map(([name, value]) => `writes ${name}=${written[name]}: ${postfix(mailVersion)} does not read ${value}`);
}

/** Ranges that no list of excluded versions stands for. */
export function unreadableRanges(mailVersion: string | null, options: Options): UnsafeSetting[] {
  return Object.entries(options)
    .filter(([name, value]) => isUnreadable(mailVersion, name, value))
    .map(([name, value]) => ({
      found: `${name}=${value}: ${postfix(mailVersion)} does not read < and >, and would turn TLS off`,
      next: `set ${name} to the versions that are not wanted: \`!SSLv3,!TLSv1,!TLSv1.1\``,
    }));
}

function isUnreadable(mailVersion: string | null, name: string, value: string): boolean {
  return parameters.includes(name) && /[<>]/.test(value) && !readsRanges(mailVersion);
}

function readsRanges(mailVersion: string | null): boolean {
  const [major = 0, minor = 0] = numbersIn(mailVersion);
  return mailVersion === null || major > 3 || (major === 3 && minor >= 6);
}

function postfix(mailVersion: string | null): string {
  return `Postfix ${numbersIn(mailVersion).join(".")}`;
}

function numbersIn(mailVersion: string | null): number[] {
  return (mailVersion ?? "")
    .split(".")
    .slice(0, 2)
    .map((part) => Number.parseInt(part, 10));
}
