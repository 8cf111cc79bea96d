// Facts of the file system: a file with its bytes, a directory with owner, group and mode.
import { posix } from "node:path";
import { sh } from "../core/shell.ts";
import { type Answer, type Fact, textOf, unreadable } from "./fact.ts";

/** A path on the host. */
export interface PathStatus {
  /** As stat(1) names it: "regular file", "directory", "socket" … */
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** A regular file with its content; symbolic links are followed. */
export interface FileContent extends PathStatus {
  readonly content: Buffer;
  /** Where the path leads when it is a symbolic link, else the path itself. */
  readonly realPath: string;
}

/** Owner, group and mode of what is at `path`, links followed; `null` when nothing is there. */
export function statusOf(path: string): Fact<PathStatus | null> {
  const name = `owner and mode of ${path}`;
  return {
    name,
    question: sh`if [ -e ${path} ]; then stat -L -c '%a %U %G %F' -- ${path}; else echo absent; fi`,
    parse: (answer) => statusIn(name, answer, answer.stdout.toString("utf8").trim()),
  };
}

/**
 * The file at `path` with its bytes; `null` when it is absent. Anything but a regular file is
 * unreadable.
 */
export function fileAt(path: string): Fact<FileContent | null> {
  const name = `the file ${path}`;
  return {
    name,
    // Only a regular file is opened: reading a FIFO would wait for a writer.
    question: sh`if [ -f ${path} ]; then stat -L -c '%a %U %G %F' -- ${path} && readlink -f -- ${path} && base64 -w 0 < ${path}
elif [ -e ${path} ]; then echo "not a regular file: it is a $(stat -L -c %F -- ${path})" >&2; exit 1
else echo absent; fi`,
    parse: (answer) => {
      const [status = "", realPath, content] = answer.stdout.toString("utf8").split("\n");
      const found = statusIn(name, answer, status);
      if (found === null) return null;
      if (realPath === undefined || content === undefined) throw unreadable(name, answer);
      return { ...found, realPath, content: Buffer.from(content, "base64") };
    },
  };
}

/** The paths that lead to no regular file; links are followed. */
export function missingFiles(paths: readonly string[]): Fact<readonly string[]> {
  const name = "which files are missing";
  return {
    name,
    question: sh`for path in ${paths}; do if [ ! -f "$path" ]; then printf '%s\0' "$path"; fi; done`,
    parse: (answer) => textOf(name, answer).split("\0").slice(0, -1),
  };
}

/** The names in the directory `path`; none where the directory is absent. */
export function entriesOf(path: string): Fact<readonly string[]> {
  const name = `what is in ${path}`;
  return {
    name,
    question: sh`if [ -d ${path} ]; then find ${`${path}/`} -mindepth 1 -maxdepth 1 -printf '%f\0'; fi`,
    parse: (answer) => textOf(name, answer).split("\0").slice(0, -1),
  };
}

/**
 * Whether every local user can connect to the socket at `path`: its mode allows writing, and all
 * directories above allow traversal.
 */
export function openToAll(path: string): Fact<boolean> {
  const name = `who can reach the socket ${path}`;
  return {
    name,
    // The modes, that of the socket first.
    question: sh`if [ ! -S ${path} ]; then echo none; else stat -L -c %a -- ${[path, ...foldersAbove(path)]}; fi`,
    parse: (answer) => {
      const [socket = "", ...folders] = textOf(name, answer).split("\n");
      if (socket === "none") return false;
      if (folders.length !== foldersAbove(path).length) throw unreadable(name, answer);
      return /[2367]$/.test(socket) && folders.every((mode) => /[1357]$/.test(mode));
    },
  };
}

function foldersAbove(path: string): string[] {
  const above = posix.dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

/**
 * The nearest part of `path` that does not exist yet, where `mkdir -p` would begin; `null` when all
 * of it exists.
 */
export function firstMissingPart(path: string): Fact<string | null> {
  const name = `which part of ${path} is missing`;
  return {
    name,
    question: sh`p=${path}; missing=; while [ "$p" != / ] && [ ! -e "$p" ]; do missing=$p; p=$(dirname -- "$p"); done; printf %s "$missing"`,
    parse: (answer) => {
      if (answer.code !== 0) throw unreadable(name, answer);
      return answer.stdout.toString("utf8") || null;
    },
  };
}

/** Reads the line of `stat -L -c '%a %U %G %F'`, or "absent". */
export function statusIn(name: string, answer: Answer, line: string): PathStatus | null {
  if (answer.code === 0 && line === "absent") return null;
  const row = /^(\d+) (\S+) (\S+) (.+)$/.exec(line);
  if (answer.code !== 0 || row === null) throw unreadable(name, answer);
  return { mode: row[1] ?? "", owner: row[2] ?? "", group: row[3] ?? "", type: row[4] ?? "" };
}
