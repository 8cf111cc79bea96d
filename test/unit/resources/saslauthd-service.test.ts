// saslauthd on both Debians: settings, the drop-in for its unit, what really runs, and the undo of all of it.
import { describe, expect, test } from "@jest/globals";
import { fileAt, statusOf } from "../../../providers/facts/file.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { unitStatus } from "../../../providers/facts/systemd.ts";
import { saslauthdService } from "../../../providers/resources/saslauthd-service.ts";
import { dropIn, dropInFolder, dropInPath } from "../../../providers/steps/saslauthd.ts";
import { file, folder, type Release, recorded, releases, type Stage } from "../../support/fake-answers.ts";
import { scripts, summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove } = saslauthdService;
const inputs = schema.parse({});
const directory = inputs.socketDirectory;

function look(release: Release, stage: Stage) {
  const configured = stage === "configured";
  return {
    file: recorded(release, stage, fileAt("/etc/default/saslauthd")),
    dropIn: configured ? file(dropIn(directory), dropInPath) : null,
    dropInFolder: configured ? folder() : null,
    nativeUnit: recorded(release, stage, statusOf("/usr/lib/systemd/system/saslauthd.service")),
    unit: recorded(release, stage, unitStatus("saslauthd")),
    processes: recorded(release, stage, processesOf(saslauthdPath)),
  };
}

const kept = (release: Release) => look(release, "configured");
const process = (...argv: string[]) => [{ pid: 1, parent: 0, argv: [saslauthdPath, ...argv] }];
const write = "write /etc/default/saslauthd: set the options in /etc/default/saslauthd";
const restart = (why: string) => [`run: restart saslauthd: ${why}`, `wait for saslauthd to open ${directory}/mux`];

describe.each(releases)("on Debian %i", (release) => {
  test("a stock host needs everything, and says what differs", () => {
    const steps = summary(apply(inputs, look(release, "stock")));

    expect(observe(inputs, look(release, "stock"), undefined)).toMatchObject({
      socketDirectory: expect.stringContaining("without the drop-in"),
      enabled: false,
      state: "stopped",
    });
    expect(steps).toEqual([
      write,
      `run: make ${dropInFolder}`,
      `write ${dropInPath}: write the drop-in: the unit waits for a PID file in another directory`,
      ...restart("it is stopped"),
      "run: enable saslauthd at boot: it is disabled",
    ]);
  });

  test("a configured host needs nothing", () => {
    expect(observe(inputs, kept(release), undefined)).toEqual(inputs);
    expect(apply(inputs, kept(release))).toEqual([]);
  });

  test("START is written where the sysv script asks for it, and only there", () => {
    const [first] = apply(inputs, look(release, "stock"));
    const content = first?.do === "write" ? first.content.toString() : "";

    expect(content).toContain(`OPTIONS="-c -m ${directory}"`);
    expect(/^START="yes"$/m.test(content)).toBe(release === 12);
  });

  test.each([
    ["the daemon was killed", { processes: [] }, { state: "stopped" }, restart("it is stopped")],
    [
      "it runs with old options",
      { processes: process("-a", "pam", "-c", "-m", "/old", "-n", "5") },
      { state: "running with other options: -a pam -c -m /old -n 5" },
      restart("it is running with other options: -a pam -c -m /old -n 5"),
    ],
    [
      "it was disabled",
      { unit: { load: "loaded", active: "active", enabled: "disabled" } },
      { enabled: false },
      ["run: enable saslauthd at boot: it is disabled"],
    ],
    [
      "its file was edited",
      { file: file(`START="yes"\nMECHANISMS="shadow"\nTHREADS=5\nOPTIONS="-c -m ${directory}"\n`) },
      { mechanism: "shadow" },
      [write, ...restart("its options changed")],
    ],
    [
      "the drop-in is gone",
      { dropIn: null, dropInFolder: folder() },
      { socketDirectory: `${directory}, without the drop-in for its unit` },
      [
        `write ${dropInPath}: write the drop-in: the unit waits for a PID file in another directory`,
        ...restart("its options changed"),
      ],
    ],
  ])("drift is seen and put right: %s", (_what, drift, shown, steps) => {
    const actual = { ...kept(release), ...drift };

    expect(observe(inputs, actual, undefined)).toEqual({ ...inputs, ...shown });
    expect(summary(apply(inputs, actual))).toEqual(steps);
  });

  test("the undo gives the stock file back byte for byte, in the order stop, write, reload, disable", () => {
    const stock = look(release, "stock");
    const steps = remove(inputs, kept(release), remember(stock, kept(release), inputs));

    expect(summary(steps)).toEqual([
      "run: stop saslauthd: its options are put back",
      "write /etc/default/saslauthd: put the options in /etc/default/saslauthd back",
      `remove ${dropInPath}: remove the drop-in: it was not there before`,
      `run: remove ${dropInFolder} where nothing else is in it`,
      "run: let systemd read its units again",
      "run: disable saslauthd at boot: it is enabled",
    ]);
    expect(steps.find((step) => step.do === "write")).toMatchObject({ content: stock.file?.content });
  });

  test("the undo starts a daemon that ran before, and keeps a drop-in that was there", () => {
    const other = file("[Service]\n# mine\n", dropInPath);
    const before = remember({ ...kept(release), dropIn: other }, kept(release), inputs);

    const steps = remove(inputs, kept(release), before);

    expect(steps.filter((step) => step.do === "write")).toMatchObject([{ path: dropInPath, content: other.content }]);
    expect(summary(steps).at(-1)).toBe("run: start saslauthd: it ran before");
  });
});

test("a daemon started by hand on our socket is ended by its own id before the start", () => {
  const byHand = { ...kept(13), unit: { load: "loaded", active: "inactive", enabled: "enabled" } };
  const stray = {
    ...byHand,
    processes: [{ pid: 4711, parent: 1, argv: [saslauthdPath, "-a", "shadow", "-m", directory] }],
  };

  expect(scripts(apply(inputs, stray))[0]).toContain("for pid in '4711'; do");
});

test("the package is missing: absent, refused with its name, and nothing to undo", () => {
  const none = { ...look(13, "stock"), file: null };

  expect(observe(inputs, none, undefined)).toBeUndefined();
  expect(() => apply(inputs, none)).toThrow("it comes with the package sasl2-bin");
  expect(remove(inputs, none, remember(none, none, inputs))).toEqual([]);
});

test("the drop-in escapes what systemd would expand", () => {
  expect(dropIn('/a%b$c"d\\e').toString()).toContain(
    'PIDFile=/a%%b$c"d\\e/saslauthd.pid\nExecStartPre=/usr/bin/install -d -o root -g sasl -m 710 "/a%%b$$c\\"d\\\\e"\n',
  );
});
