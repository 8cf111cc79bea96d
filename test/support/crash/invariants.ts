// What must hold on a host: in every state after a crash, and after an operation that nothing disturbed.
import type { Tree } from "./disk.ts";
import { loadedBy } from "./first-day.ts";

const daemons = ["postfix", "saslauthd"];

/** What holds at every moment: each file is whole, of an earlier or a later run; no daemon is stopped. `known` are trees of undisturbed runs. */
export function broken(tree: Tree, known: readonly Tree[]): string[] {
  const wrong = [...known.flatMap((one) => [...one.keys()])].filter((path) => isFileOfHost(path));
  return [
    ...[...new Set(wrong)]
      .filter((path) => !known.some((one) => sameAt(path, one, tree)))
      .map((path) => `${path} is neither the old nor the new file: ${told(tree, path)}`),
    ...stopped(tree),
  ];
}

/** What differs from the tree that an undisturbed run would have left. */
export function unlike(tree: Tree, desired: Tree): string[] {
  const paths = [...new Set([...tree.keys(), ...desired.keys()])].filter(
    // the end of a journal means nothing, and the next end sweeps it
    (path) => /^\/(etc|var)(\/|$)/.test(path) && !path.includes("/closed."),
  );
  return [
    // what the host remembers grows with each version that was wanted: its name is enough
    ...paths
      .filter((path) => (path.startsWith("/var") ? tree.has(path) !== desired.has(path) : !sameAt(path, tree, desired)))
      .map((path) => `${path}: ${told(tree, path)} in the place of ${told(desired, path)}`),
    ...stopped(tree),
    ...daemons
      .filter((daemon) => tree.get(`/daemons/${daemon}`)?.data !== loadedBy(daemon, tree))
      .map((daemon) => `${daemon} runs with other files than the host has`),
  ];
}

function stopped(tree: Tree): string[] {
  return daemons.filter((daemon) => !tree.has(`/daemons/${daemon}`)).map((daemon) => `${daemon} is stopped`);
}

function isFileOfHost(path: string): boolean {
  return path.startsWith("/etc/");
}

function sameAt(path: string, one: Tree, other: Tree): boolean {
  const [a, b] = [one.get(path), other.get(path)];
  return a?.kind === b?.kind && a?.mode === b?.mode && a?.data === b?.data;
}

function told(tree: Tree, path: string): string {
  const inode = tree.get(path);
  return inode === undefined ? "nothing" : `${inode.kind} ${inode.mode.toString(8)} ${JSON.stringify(inode.data)}`;
}
