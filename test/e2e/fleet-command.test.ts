// `npm run fleet` over thirty hosts in three shards: engine, programs, providers and SSH are real, the hosts answer as a recorded one.

import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { record } from "../../bench/fleet/record.ts";
import { type FakeFleet, fakeFleet } from "../support/fake-fleet.ts";

jest.setTimeout(600_000);

const shards = 3;
let folder: string;
let fleet: FakeFleet;
let mute: Server;
const held: Socket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-fleet-command-"));
  const recording = await record(join(folder, "recording"), "fleet-command");
  fleet = await fakeFleet({ folder: join(folder, "fleet"), hosts: 30, shards, recording });
  mute = createServer((socket) => void held.push(socket)).listen(0, "127.0.0.1");
  await once(mute, "listening");
});

afterAll(async () => {
  for (const socket of held) socket.destroy();
  mute?.close();
  await fleet?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface End {
  readonly exitCode: number;
  readonly shards: readonly {
    readonly stack: string;
    readonly ended: string;
    readonly seconds: number;
    readonly hosts: readonly { readonly host: string; readonly result: string; readonly why?: string }[];
  }[];
}

async function run(...words: string[]): Promise<End & { readonly shown: string }> {
  const { exitCode, stdout, stderr } = await fleet.fleet(...words, "--json");
  const end = JSON.parse(stdout) as End;
  expect(exitCode).toBe(end.exitCode);
  return { ...end, shown: stderr };
}

/** By result. */
function hostsIn({ shards }: End): Record<string, string[]> {
  const all = shards.flatMap(({ hosts }) => hosts);
  const results = Map.groupBy(all, ({ result }) => result);
  return Object.fromEntries([...results].map(([result, hosts]) => [result, hosts.map(({ host }) => host).sort()]));
}

/** The first two hosts of the second shard and the first of the third, and how each is ill. */
function illHosts(): Record<string, number> {
  const { port } = mute.address() as { port: number };
  const [, second = [], third = []] = membersOf();
  return { [second[0] ?? ""]: 1, [second[1] ?? ""]: port, [third[0] ?? ""]: 1 };
}

/** The names in the files of the shards. */
function membersOf(): string[][] {
  const files = globSync(join(fleet.project, "Pulumi.big-shard-0*.yaml")).sort();
  return files.map((file) => [...readFileSync(file, "utf8").matchAll(/- name: (h\d+)/g)].map(([, name = ""]) => name));
}

test("all hosts are looked at, each in one shard, and all are as wanted", async () => {
  const end = await run("drift", "--shards", `${shards}`);

  expect(hostsIn(end)).toEqual({ "as wanted": fleet.names });
  expect(membersOf().flat().sort()).toEqual(fleet.names);
  expect(end.shards.map(({ stack }) => stack)).toEqual(["big-shard-01", "big-shard-02", "big-shard-03"]);
  expect(end.exitCode).toBe(0);
  expect(end.shown).toMatch(/30 of 30 hosts done, 0 failed, 3 of 3 shards\n?$/);
});

test("a host that refuses, one that hangs and one more that refuses cost the others nothing, and the report names them", async () => {
  const ill = illHosts();
  fleet.list(ill);

  const page = join(folder, "report.html");
  const end = await run("up", "--yes", "--max-failures", "9", "--html", page);

  const failed = Object.keys(ill).sort();
  expect(hostsIn(end)).toEqual({ "as wanted": fleet.names.filter((name) => !(name in ill)), failed });
  expect(end.exitCode).toBe(1);
  const text = readFileSync(page, "utf8");
  expect(text).toContain("3 of 30 FAILED");
  for (const name of failed) expect(text).toMatch(new RegExp(`${name}</h2>\\s*<p[^>]*>.*FAILED: could not connect to`));
});

test("by default no shard is begun after a failure, and the same command goes on when the hosts are well", async () => {
  const [first = []] = membersOf();
  fleet.list({ [first[0] ?? ""]: 1 });

  const stopped = await run("up", "--yes");
  fleet.list();
  const resumed = await run("up", "--yes");

  expect(stopped.shards.map(({ ended }) => ended)).toEqual(["done", "not begun", "not begun"]);
  expect(hostsIn(stopped).failed).toEqual(first.slice(0, 1));
  expect(hostsIn(resumed)).toEqual({ "as wanted": fleet.names });
  expect(resumed.exitCode).toBe(0);
});

test("a signal stops all engines in order within ten seconds, no lock is left, and the next run does all of them", async () => {
  const options = { cwd: fleet.project, env: fleet.environment, extendEnv: false, reject: false } as const;
  const words = ["cli/fleet.ts", "up", "--yes", "--no-canary", "--stack", fleet.base, "--json"];
  const running = execa(process.execPath, words, options);
  // One shard has ended, and others are being looked at.
  await new Promise<void>((resolve) => running.stderr.on("data", () => resolve()));
  const asked = performance.now();
  running.kill("SIGINT");

  const { exitCode } = await running;

  expect(performance.now() - asked).toBeLessThan(10_000);
  expect(exitCode).toBe(130);
  const locks = globSync(join(fleet.project, ".lab/pulumi/.pulumi/locks/**/*.json"));
  expect(locks).toEqual([]);
  expect(hostsIn(await run("up", "--yes"))).toEqual({ "as wanted": fleet.names });
});

test("plain pulumi takes a shard over: it has nothing to do there", async () => {
  const words = ["preview", "--stack", "big-shard-02", "--expect-no-changes", "--non-interactive"];
  const { exitCode } = await execa("pulumi", words, { cwd: fleet.project, env: fleet.environment, reject: false });

  expect(exitCode).toBe(0);
});

test("with a shard more hosts are handed over in the states alone, although no host can be reached, and an up before that is refused", async () => {
  const before = membersOf();
  fleet.list(Object.fromEntries(fleet.names.map((name) => [name, 1])));

  const { exitCode, stdout } = await fleet.fleet("move", "--shards", "4");
  fleet.list();
  const refused = await fleet.fleet("drift", "--shards", "3");
  const after = await run("drift");

  expect(exitCode).toBe(0);
  const moved = [...stdout.matchAll(/^big-shard-0\d → big-shard-04: (.*)$/gm)].flatMap(([, names = ""]) =>
    names.split(", "),
  );
  expect(refused.stderr).toMatch(/big has 4 shards, not 3/);
  // Of each that was moved only the name of its stack differs.
  expect(hostsIn(after)["to change"]).toEqual(moved.sort());
  expect(membersOf().map((names, index) => names.filter((name) => !before[index]?.includes(name)))).toEqual([
    [],
    [],
    [],
    moved,
  ]);
});

test("with a shard less its stack is taken away, but not while somebody else has a resource there", async () => {
  const options = { cwd: fleet.project, env: fleet.environment };
  const pulumi = async (words: string[], input = "") => (await execa("pulumi", words, { ...options, input })).stdout;
  const here = ["--stack", "big-shard-04"];
  const state = JSON.parse(await pulumi(["stack", "export", ...here]));
  const parent = "urn:pulumi:big-shard-04::sasl-mail-host::pulumi:pulumi:Stack::sasl-mail-host-big-shard-04";
  const urn = "urn:pulumi:big-shard-04::sasl-mail-host::my:index:Record::mx";
  state.deployment.resources.push({ urn, custom: false, type: "my:index:Record", parent });
  await pulumi(["stack", "import", ...here], JSON.stringify(state));

  const stays = await fleet.fleet("move", "--shards", "3");
  const stacks = await pulumi(["stack", "ls"]);
  await pulumi(["state", "delete", "--yes", urn, ...here]);
  const gone = await fleet.fleet("move", "--shards", "3");

  expect(stays).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/big-shard-04: stays for mx, which no fleet/),
  });
  expect(stacks).toContain("big-shard-04");
  expect(gone).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/big-shard-04: taken away/) });
  expect(await pulumi(["stack", "ls"])).not.toContain("big-shard-04");
});
