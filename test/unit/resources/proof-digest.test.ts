// What makes a proof due again, and what does not.
import { describe, expect, test } from "@jest/globals";
import { type ProvedState, proofDigest } from "../../../providers/resources/proof/proof-digest.ts";
import { file } from "../../support/fake-answers.ts";

const enabled = { load: "loaded", active: "active", enabled: "enabled" };
const process = (pid: number, ...argv: string[]) => ({ pid, parent: 1, argv: ["/usr/sbin/saslauthd", ...argv] });
const ours = process(10, "-a", "pam", "-m", "/s");
const override = { owner: "root", group: "sasl", mode: "710" };
const proved: ProvedState = {
  configuration: "d1",
  saslauthdFiles: "f1",
  saslauthdDefaults: file('OPTIONS="-c -m /s"\n', "/etc/default/saslauthd"),
  saslauthd: [ours],
  installed: { postfix: "3.7.11", "sasl2-bin": "2.1.28", vim: "9.0" },
  overrides: { "/s": override, "/t": override },
  postfixUnit: enabled,
  saslauthdUnit: enabled,
};

describe("the proof is due when", () => {
  test.each<[string, Partial<ProvedState>]>([
    ["what Postfix loads changed", { configuration: "d2" }],
    ["a file of saslauthd or its folder changed", { saslauthdFiles: "f2" }],
    ["saslauthd runs with other options", { saslauthd: [process(10, "-a", "sasldb", "-m", "/s")] }],
    ["saslauthd does not run", { saslauthd: [] }],
    ["a package got another version", { installed: { ...proved.installed, postfix: "3.7.12" } }],
    ["a package is gone", { installed: { postfix: "3.7.11" } }],
    ["an override changed", { overrides: { ...proved.overrides, "/s": { ...override, mode: "755" } } }],
    ["Postfix starts no more at boot", { postfixUnit: { ...enabled, enabled: "disabled" } }],
    ["saslauthd starts no more at boot", { saslauthdUnit: { ...enabled, enabled: "masked" } }],
  ])("%s", (_what, changed) => {
    expect(proofDigest({ ...proved, ...changed })).not.toBe(proofDigest(proved));
  });
});

describe("the proof holds when", () => {
  test.each<[string, Partial<ProvedState>]>([
    [
      "saslauthd was restarted, with more processes",
      {
        saslauthd: [
          { ...ours, pid: 77 },
          { ...ours, pid: 78 },
        ],
      },
    ],
    ["a saslauthd of somebody else serves another socket", { saslauthd: [ours, process(5, "-m", "/other")] }],
    ["dpkg tells the overrides in another order", { overrides: { "/t": override, "/s": override } }],
    ["another package got another version", { installed: { ...proved.installed, vim: "9.1" } }],
    ["a unit was restarted", { postfixUnit: { ...enabled, active: "reloading" } }],
  ])("%s", (_what, changed) => {
    expect(proofDigest({ ...proved, ...changed })).toBe(proofDigest(proved));
  });
});
