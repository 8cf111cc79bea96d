// One host of a stack is given back, and one is forgotten, while another one stays: by `npm run give-back` and `npm run forget` in a
// checkout, on hosts that wait for each other in a roll-out.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { stringify } from "yaml";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell, snapshot } from "../support/index.ts";
import { connectionTo } from "../support/resource-on-host.ts";
import { checkOut } from "../support/workflow.ts";
import { changedPaths, fingerprints } from "./fingerprints.ts";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-departure-"));
const project = join(folder, "project");
let first: LabHost;
let second: LabHost;
let untouched: string[];

beforeAll(async () => {
  [first, second] = await Promise.all([freshHost("departure1", 13), freshHost("departure2", 12)]);
  untouched = await snapshot(first);
  checkOut(project);
  await succeed("pulumi", "stack", "init", "fleet");
  configure(["mail1", first], ["mail2", second]);
  await succeed("pulumi", "up", "--yes", "--skip-preview");
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([first, second].map((host) => host && destroyHost(host)));
});

test.each(["give-back", "forget"])(
  "%s asks nobody where there is no terminal, and does nothing without --yes",
  async (script) => {
    const before = await state();

    const { exitCode, output } = await npmRun(script, "mail1");

    expect(exitCode).toBe(1);
    expect(output).toMatch(new RegExp(`^${script} mail1, of the stack fleet:\\n`));
    expect(output).toContain("the others stay as they are: mail2");
    expect(output).toContain("there is no terminal to ask on: give --yes; nothing was done");
    expect(await state()).toBe(before);
  },
);

test("a host that the state does not have is named, with those that it has", async () => {
  const { exitCode, output } = await npmRun("forget", "mail", "--yes");

  expect(exitCode).toBe(1);
  expect(output).toContain("has no host mail: it has mail1, mail2; nothing was done");
});

test("give-back brings a host to how it was found, and does not touch the one that waited for it", async () => {
  const before = await fingerprints(second);

  const { exitCode, output } = await npmRun("give-back", "mail1", "--yes");

  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  expect(output).toMatch(
    /npm run pulumi -- destroy --run-program=false --target '\S+::mail1' --target-dependents --suppress-outputs --stack fleet --yes/,
  );
  expect(output).toContain("npm run pulumi -- config rm --path 'hosts[0]' --stack fleet");
  expect(await snapshot(first)).toEqual(untouched);
  expect(changedPaths(before, await fingerprints(second))).toEqual([]);
  expect(await hosts()).toEqual(["mail2"]);
});

test("with that host out of the configuration there is nothing to do for the other", async () => {
  configure(["mail2", second]);

  expect((await npmRun("pulumi", "preview", "--expect-no-changes")).exitCode).toBe(0);
});

test("forget takes a host out of the state that can not be reached any more, and the host is not asked", async () => {
  await shell(second, "systemctl stop ssh.socket ssh 2>/dev/null || systemctl stop ssh");
  const before = await fingerprints(second);

  const { exitCode, output } = await npmRun("forget", "mail2", "--yes");

  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  expect(output).toMatch(/npm run pulumi -- state delete '\S+::mail2' --target-dependents --stack fleet --yes/);
  expect(changedPaths(before, await fingerprints(second))).toEqual([]);
  expect(await hosts()).toEqual([]);
});

function configure(...named: readonly (readonly [string, LabHost])[]): void {
  const all = named.map(([name, host]) => ({ name, connection: connectionTo(host) }));
  const config = { "sasl-mail-host:hosts": all, "sasl-mail-host:finalState": "stopped" };
  writeFileSync(join(project, "Pulumi.fleet.yaml"), stringify({ config }));
}

/** The state without what an export adds. */
async function state(): Promise<string> {
  return await succeed("pulumi", "stack", "export", "--stack", "fleet");
}

/** The hosts of which the state has anything. */
async function hosts(): Promise<string[]> {
  const { deployment } = JSON.parse(await state()) as { deployment: { resources?: { urn: string }[] } };
  const names = (deployment.resources ?? []).flatMap(({ urn }) => /::(mail\d)(-[^:]*)?$/.exec(urn)?.[1] ?? []);
  return [...new Set(names)];
}

async function succeed(script: string, ...args: string[]): Promise<string> {
  const { exitCode, output } = await npmRun(script, ...args);
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  return output;
}

/** As a person or a pipeline runs it in the checkout. */
async function npmRun(script: string, ...args: string[]) {
  const { exitCode, all } = await execa("npm", ["run", "--silent", script, "--", ...args], {
    cwd: project,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"))),
      PULUMI_HOME: join(folder, "pulumi-home"),
    },
    extendEnv: false,
    reject: false,
    all: true,
    input: "",
  });
  return { exitCode, output: all };
}
