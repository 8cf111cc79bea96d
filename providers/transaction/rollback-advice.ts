// What to do after a roll-back that did not end well: one sentence for each case that holds, in the
// order in which they are to be done.
import { journalFolder } from "../facts/journal.ts";

/** What a roll-back could not undo. */
export interface NotUndone {
  /** Names of the entries that are damaged, so that nobody replays them. */
  readonly damagedEntries: readonly string[];
  /** Whether an undo was tried and failed, or was not reached. */
  readonly failed: boolean;
  /** Whether nobody knows which daemons ran before. */
  readonly daemonsUnknown: boolean;
  /** The daemons that could not be set as they were: "Postfix", "saslauthd". */
  readonly daemons: readonly string[];
}

const page = "docs/how-to/rescue.md, What is in /var/lib/sasl-mail-host";

/** Without any of the cases every change is undone, and a daemon is not as it was. */
export function adviceAfter({ damagedEntries, failed, daemonsUnknown, daemons }: NotUndone): string {
  const folders = damagedEntries.map((name) => `${journalFolder}/${name}`).join(" ");
  const cases = [
    ...(damagedEntries.length === 0
      ? []
      : [
          `a damaged entry of the journal is never replayed: look into ${folders} on the host (path, old, new, undo), put back by hand what it changed, and move it away: mv ${folders} /root/ (${page})`,
        ]),
    ...(failed
      ? ["put right on the host what the lines NOT put back say; what they name stays as this program changed it"]
      : []),
    ...(daemonsUnknown
      ? [
          `see on the host that Postfix and saslauthd run as they should (systemctl status postfix saslauthd): nothing tells which of them ran before. When all of this is right, move the journal away: mv ${journalFolder} "/root/journal-$(date +%F-%T)"`,
        ]
      : []),
    ...daemons.map(
      (name) =>
        `${name} is not as it was: the line NOT as before has its own words (more: journalctl ${unitOf(name)} -n 50); put that right, and start or stop it by hand (systemctl status ${name.toLowerCase()})`,
    ),
    ...(damagedEntries.length === 0 && !failed && !daemonsUnknown && daemons.length === 0
      ? [
          "every change is undone, but a daemon is not as it was: start or stop it by hand (systemctl status postfix saslauthd; journalctl -u saslauthd -u 'postfix*')",
        ]
      : []),
  ];
  return `${cases.join(". ")}. Then run the same command again: it goes on from what it finds`;
}

/** On Debian 12 Postfix runs in postfix@-.service. */
function unitOf(name: string): string {
  return name === "Postfix" ? "-u 'postfix*'" : `-u ${name}`;
}
