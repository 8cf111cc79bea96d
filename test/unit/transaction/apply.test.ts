// Steps in their order: told before they are done, stopped at the first that fails, and what was borrowed is given back.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { Answer } from "../../../providers/facts/fact.ts";
import type { RunScript, Step } from "../../../providers/steps/step.ts";
import { apply as applyOn } from "../../../providers/transaction/apply.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";
import { fakedHost } from "../../support/faked-host.ts";

const faked = fakedHost();
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "carry-out-"));
  path = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true }));

const apply = (...steps: Step[]) => applyOn(faked.host, steps, { log: () => {}, done: () => {}, journalled: false });

test("removing takes the file, and is content when it is gone already", async () => {
  writeFileSync(path, "x");

  await apply({ do: "remove", path, reason: "test" }, { do: "remove", path, reason: "test" });

  expect(readdirSync(folder)).toEqual([]);
});

test("of changes that travel together those up to a failed one are told, and those after it are neither done nor told", async () => {
  const told: string[] = [];
  const made: string[] = [];
  const touch = (name: string): RunScript => ({ do: "run", reason: name, script: sh`touch -- ${join(folder, name)}` });
  const fails: Step = { do: "run", reason: "fail", script: sh`echo out; echo err >&2; exit 3`, next: "do this" };

  const options = {
    log: (line: string) => told.push(line),
    done: (line: string) => made.push(line),
    journalled: false,
  };
  const done = applyOn(faked.host, [touch("one"), { ...touch("quiet"), quiet: true }, fails, touch("two")], options);

  await expect(done).rejects.toThrow("tried: fail\nfound: exit status 3: err\nout\nnext: do this");
  expect(readdirSync(folder).sort()).toEqual(["one", "quiet"]);
  expect([told, made]).toEqual([
    ["one", "fail"],
    ["one", "fail (it failed, perhaps half-way)"],
  ]);
});

test("a change that may take long is told before it begins, and goes alone", async () => {
  const told: string[] = [];
  const step = (reason: string, timeoutSeconds?: number): Step => ({
    do: "run",
    reason,
    script: sh`exit ${reason === "long" ? 3 : 0}`,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  });

  const options = { log: (line: string) => told.push(line), done: () => {}, journalled: false };
  const done = applyOn(faked.host, [step("before"), step("long", 60), step("after")], options);

  await expect(done).rejects.toThrow("tried: long");
  expect(told).toEqual(["before", "long"]);
});

test("what was borrowed is given back, also after a failure", async () => {
  const touch = (name: string): Step => ({ do: "run", reason: name, script: sh`touch -- ${join(folder, name)}` });
  const fails: Step = { do: "run", reason: "fail", script: sh`exit 3` };

  const done = apply({
    do: "temporarily",
    reason: "temporarily",
    steps: [fails, touch("one")],
    afterwards: [touch("back")],
  });

  await expect(done).rejects.toThrow("exit status 3");
  expect(readdirSync(folder)).toEqual(["back"]);
});

test("what was borrowed is given back also where the steps for a failure fail, which is logged", async () => {
  const told: string[] = [];
  const run = (reason: string, script = sh`touch -- ${join(folder, reason)}`): Step => ({ do: "run", reason, script });
  const step: Step = {
    do: "temporarily",
    reason: "stop it for a while",
    steps: [run("fail", sh`exit 3`)],
    ifFailed: [run("start it again", sh`exit 4`)],
    afterwards: [run("back")],
  };

  const done = applyOn(faked.host, [step], { log: (line) => told.push(line), done: () => {}, journalled: false });

  await expect(done).rejects.toThrow("exit status 3");
  expect(readdirSync(folder)).toEqual(["back"]);
  expect(told).toContainEqual(
    expect.stringMatching(/^after this failed, its end failed, too \("stop it for a while"\): .*start it again/),
  );
});

test.each([
  ["what is meant for a failure is done after one", 3, ["if failed"]],
  ["and not where all went well", 0, []],
])("%s", async (_what, code, made) => {
  const run = (name: string, script = sh`touch -- ${join(folder, name)}`): Step => ({
    do: "run",
    reason: name,
    script,
  });

  await apply({
    do: "temporarily",
    reason: "temporarily",
    steps: [run("fails or not", sh`exit ${code}`)],
    ifFailed: [run("if failed")],
    afterwards: [],
  }).catch(() => undefined);

  expect(readdirSync(folder)).toEqual(made);
});

test("a wait that becomes long says what it waits for, and for how long", async () => {
  const told: string[] = [];
  const ready = {
    name: "the file",
    question: sh`[ -e ${path} ] && echo yes; :`,
    parse: ({ stdout }: Answer) => stdout.length > 0,
  };
  setTimeout(() => writeFileSync(path, ""), 2600);

  await applyOn(faked.host, [{ do: "wait", what: "the file", until: ready, timeoutSeconds: 20, next: "look" }], {
    log: (line) => told.push(line),
    done: () => {},
    journalled: false,
  });

  expect(told).toEqual(["wait for the file: 2 s so far (at the most 20 s)"]);
});

test("a wait ends when it holds, or with its advice when the time is over", async () => {
  const until = {
    name: "the file",
    question: sh`test -e ${path}; echo $?`,
    parse: (a: { stdout: Buffer }) => `${a.stdout}` === "0\n",
  };
  const wait: Step = { do: "wait", what: "the file", until, timeoutSeconds: 0.3, next: "look at it" };

  await expect(apply(wait)).rejects.toThrow("tried: wait for the file\nfound: not so after 0.3 s\nnext: look at it");
  setTimeout(() => writeFileSync(path, ""), 100);
  await apply({ ...wait, timeoutSeconds: 3 });
});

test("dialogues that follow each other are told one by one, and what was read before them is asked again", async () => {
  await using smtp = await fakeSmtp("secret");
  const told: string[] = [];
  const isThere = {
    name: "the file",
    question: sh`[ -e ${path} ] && echo yes; :`,
    parse: ({ stdout }: Answer) => stdout.length > 0,
  };
  const prove = (reason: string): Step => ({
    do: "prove",
    dialogue: { port: smtp.port, mechanisms: ["PLAIN", "LOGIN"], login: { username: "mail", password: "secret" } },
    reason,
  });
  expect(await faked.host.read({ isThere })).toEqual({ isThere: false });
  writeFileSync(path, "");

  const proofs = await applyOn(faked.host, [prove("log in"), prove("log in again")], {
    log: (line) => told.push(line),
    done: () => {},
    journalled: false,
  });

  expect(proofs.map(({ reply }) => reply)).toEqual([expect.stringMatching(/^235 /), expect.stringMatching(/^235 /)]);
  expect(told).toEqual(["log in", "log in again"]);
  expect(smtp.logins).toHaveLength(2);
  expect(await faked.host.read({ isThere })).toEqual({ isThere: true });
});

test.each([
  ["what to do then", { next: "look at the mirror" }, "; look at the mirror"],
  ["nothing more", {}, ""],
])(
  "a step that may fail is a warning with the host's words and %s, and those after it are done",
  async (_what, more, advice) => {
    const warned: string[] = [];
    faked.host.tellTo(
      Object.assign(() => {}, { warn: (line: string) => warned.push(line), delivered: async () => {} }),
    );
    const script = sh`echo one >&2; echo two; exit 3`;

    await apply(
      { do: "run", reason: "fetch it", script, mayFail: true, ...more },
      { do: "run", reason: "go on", script: sh`touch -- ${path}` },
    );

    expect(readdirSync(folder)).toEqual(["file"]);
    expect(warned).toEqual([`fetch it: tried once, and without success: one two${advice}`]);
  },
);
