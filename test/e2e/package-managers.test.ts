// This project from a fresh clone, and the packed package in an empty folder: package managers, versions of Node, of TypeScript.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { ensureEngine } from "../../cli/engine/engine.ts";
import type { Engine } from "../../cli/engine/source.ts";
import { pack } from "../support/package.ts";
import {
  ensureNode,
  ensurePackage,
  managers,
  type PackageManager,
  plugAndPlay,
  runManager,
  surroundings,
} from "../support/package-managers.ts";
import { clone, configure, consumer, typedProgram } from "../support/tried-projects.ts";

// an installation without a cache, beside other tests
jest.setTimeout(900_000);

/** The newest of each line that npm served when this was written, and the last one that does not take types away by itself. */
const nodes = { 20: "20.20.2", "22.17": "22.17.1", 22: "22.23.5", 24: "24.22.3", 26: "26.12.1" } as const;
const refusal = /Node\.js 22\.18 or later is needed.*Put a newer one first on PATH, or use `npm run pulumi`/;
/** The provider process has checked the inputs: the program alone does not know this. */
const checkedByProvider = "must be an octal mode, for example 710; the host was not contacted";

let folder: string;
let packed: Awaited<ReturnType<typeof pack>>;
let engine: Engine;
let node: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-managers-"));
  [packed, engine, node] = await Promise.all([pack(), ensureEngine(), ensureNode(nodes[24])]);
});
afterAll(() => {
  packed?.clear();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(managers)("$name", (manager) => {
  test("installs the package in an empty folder, and a program in JavaScript has its preview", async () => {
    const project = consumer(folder, `package by ${manager.name}`, packed.tarball, manager);

    await install(manager, project, surroundings(node));
    const previews = await previewsOf(project, node);

    expectPlanAndCheck(previews);
  });

  test("installs this project from a fresh clone, and its `run pulumi preview` is that of a new host", async () => {
    const project = clone(folder, `project by ${manager.name}`);
    const env = surroundings(node);
    const pulumi = (...args: string[]) =>
      runManager(manager, ["run", "pulumi", ...(manager.name === "npm" ? ["--"] : []), ...args], { cwd: project, env });

    await install(manager, project, env);
    await pulumi("stack", "init", "mail1");
    configure(project);
    const preview = await pulumi("preview", "--color", "never");

    expectWholeHost(preview);
    expect(existsSync(join(project, "node_modules/.package-lock.json"))).toBe(manager.name === "npm");
    expect(preview.output).not.toContain("setup: installing");
  });
});

test("Yarn 4 with Plug'n'Play: the program and the stub of its resources find the package", async () => {
  const project = consumer(folder, "package by Plug'n'Play", packed.tarball, plugAndPlay);
  const env = surroundings(node);
  const program = `const { StatOverride } = require("pulumi-postfix-sasl");
import("pulumi-postfix-sasl/engine").then(async ({ check }) => {
  const { failures } = await check("StatOverride", {}, { connection: { host: "mail1.example.org" }, mode: "9" });
  console.log(typeof StatOverride, failures[0].reason);
});`;
  writeFileSync(join(project, "try.cjs"), program);

  await install(plugAndPlay, project, env);
  const run = await runManager(plugAndPlay, ["node", "try.cjs"], { cwd: project, env });

  expect(existsSync(join(project, "node_modules"))).toBe(false);
  expect(run).toMatchObject({ exitCode: 0, output: expect.stringContaining(`function ${checkedByProvider}`) });
});

describe("installed by npm once", () => {
  const [npm] = managers as readonly [PackageManager];
  let project: string;
  let program: string;

  beforeAll(async () => {
    project = clone(folder, "project for each Node");
    program = consumer(folder, "program for each Node", packed.tarball, npm);
    for (const installed of [project, program]) await install(npm, installed, surroundings(node));
  });

  describe.each(Object.entries(nodes))("with Node %s a plain `pulumi`", (line, version) => {
    const tooOld = ["20", "22.17"].includes(line);

    test(tooOld ? "says in one sentence what this project needs" : "previews this project", async () => {
      const pulumi = await plainPulumi(project, await ensureNode(version));
      configure(project);

      const preview = await pulumi("preview", "--stack", "mail1");

      if (tooOld) {
        expect(preview).toMatchObject({ exitCode: 1, output: expect.stringMatching(refusal) });
        expect(preview.output).not.toMatch(/ERR_|^ +at /m);
      } else expectWholeHost(preview);
    });

    test("previews a program in JavaScript that has the package", async () => {
      expectPlanAndCheck(await previewsOf(program, await ensureNode(version)));
    });
  });

  describe.each(["5.5.4", "5.9.3", "6.0.3"])("TypeScript %s with the settings of Pulumi's template", (version) => {
    test.each([
      ["commonjs", "nodenext"],
      ["commonjs", "node16"],
      ["module", "nodenext"],
      ["module", "node16"],
    ])("finds no error in %s for %s, nor in the declarations, and sees a wrong input", async (type, module) => {
      const compiler = join(await ensurePackage(`typescript@${version}`), "bin/tsc");
      const typed = typedProgram(program, type, module);

      const run = await execa(join(node, "node"), [compiler, "--noEmit", "-p", typed], { reject: false, all: true });

      expect({ exitCode: run.exitCode, all: run.all }).toEqual({ exitCode: 0, all: "" });
    });
  });
});

/** By `npm ci` where there is a lock file of npm, as the README has it. A failure ends the test with the manager's own words. */
async function install(manager: PackageManager, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const command = manager.name === "npm" && existsSync(join(cwd, "package-lock.json")) ? "ci" : "install";
  const { exitCode, output } = await runManager(manager, [command], { cwd, env });
  if (exitCode !== 0) throw new Error(`${manager.name} ${command} ended with ${exitCode}:\n${output}`);
}

/** `pulumi` as a person runs it who has this Node, with a new stack mail1. */
async function plainPulumi(project: string, ofNode: string, variables: NodeJS.ProcessEnv = {}) {
  const state = `${project}-state`;
  mkdirSync(state, { recursive: true });
  const env = {
    ...surroundings(ofNode, engine.folders),
    ...engine.environment,
    PULUMI_HOME: join(folder, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
  };
  const run = async (...args: string[]) => {
    const { exitCode, all } = await execa(
      "pulumi",
      ["--cwd", project, "--non-interactive", "--color", "never", ...args],
      {
        // the package must not be looked for from where somebody happens to be
        cwd: "/",
        env: { ...env, ...variables },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: "ignore",
      },
    );
    return { exitCode: exitCode ?? -1, output: all };
  };
  if (!existsSync(join(state, ".pulumi"))) await run("stack", "init", "mail1");
  return run;
}

interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/** Of the consumer's program with a good mode and with one that only the provider knows to be wrong. */
async function previewsOf(project: string, ofNode: string): Promise<Run[]> {
  const runs = [];
  for (const MODE of ["750", "9"])
    runs.push(await (await plainPulumi(project, ofNode, { MODE }))("preview", "--stack", "mail1"));
  return runs;
}

function expectPlanAndCheck([good, bad]: readonly Run[]): void {
  expect(good).toMatchObject({ exitCode: 0, output: expect.stringMatching(/sasl:StatOverride directory create/) });
  expect(bad?.output).toContain(checkedByProvider);
  expect(bad?.exitCode).not.toBe(0);
}

function expectWholeHost(preview: Run): void {
  expect(preview).toMatchObject({ exitCode: 0, output: expect.stringContaining("+ 10 to create") });
  // from the provider process
  expect(preview.output).toContain("without tls Postfix ends stopped");
}
