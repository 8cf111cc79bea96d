// The host's own log of what was done to it: a line for each change, by logger(1), in the request of the change itself.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { RunScript } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

const origin = { stack: "mail/production", resource: "MasterService smtps/inet", by: "alice@desk" };
const step = (reason: string, exit = 0, more: Partial<RunScript> = {}): RunScript => ({
  do: "run",
  reason,
  script: sh`exit ${exit}`,
  ...more,
});

let folder: Folder;
beforeEach(async () => {
  folder = await hostInFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

/** A logger(1) that writes its arguments down, one call a line, and then does what the text says. */
const loggerThat = (afterwards: string) =>
  folder.program("logger", `printf '%s|' "$@" >> "$ROOT/log"; echo >> "$ROOT/log"\n${afterwards}`);

const run = (...steps: RunScript[]) =>
  apply(folder.host, steps, { log: () => {}, done: () => {}, journalled: false, origin });
const lines = () => folder.read("log")?.trim().split("\n") ?? [];
const line = (rest: string) =>
  `-t|sasl-mail-host|--|stack mail/production, MasterService smtps/inet, by alice@desk: ${rest}|`;

test("each change is a line, the one that fails too, and what comes after it is none", async () => {
  loggerThat("");

  await expect(run(step("add smtps/inet"), step("it's $HOME\nsecond line", 3), step("never"))).rejects.toThrow(
    "exit status 3",
  );

  expect(lines()).toEqual([line("done: add smtps/inet"), line("failed: it's $HOME")]);
});

test("our own bookkeeping is no line", async () => {
  loggerThat("");

  await run(step("remember", 0, { quiet: true }));

  expect(lines()).toEqual([]);
});

test.each([
  ["that fails", "echo broken >&2; exit 1"],
  ["that hangs", "sleep 30"],
])("a logger %s changes nothing about the change", async (_which, does) => {
  loggerThat(does);
  const begun = performance.now();

  await run(step("add smtps/inet"));

  expect(performance.now() - begun).toBeLessThan(20_000);
});

test("nor does a host without one", async () => {
  folder.program("timeout", "exit 127");

  await run(step("add smtps/inet"));

  expect(lines()).toEqual([]);
});
