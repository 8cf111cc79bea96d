// Shell text that replaces or removes a file so that a crash leaves the old or the new version,
// never a partial one.
import { createHash } from "node:crypto";
import { type ShellText, sh } from "../core/shell.ts";
import type { RemoveFile, WriteFile } from "../steps/step.ts";
import { makeTemporary, sweepTemporary } from "./temporary.ts";

/** Exit status when the file is not what the decision was made on. */
export const changedMeanwhile = 75;

/**
 * A symbolic link is followed and stays a link. An existing file keeps owner, mode, access list and
 * attributes, which are copied to the temporary file first. The content is part of the script,
 * which travels over stdin and so shows in no process list.
 */
export function writeScript(step: WriteFile): ShellText {
  const expected = step.expected === undefined ? "absent" : digestOf(step.expected);
  const { owner, group, mode } = step.created;
  return sh`${why}set -e
path=$(readlink -f -- ${step.path})
folder=\${path%/*}
if [ -e "$path" ]; then found=$(sha256sum < "$path"); found=\${found%% *}; else found=absent; fi
[ "$found" = ${expected} ] || exit ${changedMeanwhile}
temporary=
trap 'code=$?; [ -z "$temporary" ] || rm -f -- "$temporary"; [ $code -eq 0 ] || why; exit $code' EXIT
${makeTemporary}
if [ -e "$path" ]; then
  cp --attributes-only --preserve=all -- "$path" "$temporary"
else
  chown -- ${`${owner}:${group}`} "$temporary"
  chmod -- ${mode} "$temporary"
fi
printf %s ${step.content.toString("base64")} | base64 -d > "$temporary"
[ "$(wc -c < "$temporary")" -eq ${step.content.length} ]
sync -- "$temporary"
mv -f -- "$temporary" "$path"
sync -- "$folder"
`;
}

/**
 * Removes the target of a link, as a write would replace it, and syncs the folder, so that the file
 * does not return after a crash.
 */
export function removeScript({ path, expected }: RemoveFile): ShellText {
  const compare =
    expected === undefined
      ? sh``
      : sh`[ "$(sha256sum < "$path" | cut -d ' ' -f 1)" = ${digestOf(expected)} ] || exit ${changedMeanwhile}`;
  return sh`set -e
path=$(readlink -f -- ${path}) || exit 0
if [ ! -e "$path" ]; then exit 0; fi
${compare}
rm -f -- "$path"
${sweepTemporary}
sync -- "\${path%/*}"`;
}
/**
 * Why the file system refuses the change, which the failing command's message does not say: how it
 * is mounted, a lock on the file, no free space.
 */
const why = sh`why() {
  mount=$(findmnt -n -o TARGET,SOURCE,FSTYPE,OPTIONS -T "$folder") || return 0
  case ",$(findmnt -n -o OPTIONS -T "$folder")," in *,ro,*) echo "mounted read-only: $mount" >&2 ;; esac
  lsattr -d -- "$folder" "$path" 2>/dev/null | sed -n 's/^[^ ]*[ia][^ ]* /locked by chattr +i or +a: /p' >&2
  df -P -- "$folder" | sed -n '2s/^\(.*[^ ]\)  *100% /no room: \1 100% /p' >&2
  df -Pi -- "$folder" | sed -n '2s/^\(.*[^ ]\)  *100% /no inodes: \1 100% /p' >&2
}
`;

function digestOf(expected: Buffer | { readonly sha256: string }): string {
  return Buffer.isBuffer(expected) ? createHash("sha256").update(expected).digest("hex") : expected.sha256;
}
