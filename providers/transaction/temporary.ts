// Temporary files beside the files that are replaced: their name, and the removal of those that a
// killed run has left.
import { type ShellText, sh } from "../core/shell.ts";
import { journalFolder } from "../facts/journal.ts";

/** The name ends in this program's own word, so a pattern matches no file of somebody else. */
const beside = sh`"\${path%/*}/.\${path##*/}.sasl-mail-host."`;

/** Removes what was left beside `$path`. */
export const sweepTemporary: ShellText = sh`rm -f -- ${beside}*`;

/** Sets `temporary` to a new empty file beside `$path`, in the same file system (rename(2)). */
export const makeTemporary: ShellText = sh`beside=${beside}
rm -f -- "$beside"*
temporary=$(mktemp -- "$beside"XXXXXXXX)`;

/**
 * Removes what was left beside each file of the journal: SIGKILL runs no trap, and the file may
 * hold a secret.
 */
export const sweepTemporaries: ShellText = sh`for file in ${journalFolder}/[0-9]*/path; do
  if [ ! -s "$file" ]; then continue; fi
  path=$(cat -- "$file")
  ${sweepTemporary}
done`;
