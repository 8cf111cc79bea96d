// A run that starts or stops a daemon and changes no file: when it fails, the daemon is as it was.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { daemonsAsBefore } from "../../../providers/steps/daemons-as-before.ts";
import { setEnabled, startPostfix, stopPostfix } from "../../../providers/steps/postfix.ts";
import { restartSaslauthd } from "../../../providers/steps/saslauthd.ts";
import type { Step } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { commit, rollBack } from "../../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;

beforeEach(async () => {
  folder = await hostInFolder();
  folder.write("/etc/postfix/master.cf", "smtp inet n - y - - smtpd\n");
});
afterEach(() => folder[Symbol.asyncDispose]());

const applied = (...steps: Step[]) => apply(folder.host, steps, { log: () => {}, done: () => {}, journalled: true });
const daemons = () => ({ postfix: folder.runs("postfix"), saslauthd: folder.runs("saslauthd") });

const disable = setEnabled("postfix", false, "enabled");
const startSaslauthd = { ...restartSaslauthd("start saslauthd", []), undo: daemonsAsBefore };

describe("a roll-back", () => {
  test.each([
    ["stops a Postfix that the run has started", ["saslauthd"], [startPostfix("start Postfix")], "start Postfix"],
    ["starts a Postfix that it has stopped", ["postfix", "saslauthd"], [stopPostfix("stop Postfix")], "stop Postfix"],
    [
      "starts one that it has stopped before it disabled it",
      ["postfix"],
      [stopPostfix("stop Postfix"), disable],
      "stop Postfix",
    ],
    ["stops a saslauthd that it has started", ["postfix"], [startSaslauthd], "start saslauthd"],
  ] as const)("%s, and says so", async (_what, running, steps, told) => {
    folder.running(...running);
    const before = daemons();
    await applied(...steps);
    expect(daemons()).not.toEqual(before);

    const report = await rollBack(folder.host);

    expect(daemons()).toEqual(before);
    expect(report).toContain(`undone: ${told}`);
    expect(folder.read("var/lib/sasl-mail-host/journal/opened")).toBeUndefined();
  });
});

test("a master that takes a moment to exit is waited for: Debian 12's systemctl does not", async () => {
  folder.running("postfix");
  folder.program("systemctl", '[ "$1" != stop ] || { sleep 1; rm -rf "$ROOT/proc/77"; } >/dev/null 2>&1 &');

  await applied(stopPostfix("stop Postfix"));

  expect(folder.runs("postfix")).toBe(false);
});

describe("a daemon that cannot be set as it was", () => {
  const fails = (what: string) =>
    folder.program(
      "systemctl",
      `case "$1 $2" in "${what}") echo 'Job failed: no socket' >&2; exit 1 ;; "-q is-active") exit 0 ;; esac`,
    );
  const journal = () => folder.program("journalctl", 'case $* in *saslauthd*) echo "cannot bind: read-only" ;; esac');

  test("is named with its reason, with what was put back, and with the command that shows more", async () => {
    folder.running("saslauthd");
    await applied(startSaslauthd);
    fails("restart saslauthd");
    journal();

    const message = await rollBack(folder.host).catch((error: Error) => error.message);

    expect(message).toMatch(
      /found: [^\n]*not as before: saslauthd[\s\S]*NOT as before: saslauthd: it ran before and does not start: Job failed: no socket cannot bind: read-only\s+put back: undone: start saslauthd/,
    );
    expect(message).toContain("journalctl -u saslauthd -n 50");
    expect(message).not.toContain("ran is not known");
  });

  test("and is reported as started by a script that starts nothing, is named all the same", async () => {
    folder.running("saslauthd");
    await applied(startSaslauthd);
    folder.program("systemctl", 'case "$1" in restart) rm -f "$ROOT/saslauthd-runs" ;; esac');
    journal();

    await expect(rollBack(folder.host)).rejects.toThrow(
      /saslauthd: it ran before and does not start: no daemon came up/,
    );
  });

  test("is gone on with by the next run, which puts back nothing twice", async () => {
    folder.running("saslauthd");
    await applied(startSaslauthd);
    fails("restart saslauthd");
    await rollBack(folder.host).catch(() => undefined);
    fails("nothing");

    expect(await rollBack(folder.host)).toBeUndefined();
    expect(folder.read("var/lib/sasl-mail-host/journal/opened")).toBeUndefined();
  });
});

test("a daemon that cannot be recorded is neither started nor stopped", async () => {
  folder.running("postfix");
  folder.program("sync", "exit 1");

  await expect(applied(stopPostfix("stop Postfix"))).rejects.toThrow("no daemon was touched");

  expect(folder.runs("postfix")).toBe(true);
});

describe("a Postfix that is started for a proof only", () => {
  const temporarily = (...steps: Step[]): Step => ({
    do: "temporarily",
    reason: "for the proof",
    steps: [startPostfix("start Postfix: to log in once"), ...steps],
    afterwards: [stopPostfix("stop Postfix again")],
  });

  test("and is left running by a killed run is stopped by the next one, also where that fails", async () => {
    await applied(startPostfix("start Postfix: to log in once"));
    await applied(stopPostfix("stop Postfix: wanted stopped, found running"));

    await rollBack(folder.host);

    expect(folder.runs("postfix")).toBe(false);
  });

  test("is stopped also where the journal cannot be written any more", async () => {
    const full: Step = {
      do: "run",
      reason: "fill the disk",
      script: sh`printf '#!/bin/sh\nexit 1\n' > "$ROOT/bin/sync"; chmod 755 "$ROOT/bin/sync"; exit 3`,
    };

    await expect(applied(temporarily(full))).rejects.toThrow("fill the disk");

    expect(folder.runs("postfix")).toBe(false);
  });

  test("leaves nothing when the proof holds", async () => {
    await applied(temporarily());
    await commit(folder.host);

    expect([folder.runs("postfix"), folder.read("var/lib/sasl-mail-host/journal/opened")]).toEqual([false, undefined]);
  });
});
