// Postfix running with what is on the disk and seen to answer; or stopped, and not coming back with a reboot.
import { describe, expect, test } from "@jest/globals";
import { postfixService } from "../../../providers/resources/postfix/postfix-service.ts";
import { file } from "../../support/fake-answers.ts";
import { summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove, report, refusesToGo } = postfixService;
const inputs = schema.parse({ ports: [25, 465] });
const stopped = schema.parse({ state: "stopped", enabled: false });
const laterProof = schema.parse({ ports: [25, 465], proves: false });
const unit = (enabled: string) => ({ load: "loaded", active: "active", enabled });
const program = { type: "regular file", mode: "755", owner: "root", group: "root" };
const master = [{ pid: 1, parent: 0, argv: ["/usr/lib/postfix/sbin/master"] }];
const runs = {
  program,
  processes: master,
  unit: unit("enabled"),
  digest: "d1",
  loaded: "",
  outdated: [] as string[],
  journal: false,
  listeners: [25, 465].map((port) => ({ address: "0.0.0.0", port, program: "master" })),
  installedNow: false,
  master: null,
  names: {},
  inMain: {},
  resourceRecords: new Map(),
};
const stands = { ...runs, processes: [], unit: unit("disabled") };
const loaded = { loaded: "d1" };
const look = ["wait for Postfix to listen on 25 and 465", "prove port 25", "prove port 465"];
const check = "run: postfix check: before the configuration is loaded";

describe("what the host shows", () => {
  const stale = { onTheHost: "changed since Postfix was last reloaded and seen to answer" };

  test.each([
    ["it runs with what is on the disk", inputs, runs, loaded, inputs],
    [
      "the configuration changed since it was loaded",
      inputs,
      runs,
      { loaded: "d0" },
      { ...inputs, configuration: stale },
    ],
    ["nobody knows what it has loaded", inputs, runs, undefined, { ...inputs, configuration: stale }],
    [
      "changes on the host wait for a proof",
      inputs,
      { ...runs, journal: true },
      loaded,
      { ...inputs, configuration: stale },
    ],
    [
      "changes on the host wait for the proof of another resource",
      laterProof,
      { ...runs, journal: true },
      loaded,
      laterProof,
    ],
    [
      "a file was written since it was loaded, and says the same again",
      inputs,
      { ...runs, outdated: ["/etc/postfix/main.cf was written since its last reload"] },
      loaded,
      {
        ...inputs,
        configuration: {
          onTheHost: "Postfix is older than this: /etc/postfix/main.cf was written since its last reload",
        },
      },
    ],
    [
      "another program holds a port",
      inputs,
      { ...runs, listeners: [runs.listeners[0], { address: "*", port: 465, program: "nc" }] as never },
      loaded,
      { ...inputs, ports: [25, "465: nc listens, not Postfix"] },
    ],
    [
      "nobody holds a port that speaks TLS",
      { ...inputs, ports: [25], tlsPorts: [587] },
      runs,
      loaded,
      { ...inputs, ports: [25], tlsPorts: ["587: nobody listens"] },
    ],
    ["it was stopped", inputs, { ...runs, processes: [] }, loaded, { ...inputs, state: "stopped" }],
    ["it was disabled", inputs, { ...runs, unit: unit("disabled") }, loaded, { ...inputs, enabled: false }],
    ["it is stopped as wanted, whatever changed", stopped, { ...stands, digest: "d9" }, loaded, stopped],
    ["it was started although it should stand", stopped, runs, loaded, { ...stopped, state: "running", enabled: true }],
    ["Postfix is not installed", inputs, { ...runs, program: null }, loaded, undefined],
  ])("%s", (_what, desired, actual, recorded, shown) => {
    expect(observe(desired, actual, recorded)).toEqual(shown);
  });
});

describe("the change", () => {
  test.each([
    [
      "reloads one that runs, then looks",
      inputs,
      runs,
      [check, "run: reload Postfix: its configuration changed", ...look],
    ],
    [
      "starts one that stands, then looks, then enables",
      inputs,
      stands,
      [check, "run: start Postfix: it is stopped", ...look, "run: enable postfix at boot: it is disabled"],
    ],
    [
      "stops and disables",
      stopped,
      runs,
      ["run: stop Postfix: wanted stopped, found running", "run: disable postfix at boot: it is enabled"],
    ],
    ["is none where it stands as wanted", stopped, stands, []],
  ])("%s", (_what, desired, actual, steps) => {
    expect(summary(apply(desired, actual))).toEqual(steps);
  });

  test("waits for ports with TLS too, but looks for no banner there", () => {
    const withTls = schema.parse({ ports: [25], tlsPorts: [465] });

    expect(summary(apply(withTls, runs)).slice(2)).toEqual(look.slice(0, 2));
    expect(() => apply(withTls, { ...runs, listeners: [{ address: "*", port: 465, program: "nginx" }] })).toThrow(
      "nginx",
    );
  });

  test("is refused while another program holds a port: a reload would end Postfix as a whole", () => {
    const nginx = { address: "0.0.0.0", port: 465, program: "nginx" };
    const ours = { address: "0.0.0.0", port: 25, program: "master" };

    expect(() => apply(inputs, { ...runs, listeners: [ours, nginx] })).toThrow("nginx listens on 0.0.0.0:465");
    expect(summary(apply(inputs, { ...runs, listeners: [ours, { ...nginx, port: 80 }] }))).toContain(check);
  });

  test("ends the operation only where no login comes after it", () => {
    expect(postfixService.closes?.(inputs)).toBe(true);
    expect(postfixService.closes?.(laterProof)).toBe(false);
  });

  test("is refused without the package", () => {
    expect(() => apply(inputs, { ...runs, program: null })).toThrow("it comes with the package postfix");
  });
});

describe("what is recorded", () => {
  test.each([
    ["after a mere look: what was known before", undefined, loaded, "d1"],
    ["after a reload that was seen to answer: the digest of now", [], loaded, "d2"],
    ["after a mere look without a record: nothing", undefined, undefined, undefined],
  ])("%s", (_when, proofs, recorded, digest) => {
    expect(report?.(inputs, { ...runs, digest: "d2" }, recorded, proofs)).toMatchObject({ loaded: digest });
  });
});

const remembered = { running: true, enabled: true, logins: [] };
const notRunning = { running: false, enabled: false };
const disable = "run: disable postfix at boot: it is enabled";
const enable = "run: enable postfix at boot: it is disabled";
const stop = "run: stop Postfix: it was stopped before";
const start = "run: start Postfix: it ran before";
describe("its removal", () => {
  const before = { running: true, enabled: true, logins: [] };
  const broken = { ...runs, master: file("smtp inet n - y - - smtpd\n2525 inet n - y\n") };

  test("is refused beside a broken master.cf, where postconf may not tell who else logs in", () => {
    expect(() => refusesToGo?.(inputs, broken, before)).toThrow("line 2 is broken (5 columns");
  });

  test.each([
    ["Postfix is gone", { ...broken, program: null }, before],
    ["an older version did not record who logged in before", broken, { running: true, enabled: true }],
    ["master.cf is whole", { ...runs, master: file("smtp inet n - y - - smtpd\n") }, before],
  ])("is not refused where %s", (_what, actual, recorded) => {
    expect(() => refusesToGo?.(inputs, actual, recorded)).not.toThrow();
  });
});

const forget = "remove /run/sasl-mail-host.loaded: forget what Postfix has loaded";
test.each([
  ["stops one that was stopped before", inputs, notRunning, runs, [disable, stop], false],
  ["starts one that ran before and that we stopped", stopped, remembered, stands, [enable, start, forget], false],
  ["is none where all is as before", inputs, remembered, runs, [], false],
  ["is none when Postfix is gone", inputs, remembered, { ...stands, program: null }, [], false],
  ["does not start one that somebody else has stopped", inputs, remembered, stands, [], true],
  ["does not stop one that somebody else has started", stopped, notRunning, runs, [], true],
  [
    "does not start one that we installed, whoever stopped it: it goes with its package",
    stopped,
    { ...remembered, installed: true as const },
    { ...stands, loaded: "d1" },
    [forget],
    false,
  ],
])("the undo %s", (_what, desired, before, now, steps, told) => {
  expect(summary(remove(desired, now, before))).toEqual(steps);
  expect(postfixService.leaves?.(desired, now, before)).toEqual(
    told ? [expect.stringMatching(/somebody else has (started|stopped) it since/)] : [],
  );
});

test.each([
  [
    "by an operation of ours is remembered as ours",
    { ...runs, installedNow: true },
    { ...remembered, installed: true },
  ],
  ["before us is remembered as it was", runs, remembered],
])("a Postfix that was installed %s", (_what, actual, before) => {
  expect(remember(actual, actual, inputs)).toEqual(before);
});

test("a Postfix without master.cf keeps nothing from going", () => {
  expect(() => refusesToGo?.(inputs, runs, { running: true, enabled: true, logins: [] })).not.toThrow();
});

test("logins of others that an older version did not record are told when it goes", () => {
  const actual = { ...runs, master: file("2525 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes\n") };

  expect(postfixService.leaves?.(inputs, actual, { running: true, enabled: true })).toEqual([
    expect.stringMatching(
      /^\/etc\/postfix\/master\.cf, line 1: 2525 inet: if logins there .*an older version did not record/,
    ),
  ]);
});

test("passwords that others take without TLS are a warning at every look", () => {
  const actual = { ...runs, master: file("2525 inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes\n") };

  expect(postfixService.warnings?.(inputs, actual, undefined)).toEqual([
    expect.stringContaining("2525 inet (/etc/postfix/master.cf, line 1) takes passwords without TLS"),
  ]);
  expect(postfixService.warnings?.(inputs, runs, undefined)).toEqual([]);
});

test("a port that is not ours to look at is shown as it is wanted", () => {
  expect(observe({ ...inputs, state: "stopped" }, { ...stands, listeners: [] }, undefined)).toMatchObject({
    ports: [25, 465],
  });
});
