// One history of a host with the model beside it: whose each setting is, and what the host must show after each step.
import { journalFolder } from "../../../providers/facts/journal.ts";
import { resourceRecordPath } from "../../../providers/facts/resource-record.ts";
import type { CrashHost } from "./crash-host.ts";
import { Disk, type Inode, newId, type Tree } from "./disk.ts";
import { booted, firstDay, loadedBy } from "./first-day.ts";
import { type Edit, lists, type Path, paths, type Step, theirLine, theirList } from "./histories.ts";
import { type Act, act, type State, type Version } from "./program.ts";

/** The settings of a file; `null` where there is none. */
interface Settings {
  readonly method: string | null;
  readonly list: string | null;
}

/** What counts of the time before the program, by file. */
type Originals = Readonly<Partial<Record<Path, Settings | null>>>;

interface Saved {
  readonly state: State;
  readonly originals: Originals;
}

export class History {
  #state: State = {};
  #originals: Originals = {};
  #saved: Saved[] = [];
  /** Lines of the administrator by file, and members of the group. */
  readonly #lines = new Map<Path, string[]>([["/etc/postfix/sasl/smtpd.conf", ["log_level: 3"]]]);
  readonly #members = new Set<string>();
  readonly #host: CrashHost;
  readonly #wrong: string[] = [];

  constructor(host: CrashHost) {
    this.#host = host;
    host.disk = firstDay();
  }

  /** What is not as it should be, each with the step after which it was seen. */
  async of(steps: readonly Step[]): Promise<readonly string[]> {
    for (const [index, step] of steps.entries()) {
      for (const what of await this.#take(step)) this.#wrong.push(`${index + 1} ${told(step)}: ${what}`);
      for (const what of this.#always()) this.#wrong.push(`${index + 1} ${told(step)}: ${what}`);
      if (this.#wrong.length > 0) break;
    }
    return this.#wrong;
  }

  async #take(step: Step): Promise<readonly string[]> {
    if (step.do === "run") return await this.#run(step.act);
    if (step.do === "kill") return await this.#kill(step.act, step.moment, step.power);
    if (step.do === "edit") this.#edit(step.path, step.edit);
    if (step.do === "enlist") this.#enlist(step.user);
    if (step.do === "lose state") this.#state = {};
    if (step.do === "restore state" && this.#saved.length > 0) {
      const saved = this.#saved[step.which % this.#saved.length] as Saved;
      this.#state = saved.state;
      // what the host itself remembers counts before an older state
      for (const path of paths) if (!this.#isRemembered(path)) this.#set(path, saved.originals[path]);
    }
    return [];
  }

  async #run(asked: Act): Promise<readonly string[]> {
    this.#begin(asked);
    const known = Object.keys(this.#state);
    const before = new Map(paths.map((path) => [path, settingsIn(this.#tree, path)]));
    // what was not proved is rolled back first, and with it what stood there before
    const isOpen = this.#tree.has(`${journalFolder}/opened`);
    const { error } = await act(this.#host, this.#state, asked, (state) => {
      this.#state = state;
    });
    this.#saved.push({ state: this.#state, originals: this.#originals });
    if (asked === "destroy")
      return error === undefined ? this.#destroyed(known, before, isOpen) : [`it fails: ${error.message}`];
    if (asked.startsWith("fail")) return [];
    return error === undefined ? await this.#applied(asked) : [`it fails: ${error.message}`];
  }

  /** All is as the version has it, is loaded, and a second run finds nothing to do. */
  async #applied(asked: Act): Promise<readonly string[]> {
    const tree = this.#tree;
    const list = lists[asked.slice(-1) as Version];
    const wrong = paths.flatMap((path) => {
      const found = settingsIn(tree, path);
      return found?.method === "saslauthd" && found.list === list ? [] : [`${path} has ${JSON.stringify(found)}`];
    });
    if (!membersIn(tree).includes("postfix")) wrong.push("postfix is not in the group");
    if (tree.get("/daemons/postfix")?.data !== loadedBy("postfix", tree)) wrong.push("Postfix has loaded other files");
    const { error } = await act(this.#host, this.#state, asked, (state) => {
      this.#state = state;
    });
    if (error !== undefined) wrong.push(`a second run fails: ${error.message}`);
    const changed = [...this.#tree].filter(([path, { id }]) => path.startsWith("/etc/") && tree.get(path)?.id !== id);
    return [...wrong, ...changed.map(([path]) => `a second run writes ${path}`)];
  }

  /** What was ours is as before; what somebody else has set since stays. */
  #destroyed(known: readonly string[], before: ReadonlyMap<Path, Settings | null>, isOpen: boolean): readonly string[] {
    return paths.flatMap((path) => {
      const was = before.get(path) ?? null;
      const original = this.#originals[path];
      // nothing of it was in the state, or it was gone from the host and so from the state
      if (!known.includes(nameOf[path]) || original === undefined || was === null) return [];
      const found = settingsIn(this.#tree, path);
      const isOurs = was.list !== theirList;
      const list = isOurs ? (original?.list ?? null) : was.list;
      const method = original?.method ?? null;
      if (isOpen && found?.list === theirList) return [];
      if ((found?.list ?? null) === list && (found?.method ?? null) === method) return [];
      return [`${path} has ${JSON.stringify(found)} in the place of ${JSON.stringify({ method, list })}`];
    });
  }

  async #kill(asked: Act, moment: number, power: boolean): Promise<readonly string[]> {
    this.#begin(asked);
    const moments: { disk: Disk; state: State }[] = [];
    let state = this.#state;
    this.#host.seen = (disk) => void moments.push({ disk, state });
    await act(this.#host, this.#state, asked, (kept) => {
      state = kept;
    });
    this.#host.seen = undefined;
    const killed = moments[moment % Math.max(1, moments.length)];
    // there was nothing to change, so nothing to be killed in
    if (killed === undefined) {
      this.#state = state;
      return [];
    }
    const cuts = power ? killed.disk.afterPowerCut() : [];
    const cut = cuts[moment % Math.max(1, cuts.length)];
    this.#host.disk = Disk.of(cut === undefined ? killed.disk.tree : booted(cut));
    this.#state = killed.state;
    return [];
  }

  /** The time before the program is now, where neither host nor state know of an earlier one. */
  #begin(asked: Act): void {
    if (asked === "destroy") return;
    for (const path of paths)
      if (!this.#isRemembered(path) && !(nameOf[path] in this.#state)) this.#set(path, settingsIn(this.#tree, path));
  }

  #edit(path: Path, edit: Edit): void {
    const data = this.#tree.get(path)?.data;
    const lines = this.#lines.get(path) ?? [];
    if (edit === "remove") {
      this.#write(path, undefined);
      this.#lines.delete(path);
      return;
    }
    if (edit === "add a line") {
      if (lines.includes(theirLine)) return;
      this.#lines.set(path, [...lines, theirLine]);
      this.#write(path, `${data ?? ""}${theirLine}\n`);
      return;
    }
    const without = (data ?? "").replace(/^mech_list:.*\n/m, "");
    this.#write(path, `${without}mech_list: ${theirList}\n`);
  }

  #enlist(user: string): void {
    if (this.#members.has(user)) return;
    this.#members.add(user);
    const data = this.#tree.get("/etc/group")?.data ?? "";
    this.#write(
      "/etc/group",
      data.replace(/^sasl:x:45:(.*)$/m, (_row, names) => `sasl:x:45:${[names, user].filter(Boolean).join()}`),
    );
  }

  /** What holds after every step, whatever happened. */
  #always(): readonly string[] {
    const tree = this.#tree;
    const daemons = ["postfix", "saslauthd"].filter((daemon) => !tree.has(`/daemons/${daemon}`));
    const lines = [...this.#lines].flatMap(([path, theirs]) =>
      theirs
        .filter((line) => !(tree.get(path)?.data ?? "").includes(`${line}\n`))
        .map((line) => `${path} has lost ${line}`),
    );
    const members = [...this.#members].filter((user) => !membersIn(tree).includes(user));
    return [
      ...daemons.map((daemon) => `${daemon} is stopped`),
      ...lines,
      ...members.map((user) => `${user} is no more in the group`),
    ];
  }

  get #tree(): Tree {
    return this.#host.disk.tree;
  }

  #isRemembered(path: Path): boolean {
    return this.#tree.has(resourceRecordPath("SmtpdConf", path));
  }

  #set(path: Path, settings: Settings | null | undefined): void {
    this.#originals = { ...this.#originals, [path]: settings };
  }

  /** As an editor does: the file is another one afterwards. */
  #write(path: string, data: string | undefined): void {
    const tree = new Map<string, Inode & { id: number }>(this.#tree);
    const { mode } = tree.get(path) ?? { mode: 0o644 };
    tree.delete(path);
    if (data !== undefined) tree.set(path, { kind: "file", mode, data, id: newId() });
    this.#host.disk = Disk.of(tree);
  }
}

/** The name of the resource of each file in the program. */
const nameOf: Readonly<Record<Path, string>> = {
  "/etc/postfix/sasl/smtpd.conf": "stock",
  "/etc/postfix/sasl/own.conf": "own",
};

function settingsIn(tree: Tree, path: Path): Settings | null {
  const data = tree.get(path)?.data;
  if (data === undefined) return null;
  const value = (name: string) => new RegExp(`^${name}: *(.*)$`, "m").exec(data)?.[1] ?? null;
  return { method: value("pwcheck_method"), list: value("mech_list") };
}

function membersIn(tree: Tree): readonly string[] {
  return /^sasl:x:45:(.*)$/m.exec(tree.get("/etc/group")?.data ?? "")?.[1]?.split(",") ?? [];
}

function told(step: Step): string {
  return Object.values(step).join(" ");
}
