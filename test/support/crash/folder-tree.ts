// A tree of the model as a folder of this machine, and back.
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inode, Tree } from "./disk.ts";

/** Ids are given to what is found: the same as before to what was found before. */
export class FolderTree {
  readonly #root: string;
  /** By inode and time of birth, since a file system gives the number of a removed file to the next. */
  #ids = new Map<string, number>();
  #contents = new Map<string, string>();
  #last = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folder equal to `tree`. */
  write(tree: Tree): void {
    for (const name of readdirSync(this.#root)) rmSync(join(this.#root, name), { recursive: true });
    for (const [path, { kind, mode, data }] of tree) {
      if (kind === "folder") mkdirSync(this.#root + path);
      else writeFileSync(this.#root + path, data, "latin1");
      chmodSync(this.#root + path, mode);
    }
  }

  read(): Tree {
    const tree = new Map<string, Inode & { id: number }>();
    const ids = new Map<string, number>();
    const contents = new Map<string, string>();
    const walk = (above: string) => {
      for (const name of readdirSync(this.#root + above).sort()) {
        const path = `${above}/${name}`;
        const found = lstatSync(this.#root + path, { bigint: true });
        const key = `${found.ino} ${found.birthtimeNs}`;
        const id = this.#ids.get(key) ?? ++this.#last;
        ids.set(key, id);
        const mode = Number(found.mode & 0o7777n);
        if (found.isDirectory()) {
          tree.set(path, { id, kind: "folder", mode, data: "" });
          walk(path);
          continue;
        }
        const version = `${key} ${found.ctimeNs} ${found.mtimeNs} ${found.size}`;
        const data = this.#contents.get(version) ?? readFileSync(this.#root + path, "latin1");
        // The clock of a file system is coarse: a file that was just written may be written again in the same tick.
        if (Date.now() * 1e6 - Number(found.ctimeNs) > 50e6) contents.set(version, data);
        tree.set(path, { id, kind: "file", mode, data });
      }
    };
    walk("");
    this.#ids = ids;
    this.#contents = contents;
    return tree;
  }
}
