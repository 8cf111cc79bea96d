// What a file system holds while programs run, and what it may show after a crash. Names that were made, changed or removed reach the disk in their
// order, as a journalling file system has it, those that one command has changed in any order; fsync(2) makes them durable up to what was synced.
// The content of a file may be missing until the file was synced.
import { posix } from "node:path";

export interface Inode {
  readonly kind: "file" | "folder";
  readonly mode: number;
  /** Bytes as latin1; "" for a folder. */
  readonly data: string;
}

/** Everything below the root of a host by path; `id` is the same for a file that was renamed. */
export type Tree = ReadonlyMap<string, Inode & { readonly id: number }>;

const ids = { last: 1_000_000 };

/** For a file that was just made. A folder of this machine has smaller ones. */
export function newId(): number {
  ids.last += 1;
  return ids.last;
}

/** Names "folder id/name" that one system call has changed, with what each leads to now. */
type NameChange = ReadonlyMap<string, number | undefined>;

const rootId = 0;

/** Not on a disk: gone when the power goes. */
const inMemory = /^\/(run|proc|daemons)(\/|$)/;

export class Disk {
  readonly tree: Tree;
  /** All files and folders that a name may lead to, as programs see them. */
  readonly #live: ReadonlyMap<number, Inode>;
  /** What is on the disk for certain. */
  readonly #safe: ReadonlyMap<number, Inode>;
  readonly #names: ReadonlyMap<string, number>;
  /** By command, in order; none of them is on the disk for certain. */
  readonly #pending: readonly (readonly NameChange[])[];

  private constructor(
    tree: Tree,
    live: ReadonlyMap<number, Inode>,
    safe: ReadonlyMap<number, Inode>,
    names: ReadonlyMap<string, number>,
    pending: readonly (readonly NameChange[])[],
  ) {
    this.tree = tree;
    this.#live = live;
    this.#safe = safe;
    this.#names = names;
    this.#pending = pending;
  }

  /** All of it is synced. */
  static of(tree: Tree): Disk {
    const inodes = inodesOf(onDisk(tree));
    return new Disk(tree, inodes, inodes, namesOf(onDisk(tree)), []);
  }

  /** After a program has made `tree` of it. */
  became(tree: Tree): Disk {
    const live = new Map([...this.#live, ...inodesOf(onDisk(tree))]);
    const changes = changesBetween(onDisk(this.tree), onDisk(tree));
    return new Disk(tree, live, this.#safe, this.#names, [
      ...this.#pending,
      ...(changes.length === 0 ? [] : [changes]),
    ]);
  }

  /** After fsync(2) of what is at `path`. */
  synced(path: string): Disk {
    const inode = this.tree.get(path);
    if (inode === undefined) return this;
    const safe = new Map(this.#safe).set(inode.id, inode);
    const upTo = this.#pending.findLastIndex((changes) => changes.some((change) => isAbout(change, inode.id))) + 1;
    const names = new Map(this.#names);
    for (const change of this.#pending.slice(0, upTo).flat()) applyTo(names, change);
    return new Disk(this.tree, this.#live, safe, names, this.#pending.slice(upTo));
  }

  /** What a killed program may leave between this and `tree`: names changed in any order, a file written in part. */
  between(tree: Tree): Disk[] {
    const names = namesOf(this.tree);
    const inodes = new Map([...inodesOf(this.tree), ...inodesOf(tree)]);
    const changes = changesBetween(this.tree, tree);
    const renamed = changes.length < 2 ? [] : choices(changes).map((chosen) => treeOf(names, chosen, inodes));
    const written = [...tree].flatMap(([path, inode]) => {
      const { data: before } = this.#live.get(inode.id) ?? { data: "" };
      const isWritten = inode.kind === "file" && inode.data !== before && !inMemory.test(path);
      // a whole file that came in the place of another one was renamed
      if (!isWritten || (this.tree.get(path)?.id ?? inode.id) !== inode.id) return [];
      const half = inode.data.slice(0, Math.floor(inode.data.length / 2));
      return ["", half].map((data) => new Map(tree).set(path, { ...inode, data }));
    });
    return [...renamed, ...written].map((one) => this.became(one));
  }

  /** The same for disks that show the same now and after every crash. */
  get signature(): string {
    const paths = new Map([...this.tree].map(([path, { id }]) => [id, path]));
    const told = (id: number) => paths.get(id) ?? `gone ${this.#live.get(id)?.data}`;
    const name = (text: string) => `${told(Number(text.slice(0, text.indexOf("/"))))}${text.slice(text.indexOf("/"))}`;
    const row = ([text, id]: readonly [string, number | undefined]) =>
      `${name(text)} ${id === undefined ? "" : told(id)}`;
    return [
      ...[...this.tree].map(([path, { kind, mode, data }]) => `${path} ${kind} ${mode} ${data}`).sort(),
      ...[...this.#names].map(row).sort(),
      ...this.#pending.map((changes) =>
        changes
          .map((change) => [...change].map(row).join(" "))
          .sort()
          .join("; "),
      ),
      ...this.#unwritten().map(([id]) => `${told(id)} ${this.#safe.get(id)?.data}`),
    ].join("\0");
  }

  #unwritten(): [number, Inode][] {
    return [...this.#live].filter(([id, { kind, data }]) => kind === "file" && this.#safe.get(id)?.data !== data);
  }

  /** What the disk may show when the power went just now. */
  afterPowerCut(): Tree[] {
    const unwritten = this.#unwritten();
    const lost = ([id, inode]: [number, Inode]): [number, Inode] => [
      id,
      { ...inode, data: this.#safe.get(id)?.data ?? "" },
    ];
    const without = (missing: typeof unwritten) => new Map([...this.#live, ...missing.map(lost)]);
    return [
      ...this.#pending.flatMap((changes, index) =>
        choices(changes).flatMap((chosen) =>
          [[], unwritten].map((missing) =>
            treeOf(this.#names, [...this.#pending.slice(0, index).flat(), ...chosen], without(missing)),
          ),
        ),
      ),
      ...choices(unwritten).map((missing) => treeOf(this.#names, this.#pending.flat(), without(missing))),
    ];
  }
}

/** All subsets of a few; of many: all, all but one, and what came first or last. */
function choices<T>(items: readonly T[]): T[][] {
  if (items.length <= 3) return items.reduce<T[][]>((all, item) => all.flatMap((one) => [one, [...one, item]]), [[]]);
  return [
    ...items.flatMap((_item, index) => [items.toSpliced(index, 1), items.slice(0, index), items.slice(index)]),
    [...items],
  ];
}

/** Whether it names the file, or a name in the folder. */
function isAbout(change: NameChange, id: number): boolean {
  return [...change].some(([name, other]) => other === id || name.startsWith(`${id}/`));
}

function onDisk(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => !inMemory.test(path)));
}

function inodesOf(tree: Tree): Map<number, Inode> {
  return new Map([...tree.values()].map((inode) => [inode.id, inode]));
}

function namesOf(tree: Tree): Map<string, number> {
  return new Map([...tree].map(([path, { id }]) => [nameAt(tree, path), id]));
}

function nameAt(tree: Tree, path: string): string {
  const folder = posix.dirname(path);
  return `${folder === "/" ? rootId : tree.get(folder)?.id}/${posix.basename(path)}`;
}

/** A file that has another name than before was renamed; every other change is one of its own. */
function changesBetween(one: Tree, other: Tree): NameChange[] {
  const [before, after] = [namesOf(one), namesOf(other)];
  const came = [...after].filter(([name, id]) => before.get(name) !== id);
  const oldNames = new Map([...before].map(([name, id]) => [id, name]));
  const moved = new Set<string>();
  const changes = came.map(([name, id]): NameChange => {
    const from = oldNames.get(id);
    if (from === undefined || after.get(from) === id) return new Map([[name, id]]);
    moved.add(from);
    return new Map([
      [from, after.get(from)],
      [name, id],
    ]);
  });
  const gone = [...before.keys()].filter((name) => !after.has(name) && !moved.has(name));
  return [...changes, ...gone.map((name) => new Map([[name, undefined]]))];
}

function applyTo(names: Map<string, number>, change: NameChange): void {
  for (const [name, id] of change) {
    if (id === undefined) names.delete(name);
    else names.set(name, id);
  }
}

function treeOf(
  start: ReadonlyMap<string, number>,
  changes: readonly NameChange[],
  inodes: ReadonlyMap<number, Inode>,
): Tree {
  const names = new Map(start);
  for (const change of changes) applyTo(names, change);
  const inFolder = Map.groupBy(names, ([name]) => Number(name.slice(0, name.indexOf("/"))));
  const tree = new Map<string, Inode & { id: number }>();
  const walk = (folder: number, above: string) => {
    for (const [name, id] of inFolder.get(folder) ?? []) {
      const path = `${above}/${name.slice(name.indexOf("/") + 1)}`;
      const inode = inodes.get(id);
      if (inode === undefined) continue;
      tree.set(path, { ...inode, id });
      if (inode.kind === "folder") walk(id, path);
    }
  };
  walk(rootId, "");
  return tree;
}
