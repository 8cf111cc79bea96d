// The undo of a folder that this program made for its own files.
import { type ShellText, sh } from "../core/shell.ts";

/**
 * Removes the folder unless others have put something into it. On a read-only file system rmdir(1)
 * reports a folder with our own file in it as not empty too, so a write is tried: the entry of the
 * journal must stay until the folder can go.
 */
export function removeMadeFolder(path: string): ShellText {
  return sh`[ -d ${path} ] || exit 0
said=$(rmdir -- ${path} 2>&1) && exit 0
probe=$(mktemp -- ${`${path}/.XXXXXXXX`} 2>&1) || { echo "$said; $probe"; exit 1; }
rm -f -- "$probe"
rmdir --ignore-fail-on-non-empty -- ${path}`;
}
