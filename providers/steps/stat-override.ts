// Steps on a directory and its dpkg-statoverride(1): register an owner and mode, make the directory,
// and restore both.
import { type ShellText, sh } from "../core/shell.ts";
import type { Override } from "../facts/dpkg.ts";
import type { PathStatus } from "../facts/file.ts";
import type { RunScript } from "./step.ts";

/** The files that saslauthd leaves in its directory. */
export const daemonFiles = ["mux", "mux.accept", "saslauthd.pid", "saslauthd.pid.lock", "cache.mmap", "cache.flock"];

/** A directory from before the first change; without one, the first part of its path to be made. */
interface DirectoryBefore {
  readonly directory: PathStatus | null;
  readonly missingFrom: string | null;
}

/** Registers the override in the place of what is registered now. */
export function registerOverride(path: string, desired: Override, found: Override | null): RunScript {
  const was = found === null ? "none is registered" : `${found.owner} ${found.group} ${found.mode} is registered`;
  return {
    do: "run",
    reason: `register the override ${desired.owner} ${desired.group} ${desired.mode} of ${path}: ${was}`,
    script: registration(path, desired),
    undo: { script: registrationBack(path, desired, found) },
  };
}

/** An existing override is not an error, but it is removed first: --add alone would refuse. */
export function registration(path: string, { owner, group, mode }: Override): ShellText {
  return sh`if dpkg-statoverride --list ${path} >/dev/null; then dpkg-statoverride --remove ${path} || exit 1; fi
dpkg-statoverride --add ${owner} ${group} ${mode} ${path}`;
}

/**
 * An override that somebody else has registered since is kept. dpkg-statoverride(1) ends with 1
 * where none is registered, and with 2 where it cannot tell.
 */
function registrationBack(path: string, ours: Override, before: Override | null): ShellText {
  const back = before === null ? sh`dpkg-statoverride --remove ${path}` : registration(path, before);
  const was = before === null ? "" : overrideRow(path, before);
  return sh`now=$(dpkg-statoverride --list ${path}) || [ $? -eq 1 ] || exit 1
case $now in
  ${overrideRow(path, ours)}) ;;
  ${was}) exit 0 ;;
  *) echo "kept: the override $now, which somebody else has registered since"; exit 0 ;;
esac
${back}`;
}

/** The line of `dpkg-statoverride --list`. */
export function overrideRow(path: string, { owner, group, mode }: Override): string {
  return `${owner} ${group} ${mode} ${path}`;
}

/** Restores the earlier directory, unless somebody else has changed it since. */
export function restoreDirectoryIfOurs(path: string, ours: Override, before: DirectoryBefore): ShellText {
  const { directory } = before;
  const was = directory === null ? "" : `${directory.owner}:${directory.group} ${directory.mode}`;
  return sh`if [ ! -d ${path} ]; then exit 0; fi
now=$(stat -L -c '%U:%G %a' -- ${path}) || exit 1
case $now in
  ${`${ours.owner}:${ours.group} ${ours.mode}`}) ;;
  ${was}) exit 0 ;;
  *) echo "kept: owner and mode $now of "${path}", which somebody else has set since"; exit 0 ;;
esac
${restoreDirectory(path, before)}`;
}

/** Creates the parents separately: `install -d` would give them the group too. */
export function makeDirectory(path: string, { owner, group, mode }: Override): ShellText {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  return sh`mkdir -p -- ${parent} && install -d -o ${owner} -g ${group} -m ${mode} -- ${path}`;
}

/**
 * Restores the directory. If there was none, it is removed with the files of saslauthd, unless it
 * holds other files. An empty one that stays is a failure (a read-only file system).
 */
export function restoreDirectory(path: string, { directory, missingFrom }: DirectoryBefore): ShellText {
  if (directory !== null) {
    return sh`chown -- ${`${directory.owner}:${directory.group}`} ${path} && chmod -- ${directory.mode} ${path}`;
  }
  return sh`cd ${path} && rm -f -- ${daemonFiles} && cd / || exit 1
p=${path}
while rmdir -- "$p" 2>/dev/null && [ "$p" != ${missingFrom ?? path} ]; do p=\${p%/*}; done
[ ! -d "$p" ] || [ -n "$(ls -A -- "$p")" ]`;
}
