// What the state holds: everything that a later run needs, and a secret in one place only.
import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { commonInputsOf } from "../../../providers/engine/common-inputs.ts";
import { describeDifferences, differences } from "../../../providers/engine/differences.ts";
import { errorFor, halfWay } from "../../../providers/engine/failure.ts";
import { outputsOf, stateIn } from "../../../providers/engine/state.ts";
import { definitionOf } from "../../../providers/resources/catalogue.ts";

const proof = definitionOf("AuthProof");
const member = definitionOf("GroupMember");
const common = commonInputsOf({ connection: { host: "mail1", password: "ssh-canary" }, transaction: true });
const desired = proof.schema.parse({ username: "mail", password: "canary" });

describe("outputs", () => {
  const recorded = { common, desired, before: { x: 1 }, machine: "m1", report: { covered: "d1", reply: "235" } };
  const outputs = outputsOf(proof, recorded, { ...desired, covers: "changed" });

  test("are read back as what was recorded", () => {
    expect(stateIn(proof, { ...outputs, __provider: "stub" })).toEqual(recorded);
    expect(stateIn(proof, JSON.parse(JSON.stringify(outputs)))).toEqual(recorded);
  });

  test("show what was observed, and keep what was wanted beside it", () => {
    expect(outputs).toMatchObject({ covers: "changed", wanted: { covers: {} }, reply: "235", machine: "m1" });
  });

  test("hold a secret once, under the name that Pulumi encrypts", () => {
    expect(JSON.stringify(outputs).split('"canary"')).toHaveLength(2);
    expect(outputs.password).toBe("canary");
    expect(outputs.wanted).not.toHaveProperty("password");
  });

  test("of an older version get the defaults of today", () => {
    const { port: _port, ...older } = outputs.wanted as Record<string, unknown>;

    expect(stateIn(proof, { ...outputs, wanted: older }).desired.port).toBe(465);
  });

  test("without a required part are an error, not a guess", () => {
    expect(() => stateIn(proof, { ...outputs, connection: undefined })).toThrow();
  });
});

describe("differences", () => {
  test("are looked for in the resource's own inputs only, lists and objects by value", () => {
    const same = JSON.parse(JSON.stringify(desired));

    expect(differences(proof, { ...same, connection: "x", reply: "y" }, desired)).toEqual([]);
    expect(differences(proof, { ...same, port: 587, listening: [25, 26] }, desired)).toEqual(["port", "listening"]);
    expect(differences(member, {}, { user: "postfix", group: "sasl" })).toEqual(["user", "group"]);
  });

  test("are told with both values, but a secret without any", () => {
    const found = { ...desired, port: 587, password: "old-canary" };
    const told = describeDifferences(proof, found, desired);

    expect(told).toBe("port: wanted 465, found 587; password differs");
  });
});

describe("an error", () => {
  const where = { host: "root@mail1:22", resource: "GroupMember postfix/sasl" };

  test("says host, resource, what was tried, found and left, and what to do", () => {
    const failure = new Failure({ code: "host-unreadable", tried: "read x", found: "nothing", next: "make x" });

    expect(errorFor(failure, { ...where, done: ["step 1", "step 2"] }).message).toBe(
      [
        "GroupMember postfix/sasl on root@mail1:22",
        "tried: read x",
        "found: nothing",
        "left on the host: what was done before:",
        "    step 1",
        "    step 2",
        "next: make x",
        "code: host-unreadable (docs/errors.md)",
      ].join("\n  "),
    );
    expect(errorFor(failure, { ...where, done: [] }).message).toContain("left on the host: nothing was changed");
  });

  test.each([
    ["what the step left, and what was done before it", ["the old file is untouched"], ["the old file is untouched"]],
    ["not that nothing was changed, where something was", ["nothing was changed by this look"], []],
  ])("says %s", (_what, left, told) => {
    const failure = new Failure({ code: "file-not-written", tried: "write x", found: "no space", left, next: "look" });

    const { message } = errorFor(failure, { ...where, done: ["stop saslauthd", "write y"] });

    expect(message.replaceAll(/\n +/g, "\n")).toContain(
      `left on the host: ${[...told, "what was done before:", "stop saslauthd", "write y"].join("\n")}\nnext: look`,
    );
  });

  test("of a resource that follows a failed one is one line, with the cause", () => {
    const follower = errorFor(
      new Failure({ code: "host-rolled-back", tried: "go on", found: "SmtpdConf x failed", next: "mend it" }),
      { ...where, done: [] },
    );

    expect(follower.message).toBe(
      "GroupMember postfix/sasl on root@mail1:22: not tried, because SmtpdConf x failed (code: host-rolled-back, docs/errors.md)",
    );
  });

  test("that nobody expected is called a defect, with its stack", () => {
    const { message } = errorFor(new TypeError("oops"), { ...where, done: [] });

    expect(message).toMatch(/TypeError: oops[\s\S]*this is a defect[\s\S]*code: defect \(docs\/errors\.md\)$/);
    expect(errorFor("text", { ...where, done: [] }).message).toContain("found: text");
  });

  test("half way keeps what Pulumi needs to go on", () => {
    expect(halfWay(new Error("why"), "the id", { a: 1 })).toMatchObject({
      message: "why",
      id: "the id",
      properties: { a: 1 },
      reasons: ["why"],
    });
  });
});
