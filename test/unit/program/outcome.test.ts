// The end of a run: a host that failed says so, and never what an earlier run has seen.
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Output, output } from "@pulumi/pulumi";
import { execa } from "execa";
import type { SaslMailHost } from "pulumi-postfix-sasl";
import { endedAfterReportedError } from "../../../configuration/failed-resources.ts";
import { doneLine, failedAmong, ifDone, lineOf, type Outcome, outcomeOf } from "../../../configuration/outcome.ts";
import { projectRoot } from "../../../lab/paths.ts";

const seen = {
  provedAt: "2026-11-30T12:04:09.000Z",
  state: "running",
  ports: [25, 465, 587],
  certificateExpires: "2027-01-30T23:59:59.000Z",
  unproved: [],
};

const mailHost = (urn: Output<string> = output("urn")) =>
  ({
    ...Object.fromEntries(Object.entries(seen).map(([name, value]) => [name, output(value)])),
    proof: { urn },
  }) as unknown as SaslMailHost;
const rejected = (message: string) => output(Promise.reject<string>(new Error(message)));
const neverSettled = () => output(new Promise<string>(() => {}));
const failing = () => mailHost(rejected("resource mail1-saslauthd [sasl:SaslauthdService] failed to register"));
const failed = output<Outcome>({ ended: "failed", resource: "mail1-packages" });
const done = output<Outcome>({ ended: "done" });
const none = output<readonly string[]>([]);
const settled = <Value>(found: Output<Value>) =>
  new Promise<unknown>((resolve) => void found.apply((value) => resolve(value)));

afterEach(() => {
  process.exitCode = undefined;
});

describe("the line of a host", () => {
  test.each([
    [{}, "proved 2026-11-30 12:04 UTC, running, ports 25 465 587, certificate until 2027-01-30"],
    [{ certificateExpires: undefined, state: "stopped" }, "proved 2026-11-30 12:04 UTC, stopped, ports 25 465 587"],
    [{ unproved: ["SmtpdConf mail1-smtpd-conf"] }, "NOT PROVED since these were changed: SmtpdConf mail1-smtpd-conf"],
    [{ provedAt: undefined }, "not proved yet"],
  ])("%j", (change, line) => {
    expect(doneLine({ ...seen, ...change })).toBe(line);
  });

  test.each<[string, SaslMailHost, Record<string, Output<Outcome>>, string]>([
    ["that is done, after others that are", mailHost(), { mail0: done }, doneLine(seen)],
    ["that failed", failing(), {}, "FAILED at mail1-saslauthd: its error above has the cause and what to do next"],
    [
      "that waits for a failed one, and whose outputs never settle",
      mailHost(neverSettled()),
      { mail0: done, mail1: failed },
      "not tried, because mail1 failed",
    ],
  ])("%s", async (_what, host, earlier, line) => {
    expect(await settled(lineOf(host, outcomeOf(host, failedAmong(none, earlier))))).toBe(line);
  });
});

test("a host that failed shows nothing of what an earlier run has seen, and ends the program as one that failed", async () => {
  const host = failing();

  const state = await settled(ifDone(outcomeOf(host, none), host.state));

  expect(state).toBeUndefined();
  expect(process.exitCode).toBe(endedAfterReportedError);
});

test("any other error ends the program with itself", async () => {
  const program = `import { output } from "@pulumi/pulumi";
    const { outcomeOf } = await import(${JSON.stringify(join(projectRoot, "configuration/outcome.ts"))});
    outcomeOf({ proof: { urn: output(Promise.reject(new Error("the door is closed"))) } }, output([]));`;

  const run = await execa(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: projectRoot,
    reject: false,
  });

  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("the door is closed");
});
