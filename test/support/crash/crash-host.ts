// A host of the product whose disk is a model: each script really runs, in a folder that was made equal to the model, and what it left before each of
// its commands is known. A script gives the same on the same tree, so each runs once.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, Fact } from "../../../providers/facts/fact.ts";
import { connectionSchema } from "../../../providers/host/connection-schema.ts";
import { Host } from "../../../providers/host/host.ts";
import type { RootShell } from "../../../providers/host/root-shell.ts";
import { movedBelow } from "../host-in-folder.ts";
import { Disk, newId, type Tree } from "./disk.ts";
import { FolderTree } from "./folder-tree.ts";
import { type Outcome, TracedShell } from "./traced-shell.ts";

type Moment = { readonly tree: Tree } | { readonly synced: string };

interface Recording {
  readonly start: Tree;
  readonly moments: readonly Moment[];
  readonly outcome: Outcome;
}

/** What a script leaves that nobody interrupts. */
interface End {
  readonly start: Tree;
  readonly tree: Tree;
  readonly outcome: Outcome;
}

export class CrashHost extends Host {
  /** As programs see it; a test sets it to begin somewhere. */
  disk: Disk;
  /** Is told each state in which a program may have been killed. */
  seen: ((disk: Disk) => void) | undefined;
  /** How many scripts really ran. */
  runs = 0;
  readonly #work: string;
  readonly #root: string;
  readonly #folder: FolderTree;
  readonly #shell: TracedShell;
  readonly #recordings = new Map<string, Recording>();
  readonly #ends = new Map<string, End>();
  readonly #answers = new Map<string, Outcome>();
  readonly #broken: (script: string) => string;
  #inFolder = "";

  /** `broken` changes the scripts: a fault that has to be found. */
  constructor(disk: Disk, broken: (script: string) => string = (script) => script) {
    super(connectionSchema.parse({ host: "host", user: "root", password: "unused" }));
    this.disk = disk;
    this.#broken = broken;
    this.#work = mkdtempSync(join(tmpdir(), "crash-"));
    this.#root = join(this.#work, "host");
    mkdirSync(this.#root);
    this.#folder = new FolderTree(this.#root);
    this.#shell = new TracedShell(this.#work, this.#root);
  }

  override async shell(): Promise<RootShell> {
    const read = async ({ question }: Fact<unknown>) => this.#look(question.text);
    return {
      alive: true,
      recording: {},
      request: async (_what: string, { text }: { text: string }) => this.#change(text),
      // the lock: nobody else is there
      requestHere: async () => ({ code: 0, stdout: Buffer.from("taken\n"), stderr: "" }),
      ask: read,
      read,
      readAhead: () => {},
      forget: () => {},
      close: () => {},
    } as unknown as RootShell;
  }

  override async close(): Promise<void> {
    this.#shell.close();
    rmSync(this.#work, { recursive: true });
  }

  /** The text without where the folder is and which process ran, and without the digests that follow from that. */
  nameless(text: string): string {
    return text
      .replaceAll(/\/crash-\w*(\/host)?/g, "")
      .replaceAll(/closed\.\d+|[0-9a-f]{8,}|(?<=\n)[0-9a-f]+(?=\0|$)/g, "#");
  }

  #look(question: string): Answer {
    const key = `${keyOf(this.disk.tree)}${question}`;
    let outcome = this.#answers.get(key);
    if (outcome === undefined) {
      this.#fill();
      outcome = this.#seen(this.#shell.run(this.#here(question)));
      this.#answers.set(key, outcome);
      this.runs += 1;
    }
    return outcome;
  }

  #change(script: string): Answer {
    if (this.seen === undefined) return this.#toTheEnd(script);
    const { start, moments, outcome } = this.#record(script);
    const here = this.#sinceStart(start);
    this.seen?.(this.disk);
    for (const moment of moments) {
      if ("synced" in moment) this.disk = this.disk.synced(moment.synced);
      else {
        const tree = here(moment.tree);
        if (this.seen !== undefined) for (const between of this.disk.between(tree)) this.seen(between);
        this.disk = this.disk.became(tree);
      }
      this.seen?.(this.disk);
    }
    return outcome;
  }

  /** Gives a tree of the folder the ids that its files have on the disk; `start` is equal to the disk as it is now. */
  #sinceStart(start: Tree): (tree: Tree) => Tree {
    const ids = new Map([...start].map(([path, { id }]) => [id, this.disk.tree.get(path)?.id ?? newId()]));
    const known = (id: number) => {
      const found = ids.get(id) ?? newId();
      ids.set(id, found);
      return found;
    };
    return (tree) => new Map([...tree].map(([path, inode]) => [path, { ...inode, id: known(inode.id) }]));
  }

  /** Without a stop before each command, which takes most of the time; all of it counts as synced. */
  #toTheEnd(script: string): Answer {
    const key = `${keyOf(this.disk.tree)}${script}`;
    let end = this.#ends.get(key);
    if (end === undefined) {
      this.#fill();
      const start = this.#folder.read();
      const outcome = this.#seen(this.#shell.run(this.#here(script)));
      end = { start, tree: this.#folder.read(), outcome };
      this.runs += 1;
      this.#inFolder = keyOf(end.tree);
      this.#ends.set(key, end);
    }
    this.disk = Disk.of(this.#sinceStart(end.start)(end.tree));
    return end.outcome;
  }

  #record(script: string): Recording {
    const key = `${keyOf(this.disk.tree)}${script}`;
    const known = this.#recordings.get(key);
    if (known !== undefined) return known;
    this.#fill();
    const start = this.#folder.read();
    const moments: Moment[] = [];
    let last = keyOf(start);
    const look = () => {
      const tree = this.#folder.read();
      const now = `${keyOf(tree)}${[...tree.values()].map(({ id }) => id)}`;
      if (now === last) return;
      last = now;
      moments.push({ tree });
    };
    last = `${last}${[...start.values()].map(({ id }) => id)}`;
    const outcome = this.#shell.run(this.#here(script), (what) => {
      look();
      if ("synced" in what) moments.push({ synced: what.synced.slice(this.#root.length) });
    });
    look();
    this.runs += 1;
    this.#inFolder = keyOf(this.#folder.read());
    const recording = { start, moments, outcome: this.#seen(outcome) };
    this.#recordings.set(key, recording);
    return recording;
  }

  #fill(): void {
    const key = keyOf(this.disk.tree);
    if (this.#inFolder !== key) this.#folder.write(this.disk.tree);
    this.#inFolder = key;
  }

  #here(script: string): string {
    return movedBelow(this.#root, this.#broken(script));
  }

  /** The host knows nothing of the folder. */
  #seen({ code, stdout, stderr }: Outcome): Outcome {
    const text = stdout.toString("latin1").replaceAll(this.#root, "");
    return { code, stdout: Buffer.from(text, "latin1"), stderr: stderr.replaceAll(this.#root, "") };
  }
}

const keys = new WeakMap<Tree, string>();

function keyOf(tree: Tree): string {
  const known = keys.get(tree);
  if (known !== undefined) return known;
  const rows = [...tree].map(([path, { kind, mode, data }]) => `${path} ${kind} ${mode} ${data}`);
  const key = createHash("sha256").update(rows.sort().join("\0")).digest("hex");
  keys.set(tree, key);
  return key;
}
