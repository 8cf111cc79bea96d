// The way back. Before something is first changed in an operation, what undoes the change is put into a journal on the host:
// the old bytes with owner, mode and time, or a command. A proof that holds throws the journal away; one that fails plays it
// backwards. A run that was killed leaves it behind, and the next one goes on with it: the oldest entry of a path wins, so the
// way always leads back to the last state that was proved.
import { journalFolder, libraryFolder } from "../facts/journal.ts";
import { memoryFolder } from "../facts/memory.ts";
import { noteLoaded } from "../facts/postfix.ts";
import { endRemovedServices } from "../steps/postfix.ts";
import { quote, type ShellText } from "../steps/shell.ts";
import type { Step } from "../steps/step.ts";

/** Exit status when the journal itself can not be written: then the change is not made. */
export const journalFailed = 97;

/** Opens the journal where there is none, and notes which daemons ran. Shell functions that the entries below use. */
const open = `journal=${journalFolder}
install -d -m 700 -- ${libraryFolder} "$journal" || exit 1
if [ ! -e "$journal/daemons" ]; then
  { ps -o unit= -C saslauthd | grep -q '^saslauthd[.]service' && echo saslauthd; postfix status >/dev/null 2>&1 && echo postfix; } > "$journal/daemons.new"
  mv -- "$journal/daemons.new" "$journal/daemons" || exit 1
fi
entry=$journal/$(printf %04d $(( $(ls -- "$journal" | grep -c '^[0-9]*$') + 1 )))
rm -rf -- "$entry.new"
mkdir -- "$entry.new" || exit 1
`;

const close = `sync -- "$entry.new"/* "$journal" && mv -- "$entry.new" "$entry" || exit 1`;

/** Shell text that journals what a step is about to change; empty where the step changes nothing that stays. */
export function journalEntry(step: Step): ShellText {
  if (step.do === "write" || step.do === "remove") return guarded(fileEntry(step.path));
  if (step.do === "run" && step.undo !== undefined)
    return guarded(undoEntry(step.undo.remember, step.undo.script, toldOf(step.reason, step.quiet)));
  return { text: "" };
}

function guarded(text: string): ShellText {
  return { text: `(${text}\n) || exit ${journalFailed}\n` };
}

/** The copy keeps owner, mode, times and attributes; a symbolic link stays and what it leads to is kept. */
function fileEntry(path: string): string {
  return `path=$(readlink -f -- ${quote(path)})
if grep -qxF -- "$path" ${journalFolder}/paths 2>/dev/null; then exit 0; fi
${open}printf '%s\\n' "$path" > "$entry.new/what"
if [ -e "$path" ]; then cp -a -- "$path" "$entry.new/copy" || exit 1; fi
cat > "$entry.new/undo" <<'END'
path=$(cat what)
if [ -e copy ]; then
  temporary=$(mktemp -- "\${path%/*}/.\${path##*/}.XXXXXXXX") || exit 1
  cp -a -- copy "$temporary" && mv -f -- "$temporary" "$path"
else
  rm -f -- "$path"
fi
END
${close}
printf '%s\\n' "$path" >> "$journal/paths"`;
}

/** What a roll-back tells of an entry. What it tells of this program's own folder is no part of the story. */
function toldOf(reason: string, quiet = false): string {
  return quiet ? `${libraryFolder}: ${reason}` : `undone: ${reason}`;
}

/** `script` runs in the folder of the entry, where `remember` has put what it needs. */
function undoEntry(remember: ShellText | undefined, script: ShellText, told: string): string {
  return `${open}printf '%s\\n' ${quote(told)} > "$entry.new/what"
(cd -- "$entry.new" && ${remember?.text ?? ":"}) || exit 1
printf %s ${quote(script.text)} > "$entry.new/undo"
${close}`;
}

/** Throws the journal away: what is there now is the proved state. */
export const commitScript: ShellText = {
  text: `rm -rf -- ${journalFolder} && { rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :; }`,
};

/** Plays the journal backwards, sets the daemons right, and prints what was put back, one line each. */
export const rollBackScript: ShellText = {
  text: `journal=${journalFolder}
[ -d "$journal" ] || exit 0
failed=
for entry in $(ls -r -- "$journal" | grep '^[0-9]*$'); do
  cd -- "$journal/$entry" || exit 1
  if sh ./undo >/dev/null 2>>"$journal/errors"; then cat what; else failed=yes; echo "NOT put back: $(cat what)"; fi
done
cd /
systemctl daemon-reload
if grep -qx saslauthd "$journal/daemons"; then systemctl reset-failed saslauthd 2>/dev/null; systemctl restart saslauthd; else systemctl stop saslauthd 2>/dev/null; fi
if grep -qx postfix "$journal/daemons"; then
  if postfix status >/dev/null 2>&1; then
    systemctl reload postfix
${endRemovedServices.text}
  else systemctl restart postfix; fi
${noteLoaded.text}
elif postfix status >/dev/null 2>&1; then systemctl stop postfix; fi
if grep -qx postfix "$journal/daemons"; then echo ":postfix ran"; fi
if [ -n "$failed" ]; then cat -- "$journal/errors" >&2; exit 1; fi
rm -rf -- "$journal" && { rmdir -- ${memoryFolder} ${libraryFolder} 2>/dev/null; :; }`,
};
