// Which entry of master.cf a destroy takes out or puts back: the one that this program made or
// rewrote. Entries of the same service or port that others have added since are theirs.

import { Failure } from "../../core/failure.ts";
import { describeLines, type LocatedEntry, lineRange } from "../../facts/master.ts";
import { portOf, type ServicePorts } from "../../facts/master-ports.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { commentOut, entriesFor, readableEntries } from "./master-entry.ts";
import { type DesiredEntry, holdsOthersWork, isAsDesired } from "./master-forms.ts";

interface Before {
  readonly text: string | null;
  readonly rivals?: readonly string[];
}

/** The entries of master.cf from the view of a destroy. */
interface UndoEntries {
  /** The entry that this program made or rewrote; `undefined` where it is gone or cannot be told. */
  readonly ours: LocatedEntry | undefined;
  /** Entries that came since, of this service or its port. Empty where there was one before. */
  readonly others: readonly LocatedEntry[];
  /** One of `others` was made by this program, and it cannot be told which. */
  readonly isUnclear: boolean;
}

export function undoEntries(
  desired: DesiredEntry,
  content: Buffer,
  ports: ServicePorts,
  { text, rivals = [] }: Before,
): UndoEntries {
  // An entry that we had commented out and somebody has put in force again is left to them.
  const candidates = entriesAlike(desired, content, ports).filter((entry) => !rivals.includes(entry.text));
  if (text !== null) {
    const exact = candidates.filter((entry) => isAllOurs(desired, entry, text));
    const isBack = exact.length !== 1 && candidates.length > 1 && candidates.some((entry) => entry.text === text);
    const inForce = exact.length === 1 ? exact[0] : entriesFor(desired, content, ports).found;
    return { ours: isBack ? undefined : inForce, others: [], isUnclear: false };
  }
  // Two that could be ours are none: what is left of them must not be taken for ours afterwards.
  const [first, ...more] = candidates.filter((entry) => isMostlyOurs(desired, entry));
  const isSure = first !== undefined && more.length === 0;
  const ours = isSure && (candidates.length === 1 || isAllOurs(desired, first, text)) ? first : undefined;
  return {
    ours,
    others: candidates.filter((entry) => entry !== ours),
    isUnclear: ours === undefined && first !== undefined,
  };
}

/** Refuses where a destroy could take out the entry of somebody else. */
export function refuseUnclear(desired: DesiredEntry, { others, isUnclear }: UndoEntries, ports: ServicePorts): void {
  if (!isUnclear) return;
  const name = `${desired.service}/${desired.type}`;
  const all = others.length === 2 ? "both" : "all";
  throw new Failure({
    code: "port-configured-twice",
    tried: `take ${name} out of ${masterCfPath}`,
    found: `lines ${others.map(lineRange).join(" and ")} ${all} serve ${desired.type === "inet" ? `port ${portOf(desired.service, ports)}` : name}, and only one of them was made by this program`,
    left: [`${all}, as they are`],
    next: `choose the one that is to stay and make it a comment: ${commentOut}; \`postconf -M\` must not show it any more. Then run \`pulumi destroy\` again, which takes the other one out, take the # away, and \`postfix reload\``,
  });
}

export function describeOthers({ others, isUnclear }: UndoEntries): string[] {
  const why = isUnclear
    ? "one of them was made by this program, and it cannot be told which"
    : "it is not as this program made it";
  return others.map(
    (located) =>
      `${describeLines(located)} of ${masterCfPath}, ${located.entry.service} ${located.entry.type}: left, since ${why}`,
  );
}

/** The entries with the name of the service or another name of its port, on whatever address. */
function entriesAlike({ service, type }: DesiredEntry, content: Buffer, ports: ServicePorts): LocatedEntry[] {
  const port = portOf(service, ports);
  return readableEntries(content).filter(
    ({ entry }) =>
      entry.type === type && (entry.service === service || (type === "inet" && portOf(entry.service, ports) === port)),
  );
}

/** Whether the entry is what this program writes, perhaps with parts of the entry from before. */
function isAllOurs(desired: DesiredEntry, found: LocatedEntry, text: string | null): boolean {
  const { options } = desired;
  const isComplete = Object.keys(options).every((name) => isAsDesired(name, found.entry.options[name], options[name]));
  return isComplete && !holdsOthersWork(desired, found, text);
}

/**
 * Whether it runs the command that this program writes, with half of its options or more, so that
 * others may have edited the entry. A stock entry of Debian has few of them.
 */
function isMostlyOurs(desired: DesiredEntry, { entry }: LocatedEntry): boolean {
  const { options } = desired;
  const names = Object.keys(options);
  const same = names.filter((name) => isAsDesired(name, entry.options[name], options[name]));
  const command = [entry.command, ...entry.arguments].join(" ");
  return command === desired.command && same.length * 2 >= names.length;
}
