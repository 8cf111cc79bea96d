// Writes the journal of a transaction. Before a change is made, what undoes it is stored in an entry
// on the host: the bytes of the file before and after, or a command. The entry is complete and on
// the disk before the change is made (fsync(2), then rename(2), then fsync of the folder). A proof
// that holds closes the whole journal by one rename. A killed run leaves it open, and the next run
// adds to it.
import { createHash } from "node:crypto";
import { lines, type ShellText, sh } from "../core/shell.ts";
import { endMark, fileState, journalFolder, journalFormat, libraryFolder } from "../facts/journal.ts";
import { resourceRecordFolder } from "../facts/resource-record.ts";
import { findPostfix } from "../steps/postfix.ts";
import type { RemoveFile, RunScript, Undo, WriteFile } from "../steps/step.ts";
import { sweepTemporaries } from "./temporary.ts";

/** Exit status when the journal itself cannot be written. The change is then not made. */
export const journalFailed = 97;

/** The same where the journal of an earlier run is damaged, and no file system is at fault. */
export const journalDamaged = 96;

/**
 * Records which daemons run and whether port 25 is served. A ps that fails ends the change, because
 * it does not show that nothing ran.
 */
const daemonStates = sh`saslauthd=stopped
rows=$(ps -o unit= -C saslauthd) || [ $? -eq 1 ] || refuse
case "
$rows" in *"
saslauthd.service"*) saslauthd=running ;; esac
${findPostfix}
postfix=stopped
if postfix_runs; then postfix=running; fi
port25=silent
rows=$(ss -H -l -t -n 'sport = :25') || refuse
if [ $postfix = running ] && [ -n "$rows" ]; then port25=served; fi`;

/**
 * Opens the journal where there is none and creates the folder of the next entry. Its number is one
 * above the highest, since single entries may have been undone.
 */
const beginEntry = sh`${fileState}
umask 077
library=${libraryFolder} journal=${journalFolder}
refuse() {
  at=$library; [ -d "$at" ] || at=\${library%/*}
  echo "$at: $(df -Pk "$at" | awk 'NR == 2 { print $4 }') KiB and $(df -Pi "$at" | awk 'NR == 2 { print $4 }') inodes free, mounted $(findmnt -n -o OPTIONS -T "$at" | cut -d , -f 1)" >&2
  exit ${journalFailed}
}
install -d -m 700 -- "$library" "$journal" || refuse
if [ -e "$journal/opened" ]; then
  if [ "$(sed -n 1p "$journal/opened")" != ${journalFormat} ] || [ "$(sed -n '$p' "$journal/opened")" != ${endMark} ]; then
    echo "$journal/opened is damaged: it does not say which daemons ran" >&2; exit ${journalDamaged}
  fi
else
  for entry in "$journal"/[0-9]*; do
    if [ -d "$entry" ]; then echo "$journal/opened is missing, although $entry is there" >&2; exit ${journalDamaged}; fi
  done
  ${daemonStates}
  printf '%s\n' ${journalFormat} "saslauthd $saslauthd" "postfix $postfix" "port25 $port25" ${endMark} > "$journal/opened.new" &&
    sync -- "$journal/opened.new" && mv -- "$journal/opened.new" "$journal/opened" && sync -- "$journal" "$library" || refuse
fi
last=$(ls -- "$journal" | sed -n 's/^\([0-9][0-9]*\)$/\1/p' | sort -n | tail -n 1)
entry=$journal/$(printf %04d "$(expr "\${last:-0}" + 1)")
rm -rf -- "$entry.new" && mkdir -- "$entry.new" || refuse`;

/**
 * Completes the entry: it writes a checksum for each file, syncs all of it to the disk, and only
 * then gives the entry its final name.
 */
const completeEntry = sh`(cd -- "$entry.new" && sha256sum -- * > "$entry.sums") && echo ${endMark} >> "$entry.sums" &&
  mv -- "$entry.sums" "$entry.new/sums" && sync -- "$entry.new"/* "$entry.new" &&
  mv -- "$entry.new" "$entry" && sync -- "$journal" || refuse
umask 022`;

/**
 * Shell text that journals what a step is about to change, to be run before the step. Empty for a
 * `run` without `undo`: that one is not rolled back, whatever it changes, but for the daemons, which
 * every roll-back leaves as the open journal has them.
 */
export function journalEntry(step: WriteFile | RemoveFile | RunScript): ShellText {
  if (step.do !== "run") return lines(beginEntry, fileEntry(step), completeEntry);
  return step.undo === undefined
    ? sh``
    : lines(beginEntry, commandEntry(step.undo, descriptionOf(step)), completeEntry);
}

/**
 * Shell text to be run after the step: it records the result in the entry, so that an undo reverts
 * nothing else.
 */
export function confirmation(step: WriteFile | RemoveFile | RunScript): ShellText {
  const confirm = step.do === "run" ? step.undo?.confirm : undefined;
  return confirm === undefined ? sh`` : sh`(cd -- "$entry" && ${confirm}) || exit 1`;
}

/** A symbolic link stays, and its target is copied with owner, mode, times and attributes. */
function fileEntry(step: WriteFile | RemoveFile): ShellText {
  const content = step.do === "write" ? step.content : undefined;
  const after = content === undefined ? "absent" : createHash("sha256").update(content).digest("hex");
  const isPublic = step.do === "write" && step.tellsLines === true ? "yes" : "no";
  const copy =
    content === undefined ? sh`:` : sh`printf %s ${content.toString("base64")} | base64 -d > "$entry.new/new"`;
  return sh`path=$(readlink -f -- ${step.path}) && printf %s "$path" > "$entry.new/path" || refuse
before=$(state_of "$path")
case $before in
  absent) ;;
  other) echo "$path is no regular file" >&2; refuse ;;
  *) cp -a -- "$path" "$entry.new/old" && [ "$(state_of "$entry.new/old")" = "$before" ] || refuse ;;
esac
${copy} || refuse
[ "$(state_of "$entry.new/new")" = ${after} ] || refuse
printf '%s\n' ${journalFormat} 'kind file' "before $before" ${`after ${after}`} ${`open ${isPublic}`} ${endMark} > "$entry.new/head" || refuse`;
}

/** What a rollback reports of the entry. It reports nothing about this program's own folder. */
function descriptionOf({ reason, quiet = false }: RunScript): string {
  return (quiet ? `${libraryFolder}: ${reason}` : reason).replaceAll("\n", " ");
}

/** `script` runs in the folder of the entry, where `remember` has stored what it needs. */
function commandEntry({ remember, script }: Undo, description: string): ShellText {
  return sh`(cd -- "$entry.new" && ${remember ?? sh`:`}) || refuse
printf %s ${script.text} > "$entry.new/undo" || refuse
printf '%s\n' ${journalFormat} 'kind command' ${`story ${description}`} ${endMark} > "$entry.new/head" || refuse`;
}

/**
 * Ends the journal by one rename: what is removed afterwards has no meaning, in whatever order a
 * crash leaves it. The remains of an earlier end are removed, too.
 */
export const closeJournal: ShellText = sh`rm -rf -- ${libraryFolder}/closed.*
${sweepTemporaries}
if [ -e ${journalFolder} ]; then mv -- ${journalFolder} ${libraryFolder}/closed.$$ && sync -- ${libraryFolder} || exit 1; fi
rm -rf -- ${libraryFolder}/closed.*
rmdir -- ${resourceRecordFolder} ${libraryFolder} 2>/dev/null
:`;
