// A Postfix that is in use is stopped where somebody has asked for it, or where a run before had left it stopped; else it is refused.
import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { check } from "../../../providers/engine/check.ts";
import { definitionOf } from "../../../providers/resources/catalogue.ts";
import { postfixService } from "../../../providers/resources/postfix/postfix-service.ts";
import { summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, report } = postfixService;
const byDefault = schema.parse({ state: "stopped", enabled: false, mayStop: false, ports: [25, 465] });
const asked = { ...byDefault, mayStop: true };
const unit = (enabled: string) => ({ load: "loaded", active: "active", enabled });
const runs = {
  program: { type: "regular file", mode: "755", owner: "root", group: "root" } as const,
  processes: [{ pid: 1, parent: 0, argv: ["/usr/lib/postfix/sbin/master"] }],
  unit: unit("enabled"),
  digest: "d1",
  loaded: "d1",
  outdated: [],
  journal: true,
  listeners: [
    { address: "0.0.0.0", port: 465, program: "master" },
    { address: "0.0.0.0", port: 25, program: "master" },
    { address: "0.0.0.0", port: 80, program: "nginx" },
  ],
  installedNow: false,
  master: null,
  names: {},
  inMain: {},
  resourceRecords: new Map(),
};
const stands = { ...runs, processes: [], listeners: [], unit: unit("disabled") };
const stopsAndDisables = [
  "run: stop Postfix: wanted stopped, found running",
  "run: disable postfix at boot: it is enabled",
];

describe("a change on the host", () => {
  test("refuses the stop that nobody asked for, and says what would have gone down and both ways on", () => {
    expect(refusal(() => apply(byDefault, runs))).toEqual({
      code: "postfix-stop-unasked",
      tried: "stop Postfix and disable it at boot: without tls that is how a run ends",
      found: "Postfix runs there and serves the ports 25 and 465, and nobody has asked for the stop",
      next: "configure tls: then Postfix stays running, and passwords travel encrypted. To have it stopped and disabled at boot, so that this host carries no mail, say finalState: stopped. Only for a network that nobody else can listen in: allowCleartext: true leaves it running without TLS, and every password can be read on the way",
    });
  });

  test("refuses to disable one that starts at boot and is down at the moment", () => {
    const down = { ...stands, unit: unit("enabled") };

    expect(refusal(() => apply(byDefault, down)).found).toBe(
      "Postfix starts at boot there, although it stands still now, and nobody has asked for the stop",
    );
  });

  test("refuses it where the state has it as running, although the journal of its installation was never closed", () => {
    expect(refusal(() => apply(byDefault, { ...runs, installedNow: true }, { leftStopped: false })).found).toBe(
      "Postfix runs there and serves the ports 25 and 465, and nobody has asked for the stop",
    );
  });

  test.each([
    ["finalState: stopped was said", asked, runs, undefined],
    [
      "Debian has started it in this operation, with its installation",
      byDefault,
      { ...runs, installedNow: true },
      undefined,
    ],
    ["the last run left it stopped, and somebody started it by hand", byDefault, runs, { leftStopped: true }],
  ])("stops it where %s", (_why, desired, actual, recorded) => {
    expect(summary(apply(desired, actual, recorded))).toEqual(stopsAndDisables);
  });

  test("has nothing to refuse where it stands still already", () => {
    expect(apply(byDefault, stands)).toEqual([]);
  });
});

describe("what is recorded", () => {
  test.each([
    ["wanted stopped and seen stopped", byDefault, stands, undefined, true],
    ["started by hand since then", byDefault, runs, { leftStopped: true }, true],
    ["wanted stopped by a run that was refused: it still runs", byDefault, runs, {}, false],
    ["wanted running", schema.parse({}), stands, { leftStopped: true }, false],
    [
      "wanted stopped by a run that was refused, and down since: it starts at boot",
      byDefault,
      { ...stands, unit: unit("enabled") },
      {},
      false,
    ],
  ])("%s", (_what, desired, actual, recorded, left) => {
    expect(report?.(desired, actual, recorded, undefined)).toMatchObject({ leftStopped: left });
  });
});

describe("a preview, which knows what the refresh found", () => {
  const connection = { host: "mail1.example.org" };
  const given = { ...byDefault, hostName: "mail1", connection, __provider: "stub" };
  const previewed = (
    desired: typeof byDefault,
    recorded: Record<string, unknown>,
    more: { begun?: boolean } = {},
    now = runs,
  ) => check(definitionOf("PostfixService"), { ...observe(desired, now, recorded) }, { ...given }, more).failures;
  const served = schema.parse({ ports: [25, 587], tlsPorts: [465] });

  test("refuses it with the host's name, the ports that would go down, and both ways on", () => {
    const serving = { ...runs, listeners: [25, 465, 587].map((port) => ({ address: "*", port, program: "master" })) };

    expect(previewed(served, { loaded: "d1" }, {}, serving)).toEqual([
      {
        property: "",
        reason:
          "mail1: Postfix runs there and serves the ports 25, 587 and 465. It would end stopped and disabled, and nobody has asked for that: configure tls: then Postfix stays running, and passwords travel encrypted. To have it stopped and disabled at boot, so that this host carries no mail, say finalState: stopped. Only for a network that nobody else can listen in: allowCleartext: true leaves it running without TLS, and every password can be read on the way. Nothing was changed",
      },
    ]);
  });

  test("refuses it again after a run that was refused, whose wish stands in the state", () => {
    expect(previewed(byDefault, {})).toHaveLength(1);
  });

  test("leaves the refusal to the change itself once something was done: that one puts the host back", () => {
    expect(previewed(served, { loaded: "d1" }, { begun: true })).toEqual([]);
  });

  test("shows a Postfix that was started by hand, and lets it be stopped again", () => {
    expect(observe(byDefault, runs, { leftStopped: true })).toMatchObject({
      state: "running: started since the last run left it stopped",
      enabled: "true: enabled since the last run left it disabled",
    });
    expect(previewed(byDefault, { leftStopped: true })).toEqual([]);
  });

  test("lets one that stands still stay so", () => {
    expect(previewed(byDefault, { leftStopped: true }, {}, stands as never)).toEqual([]);
  });
});

function refusal(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.parts;
    throw error;
  }
  throw new Error("it was not refused");
}
