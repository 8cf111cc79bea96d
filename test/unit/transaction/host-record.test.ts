// The host's own log of what was done to it: a line for each change, by logger(1), in the request of the change itself.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { Host } from "../../../providers/host/host.ts";
import type { RunScript } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";

const origin = { stack: "mail/production", resource: "MasterService smtps/inet", by: "alice@desk" };
const step = (reason: string, exit = 0, more: Partial<RunScript> = {}): RunScript => ({
  do: "run",
  reason,
  script: sh`exit ${exit}`,
  ...more,
});

let folder: string;
let fake: FakeHost;
let host: Host;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "host-record-"));
  mkdirSync(join(folder, "bin"));
  fake = await fakeHost({ loginShell: `PATH=${folder}/bin:$PATH` });
  host = new Host(fake.connection());
});
afterEach(async () => {
  await host.close();
  await fake[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A logger(1) that writes its arguments down, one a line, and then does what the text says. */
function loggerThat(afterwards: string): void {
  const file = join(folder, "bin/logger");
  writeFileSync(file, `#!/bin/sh\nprintf '%s|' "$@" >> ${folder}/log\necho >> ${folder}/log\n${afterwards}\n`);
  chmodSync(file, 0o755);
}

const run = (...steps: RunScript[]) => apply(host, steps, { log: () => {}, done: () => {}, journalled: false, origin });
const lines = () =>
  existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8").trim().split("\n") : [];
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
  const file = join(folder, "bin/timeout");
  writeFileSync(file, "#!/bin/sh\nexit 127\n");
  chmodSync(file, 0o755);

  await run(step("add smtps/inet"));

  expect(lines()).toEqual([]);
});

test("changes that travel together stay one request", async () => {
  loggerThat("");

  await run(step("one"), step("two"), step("three"));

  const requests = Buffer.concat(fake.seen.stdin)
    .toString()
    .match(/logger -t sasl-mail-host/g);
  expect(requests).toHaveLength(6);
  expect(fake.seen).toMatchObject({ connections: 1, commands: [expect.any(String)] });
});
