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
