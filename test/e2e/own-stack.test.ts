// `npm run pulumi` in a fresh checkout, with the real engine: no secret goes where its owner did not say, and none is lost without a word.
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { opens, saltOf } from "../../cli/stack/local-stacks.ts";
import { projectRoot } from "../../lab/paths.ts";
import { checkOut } from "../support/workflow.ts";

jest.setTimeout(120_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-own-stack-"));
  checkOut(join(folder, "project"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project = () => join(folder, "project");
const checkout = () => ({ project: project(), state: join(project(), ".lab") });

async function npmRun(script: string, line: string, input = "") {
  const { exitCode, all } = await execa("npm", ["run", "--silent", script, "--", ...line.split(" ").filter(Boolean)], {
    cwd: project(),
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"))),
      PULUMI_HOME: join(folder, "pulumi-home"),
    },
    extendEnv: false,
    reject: false,
    all: true,
    input,
  });
  return { exitCode, output: all };
}
const pulumi = (line: string, input?: string) => npmRun("pulumi", line, input);

/** The stacks' own files, with what is in them. */
function stackFiles(of = project()): Record<string, string> {
  const names = readdirSync(of).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(of, name), "utf8")]));
}

test("without a stack a secret goes nowhere, and the error names the command that makes one", async () => {
  const runs = [
    await pulumi("config set --secret proofPassword", "hunter2"),
    await pulumi("up --yes"),
    await npmRun("status", ""),
  ];

  for (const { exitCode, output } of runs) {
    expect(output).toMatch(/no stack is selected, so nothing was done\. .*npm run pulumi -- stack init NAME/);
    expect(exitCode).toBe(1);
  }
  expect(stackFiles()).toEqual(stackFiles(projectRoot));
});

test("a stack of one's own that is called dev is under a passphrase of its own", async () => {
  const made = await pulumi("stack init dev");
  const set = await pulumi("config set --secret proofPassword", "hunter2");
  const read = await pulumi("config get proofPassword");

  expect([made.exitCode, set.exitCode, read.output.split("\n").at(-1)]).toEqual([0, 0, "hunter2"]);
  expect(stackFiles()["Pulumi.dev.yaml"]).toMatch(/proofPassword:\s+secure: v1:/);
  const salt = saltOf("dev", checkout()) ?? "";
  const passphrase = readFileSync(join(project(), ".lab/passphrase"), "utf8").trim();
  expect([await opens(salt, "lab"), await opens(salt, passphrase)]).toEqual([false, true]);
});

test("with its passphrase lost the error says what to restore, and no new one is made", async () => {
  const kept = join(folder, "passphrase");
  renameSync(join(project(), ".lab/passphrase"), kept);

  const runs = [await pulumi("config set --secret proofPassword", "other"), await pulumi("stack init mail1")];

  for (const { exitCode, output } of runs) {
    expect(output).toMatch(/\.lab\/passphrase is not there.*the stack dev.*Restore \.lab\/passphrase/s);
    expect(exitCode).toBe(1);
  }
  expect(readdirSync(join(project(), ".lab"))).toEqual(["pulumi"]);
  cpSync(kept, join(project(), ".lab/passphrase"));
  expect((await pulumi("config get proofPassword")).output).toBe("hunter2");
});

test("with another one in its place the error says that it is another one", async () => {
  writeFileSync(join(project(), ".lab/passphrase"), "another\n");

  const { exitCode, output } = await pulumi("config set --secret proofPassword", "other");

  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/the secrets of the stack dev are not under the passphrase in \.lab\/passphrase/);
});

test("docs/how-to/rescue.md: without any copy the stack is begun again, with a passphrase of its own", async () => {
  rmSync(join(project(), ".lab/passphrase"));
  const file = join(project(), "Pulumi.dev.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(/^encryptionsalt: .*\n|^ +sasl-mail-host:proofPassword:\n +secure: .*\n/gm, ""));

  const removed = await pulumi("stack rm dev --force --preserve-config --yes");
  const made = await pulumi("stack init dev");
  const set = await pulumi("config set --secret proofPassword", "hunter3");

  expect([removed.exitCode, made.exitCode, set.exitCode]).toEqual([0, 0, 0]);
  expect((await pulumi("config get proofPassword")).output).toBe("hunter3");
});
