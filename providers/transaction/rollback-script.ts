// Shell text that applies a rollback. Like a change, it compares, writes a temporary file, syncs
// and renames. It removes an entry only when that is undone, so it may be interrupted at any moment
// and run again.
import { createHash } from "node:crypto";
import { lines, type ShellText, sh } from "../core/shell.ts";
import { fileState, type Journal, journalFolder, libraryFolder } from "../facts/journal.ts";
import { ownShell } from "../steps/apt-ended.ts";
import { nothingPurged } from "../steps/package-removal.ts";
import { daemonsScript } from "./rollback-daemons.ts";
import type { Undoing } from "./rollback-plan.ts";
import { makeTemporary, sweepTemporaries } from "./temporary.ts";
import { changedMeanwhile } from "./write-script.ts";

/** Where a version of a file is kept that somebody else has edited: the earlier one, or theirs. */
export const savedVersions = `${libraryFolder}/kept`;

/**
 * Undoes all entries in their order, each with a line `name TAB ok|failed TAB words`, then handles
 * the daemons (rollback-daemons.ts). The caller closes the journal (rollback.ts).
 */
export function rollbackScript(journal: Pick<Journal, "daemons">, plan: readonly Undoing[]): ShellText {
  const undoings = plan.filter((undoing) => undoing.do !== "leave");
  const whole = undoings.length === plan.length && typeof journal.daemons !== "string";
  return lines(
    fileState,
    sweepTemporaries,
    sh`journal=${journalFolder}
failed= stays=
rm -rf -- "$journal"/undone.*
finish() {
  mv -- "$journal/$1" "$journal/undone.$1" && sync -- "$journal" && rm -rf -- "$journal/undone.$1"
}
report() {
  for status in ${nothingPurged.map(String)}; do if [ "$2" -eq "$status" ]; then stays=yes; fi; done
  if [ "$2" -eq 0 ]; then finish "$1" || failed=yes; else failed=yes; fi
  printf '%s\t%s\t%s\n' "$1" "$([ "$2" -eq 0 ] && echo ok || echo failed)" "$(printf %s "$3" | tr '\n\t' '  ')"
}`,
    ...undoings.map(undoingScript),
    undoings.every(({ do: what }) => what === "forget") ? sh`` : daemonsScript(journal.daemons),
    sh`if [ -n "$failed" ]; then exit 1; fi`,
    whole ? sh`exit 0` : sh`exit 1`,
  );
}

function undoingScript(undoing: Undoing): ShellText {
  const { entry } = undoing;
  return sh`said=$(
${scriptOf(undoing)}
)
report ${entry} $? "$said"`;
}

function scriptOf(undoing: Undoing): ShellText {
  const folder = `${journalFolder}/${undoing.entry}`;
  switch (undoing.do) {
    case "run":
      return sh`cd ${folder} || exit 1
SASL_MAIL_HOST_SHELL=${ownShell} sh ./undo 2>&1`;
    case "restore":
      return undoing.file.before === "absent" ? removal(folder, undoing.file.after) : restoration(folder, undoing.file);
    case "merge":
      return merging(folder, undoing);
    case "keep":
      return keeping(folder, undoing.entry);
    case "forget":
      return opening(folder, undoing.file.current);
    default:
      return sh`:`;
  }
}

/**
 * Refuses where the file is not as expected. For a second entry of one file, that is the result of
 * the undo before it: where that was refused, this one does not write over somebody's edit.
 */
function opening(folder: string, expected: string): ShellText {
  return sh`exec 2>&1
set -e
cd ${folder}
path=$(cat path)
if [ "$(state_of "$path")" != ${expected} ]; then echo "$path changed between our look and our write"; exit ${changedMeanwhile}; fi`;
}

function removal(folder: string, expected: string): ShellText {
  return lines(
    opening(folder, expected),
    sh`rm -f -- "$path"
sync -- "\${path%/*}"`,
  );
}

/**
 * Restores the content with the current owner, mode and attributes where the file exists, so that
 * somebody else's chmod stays.
 */
function restoration(folder: string, { before, after }: { before: string; after: string }): ShellText {
  const attributes =
    after === "absent"
      ? sh`cp -a -- old "$temporary"`
      : sh`cp --attributes-only --preserve=all -- "$path" "$temporary"
cat old > "$temporary"
touch -r old -- "$temporary"`;
  return lines(opening(folder, after), temporaryFile, attributes, putInPlace(before));
}

function merging(folder: string, undoing: Extract<Undoing, { do: "merge" }>): ShellText {
  const { entry, file, content, keeps } = undoing;
  return lines(
    opening(folder, file.current),
    keeps === undefined ? sh`` : saveVersion(entry, keeps),
    temporaryFile,
    sh`cp --attributes-only --preserve=all -- "$path" "$temporary"
printf %s ${content.toString("base64")} | base64 -d > "$temporary"`,
    putInPlace(createHash("sha256").update(content).digest("hex")),
  );
}

const temporaryFile = sh`${makeTemporary}
trap 'rm -f -- "$temporary"' EXIT`;

function putInPlace(digest: string): ShellText {
  return sh`[ "$(state_of "$temporary")" = ${digest} ]
sync -- "$temporary"
mv -f -- "$temporary" "$path"
sync -- "\${path%/*}"`;
}

/**
 * Where there was no file before, there is nothing to keep: the current file belongs to somebody
 * else by now.
 */
function keeping(folder: string, entry: string): ShellText {
  return sh`exec 2>&1
set -e
cd ${folder}
path=$(cat path)
if [ ! -e old ]; then exit 0; fi
${saveVersion(entry, "old")}`;
}

/** Copies a version of the file at `$path` to the folder of kept ones, and prints its name. */
function saveVersion(entry: string, version: "theirs" | "old"): ShellText {
  return sh`install -d -m 700 -- ${savedVersions}
kept=${savedVersions}/$(date -u +%Y%m%dT%H%M%SZ)-${entry}-\${path##*/}
cp -a -- ${version === "old" ? sh`old` : sh`"$path"`} "$kept"
sync -- "$kept" ${savedVersions}
printf %s "$kept"`;
}
