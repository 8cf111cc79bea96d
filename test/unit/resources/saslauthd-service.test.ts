// saslauthd on both Debians: settings, the drop-in for its unit, what really runs, and the undo of all of it.
import { describe, expect, test } from "@jest/globals";
import { fileAt, statusOf } from "../../../providers/facts/file.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { unitStatus } from "../../../providers/facts/systemd.ts";
import { writeLdapFile } from "../../../providers/resources/saslauthd/ldap-file.ts";
import { bootQuestions, observedEnabled, setAtBoot } from "../../../providers/resources/saslauthd/saslauthd-boot.ts";
import { saslauthdService } from "../../../providers/resources/saslauthd/saslauthd-service.ts";
import { dropIn, dropInFolder, dropInPath } from "../../../providers/steps/saslauthd.ts";
import { apply as applySteps } from "../../../providers/transaction/apply.ts";
import { answer, file, folder, type Release, recorded, releases, type Stage } from "../../support/fake-answers.ts";
import { scripts, summary, written } from "../../support/fake-plan.ts";
import { hostInFolder } from "../../support/host-in-folder.ts";

const { schema, observe, apply, remember, remove, complete = (given) => given } = saslauthdService;
const inputs = complete(schema.parse({}));
const directory = inputs.socketDirectory;

const mux = (mode: string) => ({ type: "socket", mode, owner: "root", group: "root" });

function look(release: Release, stage: Stage) {
  const configured = stage === "configured";
  const processes = recorded(release, stage, processesOf(saslauthdPath));
  return {
    program: { ...folder(), type: "regular file" },
    file: recorded(release, stage, fileAt("/etc/default/saslauthd")),
    dropIn: configured ? file(dropIn(directory), dropInPath) : null,
    dropInFolder: configured ? folder() : null,
    nativeUnit: recorded(release, stage, statusOf("/usr/lib/systemd/system/saslauthd.service")),
    unit: recorded(release, stage, unitStatus("saslauthd")),
    pidFile: configured || release === 12 ? "" : "/run/saslauthd/saslauthd.pid",
    processes,
    instances: [],
    owners: processes.map(({ pid }) => ({ pid, unit: "saslauthd.service", main: false, enabled: true })),
    socket: configured ? mux("777") : null,
    ldapFile: null,
    authorities: folder(),
    changed: [],
    clients: { members: [], files: [], postfix: false },
    startLines: [],
    bootLink: configured,
  };
}

/** The first step of the change: the write of the settings. */
function firstStep(actual: ReturnType<typeof look>) {
  const [first] = apply(inputs, actual);
  if (first === undefined) throw new Error("no step");
  return first;
}

const kept = (release: Release) => look(release, "configured");
const instance = (content: string) => ({ path: "/x", realPath: "/x", content: Buffer.from(content) });
const ldap = { servers: ["ldaps://ldap.example.org"] };
const process = (...argv: string[]) => [{ pid: 1, parent: 0, argv: [saslauthdPath, ...argv] }];
const asWanted = `-a pam -c -m ${directory} -n 5`;
const write = "write /etc/default/saslauthd: set the options in /etc/default/saslauthd";
const link = "run: let saslauthd start at boot after an upgrade to Debian 13, too, which ignores the sysv script";
const restart = (why: string) => [`run: restart saslauthd: ${why}`, `wait for saslauthd to open ${directory}/mux`];

describe.each(releases)("on Debian %i", (release) => {
  test("a stock host needs everything, and says what differs", () => {
    const steps = summary(apply(inputs, look(release, "stock")));

    expect(observe(inputs, look(release, "stock"), undefined)).toMatchObject({
      socketDirectory: "/var/run/saslauthd",
      dropIn: undefined,
      enabled: release === 12 ? "barred: START is not yes in /etc/default/saslauthd" : false,
      state: "stopped",
    });
    expect(steps).toEqual([
      write,
      `run: make ${dropInFolder}`,
      `write ${dropInPath}: write the drop-in: the unit waits for a PID file in another directory`,
      ...restart("it is stopped"),
      "run: enable saslauthd at boot: it is disabled",
      ...(release === 12 ? [link] : []),
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
    ["starts saslauthd is undone", { processes: [], owners: [] }, true],
    ["restarts one that runs has nothing to undo", { socket: null }, false],
  ])("a run that %s", (_what, drift, isUndone) => {
    const steps = apply(inputs, { ...kept(release), ...drift });

    const restarts = steps.flatMap((step) => (step.do === "run" ? [step.undo !== undefined] : []));
    expect(restarts).toEqual([isUndone]);
  });

  test.each([
    ["the daemon was killed", { processes: [] }, { state: "stopped" }, restart("it is stopped")],
    [
      "it runs with old options",
      { processes: process("-a", "pam", "-c", "-m", "/old", "-n", "5") },
      { state: "running with other options than its file says: -a pam -c -m /old -n 5" },
      restart("it is running with other options than its file says: -a pam -c -m /old -n 5"),
    ],
    [
      "its socket was closed for Postfix by hand",
      { socket: mux("700") },
      { state: "running, and its socket mux has mode 700" },
      restart("it is running, and its socket mux has mode 700"),
    ],
    [
      "its socket was removed",
      { socket: null },
      { state: "running, and its socket mux is gone" },
      restart("it is running, and its socket mux is gone"),
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
      { mechanism: "shadow", state: `running with other options than its file says: ${asWanted}` },
      [write, ...restart(`it is running with other options than its file says: ${asWanted}`)],
    ],
    [
      "the drop-in is that of an earlier version, which waits for a PID file",
      { dropIn: file("[Service]\nPIDFile=/a\n", dropInPath), pidFile: `${directory}/saslauthd.pid` },
      { dropIn: "[Service]\nPIDFile=/a\n" },
      [
        `write ${dropInPath}: write the drop-in: the unit waits for a PID file in another directory`,
        ...restart("its options changed"),
      ],
    ],
    [
      "the drop-in is gone",
      { dropIn: null, dropInFolder: folder(), pidFile: null },
      { dropIn: undefined },
      [
        `write ${dropInPath}: write the drop-in: the unit waits for a PID file in another directory`,
        ...restart("its options changed"),
      ],
    ],
  ])("drift is seen and put right: %s", (_what, drift, shown, steps) => {
    const actual = { ...kept(release), ...drift };

    expect(observe(inputs, actual, { ownDropIn: true })).toEqual({ ...inputs, ...shown });
    expect(summary(apply(inputs, actual, { ownDropIn: true }))).toEqual(steps);
  });

  test.each([
    ["a drop-in of somebody's own with the PID file of the directory", { pidFile: `${directory}/saslauthd.pid` }, true],
    ["the sysv script with no PID file", { pidFile: "" }, release === 12],
    ["the sysv script with no PID file, and no daemon of the unit", { pidFile: "", owners: [] }, false],
    ["a PID file elsewhere", { pidFile: "/run/saslauthd/saslauthd.pid" }, false],
    ["a unit whose files have changed since systemd read them", { pidFile: null }, false],
  ])("a host that was set up by hand is taken over: %s", (_what, unit, right) => {
    const byHand = { ...kept(release), dropIn: null, ...unit };

    expect(observe(inputs, byHand, undefined)).toEqual(right ? inputs : { ...inputs, dropIn: undefined });
    expect(apply(inputs, byHand).length === 0).toBe(right);
  });

  test("the undo gives the stock file back byte for byte, in the order stop, write, reload, disable", () => {
    const stock = look(release, "stock");
    const steps = remove(inputs, kept(release), remember(stock, kept(release), inputs));

    expect(summary(steps)).toEqual([
      "temporarily: put back the files of saslauthd while it is stopped",
      "> run: stop saslauthd: its options are put back",
      "> write /etc/default/saslauthd: put the options in /etc/default/saslauthd back",
      `> remove ${dropInPath}: remove the drop-in: it was not there before`,
      `> run: remove ${dropInFolder} where nothing else is in it`,
      "> run: let systemd read its units again",
      "! run: start saslauthd again: its files could not be put back",
      "run: disable saslauthd at boot: it is enabled",
      ...(release === 12 ? ["run: do not let saslauthd start at boot after an upgrade to Debian 13"] : []),
    ]);
    expect(written(steps)).toEqual(stock.file?.content);
  });

  test("a setting written by hand comes back as it was written, comment and quotes included", () => {
    const before = file("OPTIONS=-c  # by hand\nMECHANISMS='shadow'\nTHREADS=5\n");
    const after = { ...kept(release), file: file(written([firstStep({ ...look(release, "stock"), file: before })])) };

    const steps = remove(inputs, after, remember({ ...look(release, "stock"), file: before }, after, inputs));

    expect(observe(inputs, after, undefined)).toEqual(inputs);
    expect(written(steps).toString()).toBe(before.content.toString());
  });

  test.each([
    ["our options", (content: string) => content.replace(/^MECHANISMS=.*/m, 'MECHANISMS="shadow"'), true],
    ["another line", (content: string) => `${content}PARAMS=theirs\n`, false],
  ])("where somebody else has edited %s, the undo copies the file first if it would be lost", (_what, edit, copies) => {
    const stock = look(release, "stock");
    const edited = { ...kept(release), file: file(edit(String(kept(release).file?.content))) };

    const steps = remove(inputs, edited, remember(stock, kept(release), inputs));

    const copy =
      "> run: copy /etc/default/saslauthd to /var/backups: somebody else has edited the options, and they are put back";
    expect(summary(steps).includes(copy)).toBe(copies);
    expect(written(steps).toString().includes("PARAMS=theirs")).toBe(!copies);
  });

  test.each([
    ["removed", kept(release).file],
    ["purged", null],
  ])("destroy puts files and boot link back where somebody has %s the package, and starts nothing", (_what, left) => {
    const stock = { ...look(release, "stock"), ...(left === null ? { file: null } : {}) };
    const before = { ...remember(stock, kept(release), inputs), running: true, enabled: true };
    const gone = { program: null, nativeUnit: null, socket: null, processes: [], owners: [], pidFile: "" };
    const unit = { load: "not-found", active: "inactive", enabled: "not-found" };
    const now = { ...kept(release), ...gone, unit, file: left };
    const back = { ...now, file: stock.file, dropIn: null, bootLink: false };

    expect(observe(inputs, now, undefined)).toMatchObject({ state: "not installed", enabled: false });
    expect(summary(remove(inputs, now, before))).toEqual([
      ...(left === null ? [] : ["write /etc/default/saslauthd: put the options in /etc/default/saslauthd back"]),
      `remove ${dropInPath}: remove the drop-in: it was not there before`,
      `run: remove ${dropInFolder} where nothing else is in it`,
      "run: let systemd read its units again",
      "run: do not let saslauthd start at boot after an upgrade to Debian 13",
    ]);
    expect(remove(inputs, back, before)).toEqual([]);
    expect(observe(inputs, back, undefined)).toBeUndefined();
  });

  test.each([
    ["copies a drop-in that somebody else has edited since", "[Service]\n# theirs\n", true],
    ["copies no drop-in that is as we wrote it", dropIn(directory), false],
  ])("before it puts an earlier one back, destroy %s", (_what, content, copies) => {
    const before = remember({ ...kept(release), dropIn: file("# earlier\n", dropInPath) }, kept(release), inputs);

    const steps = remove(inputs, { ...kept(release), dropIn: file(content, dropInPath) }, before);

    const copy = `> run: copy ${dropInPath} to /var/backups: somebody else has edited it, and the earlier one is put back`;
    expect(summary(steps).includes(copy)).toBe(copies);
    expect(summary(steps)).toContain(`> write ${dropInPath}: put the drop-in back`);
  });

  test("there is nothing more to undo when all is as before", () => {
    const stock = look(release, "stock");

    expect(remove(inputs, stock, remember(stock, kept(release), inputs))).toEqual([]);
    expect(remove(inputs, kept(release), remember(kept(release), kept(release), inputs))).toEqual([]);
  });

  test("the undo starts a daemon that ran before, and keeps a drop-in that was there", () => {
    const other = file("[Service]\n# mine\n", dropInPath);
    const before = remember({ ...kept(release), dropIn: other }, kept(release), inputs);

    const steps = remove(inputs, kept(release), before);

    expect(summary(steps)).toContain(`> write ${dropInPath}: put the drop-in back`);
    expect(written(steps)).toEqual(other.content);
    expect(summary(steps).at(-1)).toBe("run: start saslauthd: it ran before");
  });
});

test("what starts at boot by the sysv script alone gets the link of a native unit, unless it was set up by hand", () => {
  const older = { ...kept(12), bootLink: false };
  const byHand = { ...older, dropIn: null, pidFile: "" };

  expect(observe(inputs, older, undefined)).toMatchObject({
    enabled: expect.stringMatching(/^by the sysv script alone/),
  });
  expect(summary(apply(inputs, older))).toEqual([link]);
  expect(observe(inputs, byHand, undefined)).toEqual(inputs);
  expect(observe(inputs, { ...kept(13), bootLink: false }, undefined)).toEqual(inputs);
});

test("a default file with CRLF is refused where a shell reads it, with the line, and changed where systemd does", () => {
  const edited = { file: file("# mine\nSTART=yes\r\n") };

  expect(() => apply(inputs, { ...look(12, "stock"), ...edited })).toThrow(/line 2 ends with CRLF: START=yes\n/);
  expect(firstStep({ ...look(13, "stock"), ...edited })).toMatchObject({
    content: Buffer.from(`# mine\nSTART=yes\r\nMECHANISMS="pam"\r\nTHREADS="5"\r\nOPTIONS="-c -m ${directory}"\r\n`),
  });
});

test.each([
  ["right, in another order", "-n 5 -m DIR -c -a pam", "running"],
  ["without the cache", "-a pam -m DIR -n 5", "running with other options than its file says: -a pam -m DIR -n 5"],
  [
    "another mechanism",
    "-a shadow -c -m DIR -n 5",
    "running with other options than its file says: -a shadow -c -m DIR -n 5",
  ],
  [
    "another number of processes",
    "-a pam -c -m DIR -n 9",
    "running with other options than its file says: -a pam -c -m DIR -n 9",
  ],
  [
    "an option more",
    "-a pam -c -m DIR -n 5 -r",
    "running with other options than its file says: -a pam -c -m DIR -n 5 -r",
  ],
])("the state is what the daemon's own arguments say: %s", (_what, options, state) => {
  const argv = options.replace("DIR", directory).split(" ");

  expect(observe(inputs, { ...kept(13), processes: process(...argv) }, undefined)).toEqual({
    ...inputs,
    state: state.replace("DIR", directory),
  });
});

test("a file that a killed run has written already does not hide that the daemon was not restarted, whichever inputs ask", () => {
  const options = `-c -m ${directory}`;
  const killed = { ...kept(13), file: file(`MECHANISMS="pam"\nTHREADS="3"\nOPTIONS="${options}"\n`) };
  const desired = { ...inputs, threads: 3 };
  const state = `running with other options than its file says: -a pam ${options} -n 5`;

  expect(observe(inputs, killed, undefined)).toEqual({ ...inputs, state });
  expect(observe({ ...inputs, threads: 5 }, killed, undefined)).toEqual({ ...inputs, threads: 3, state });
  expect(observe(desired, killed, undefined)).toEqual({ ...desired, state });
  expect(summary(apply(desired, killed))).toEqual(restart(`it is ${state}`));
});

describe("what the program leaves open stays as it was", () => {
  const options = "-c -t 600 -s 1024 -V";
  const busy = (given: string) => file(`START="yes"\nMECHANISMS="pam"\nTHREADS=40\nOPTIONS="${given}"\n`);
  const elsewhere = { ...look(13, "stock"), file: busy(`${options} -m /var/run/saslauthd`) };

  test("the number of processes, and further options, when the directory changes", () => {
    expect(firstStep(elsewhere)).toMatchObject({
      content: busy(`-c -m ${directory} -V -s 1024 -t 600`).content,
    });
  });

  test("where all else is right, nothing differs and nothing is done", () => {
    const argv = `-a pam -c -t 600 -s 1024 -V -m ${directory} -n 40`.split(" ");
    const right = { ...kept(13), file: busy(`${options} -m ${directory}`), processes: process(...argv) };

    expect(observe(inputs, right, undefined)).toEqual(inputs);
    expect(apply(inputs, right)).toEqual([]);
  });

  test("an instance file that is moved over brings its own", () => {
    const path = "/etc/default/saslauthd-postfix";
    const instance = { path, realPath: path, content: busy(`${options} -m ${directory}`).content };

    const steps = apply(inputs, { ...look(13, "stock"), instances: [instance] });

    expect(written(steps.slice(1, 2)).toString()).toMatch(
      new RegExp(`^THREADS="40"\\n[\\s\\S]*^OPTIONS="-c -m ${directory} -V -s 1024 -t 600"$`, "m"),
    );
  });

  test("what the program says is what counts, and a difference is shown under its name", () => {
    const desired = { ...inputs, threads: 2, options: ["-t 60"] };
    const right = { ...kept(13), file: busy(`${options} -m ${directory}`) };

    expect(observe(desired, right, undefined)).toMatchObject({ threads: 40, options: ["-V", "-s 1024", "-t 600"] });
    expect(written(apply(desired, right).slice(0, 1)).toString()).toContain(
      `THREADS="2"\nOPTIONS="-c -m ${directory} -t 60"\n`,
    );
  });

  test.each(["-d", "-Q", "-t 0"])("what no daemon can run with goes, and is told: %s", (option) => {
    const right = { ...kept(13), file: busy(`-c -m ${directory} -V ${option}`) };

    expect(observe(inputs, right, undefined)).toMatchObject({ socketDirectory: `${directory} with ${option}` });
    expect(written(apply(inputs, right).slice(0, 1)).toString()).toContain(`OPTIONS="-c -m ${directory} -V"\n`);
  });

  test("a comment behind a value is written away: systemd would hand it to the daemon", () => {
    const content = `START="yes"\nMECHANISMS="pam"\nTHREADS=9   # many\nOPTIONS="-c -m ${directory}"\n`;

    expect(firstStep({ ...kept(13), file: file(content) })).toMatchObject({
      content: Buffer.from(content.replace("9   # many", '"9"')),
    });
  });

  test.each(["", "THREADS=\n", "THREADS=many\n"])("a number that is none is not kept: %j", (threads) => {
    const broken = file(`START="yes"\nMECHANISMS="pam"\n${threads}OPTIONS="-c -m ${directory}"\n`);

    expect(observe(inputs, { ...kept(13), file: broken }, undefined)).toHaveProperty("threads");
    expect(written(apply(inputs, { ...kept(13), file: broken }).slice(0, 1)).toString()).toMatch(/^THREADS="?5"?$/m);
  });
});

test("a destroy that cannot write the files lets the daemon run on, and the next one completes it", async () => {
  await using folder = await hostInFolder();
  const now = kept(13);
  const stock = look(13, "stock");
  const back = remove(inputs, now, remember(stock, now, inputs));
  const destroy = () => applySteps(folder.host, back, { log: () => {}, done: () => {}, journalled: false });
  folder.write("/etc/default/saslauthd", String(now.file?.content));
  folder.write(dropInPath, String(now.dropIn?.content));
  folder.running("saslauthd");
  folder.program("mktemp", "echo 'mktemp: Read-only file system' >&2; exit 1");

  await expect(destroy()).rejects.toThrow("Read-only file system");
  expect(folder.runs("saslauthd")).toBe(true);
  folder.program("mktemp", 'exec /bin/mktemp "$@"');
  await destroy();

  expect(folder.runs("saslauthd")).toBe(false);
  expect(folder.read("/etc/default/saslauthd")).toBe(String(stock.file?.content));
});

test("a daemon started by hand on our socket is ended by its own id before the start", () => {
  const byHand = { ...kept(13), unit: { load: "loaded", active: "inactive", enabled: "enabled" } };
  const stray = {
    ...byHand,
    processes: [{ pid: 4711, parent: 1, argv: [saslauthdPath, "-a", "shadow", "-m", directory] }],
    owners: [{ pid: 4711, unit: "session-3.scope", main: false, enabled: false }],
  };

  expect(scripts(apply(inputs, stray))[0]).toContain("for pid in 4711; do");
});

test("the package is missing: absent, refused with its name, and nothing to undo", () => {
  const none = { ...look(13, "stock"), program: null };

  expect(observe(inputs, none, undefined)).toBeUndefined();
  expect(() => apply(inputs, none)).toThrow("it comes with the package sasl2-bin");
  expect(remove(inputs, none, remember(none, none, inputs))).toEqual([]);
});

test.each([
  ["the drop-in", { dropIn: kept(13).dropIn }, true],
  ["the boot link", { bootLink: true }, true],
  ["the default file", { file: kept(13).file }, true],
  [
    "the file of an instance on our socket",
    { instances: [instance(`START=no\nOPTIONS="-c -m ${directory}"\n`)] },
    true,
  ],
  ["the bind password of a directory", { ldapFile: written(writeLdapFile(null, ldap, "secret")) }, true],
  ["a file for a directory that this program has not written", { ldapFile: Buffer.from("ldap_scope: one\n") }, false],
])("without its package the resource stays in the state while something of it is left: %s", (_what, left, stays) => {
  const gone = { ...look(13, "stock"), program: null, nativeUnit: null, file: null };
  const ldapFile = "ldapFile" in left ? file(left.ldapFile, "/etc/saslauthd.conf") : null;

  const seen = observe(inputs, { ...gone, ...left, ldapFile }, undefined);

  expect(seen !== undefined).toBe(stays);
});

test("a default file that somebody deleted is made again, with what the sysv script needs of it", () => {
  const [first] = apply(inputs, { ...look(12, "stock"), file: null });

  expect(first).toMatchObject({ do: "write", expected: undefined });
  expect(first?.do === "write" && first.content.toString()).toContain('NAME="saslauthd"');
});

test("the drop-in makes the directory with what the override says, and lets no start wait for a PID file", () => {
  const lines = dropIn("/a/b").split("\n");

  expect(lines).toContain("PIDFile=");
  expect(lines.find((line) => line.startsWith("ExecStartPre="))).toMatch(
    /dpkg-statoverride --list \/a\/b.* -m \$\$\{3:-710\} \/a\/b'$/,
  );
});

describe("at boot, on a host whose unit starts a sysv script,", () => {
  const on = (
    enabled: string,
    bootLink: boolean,
    dropIn = file("[Service]", dropInPath) as ReturnType<typeof file> | null,
  ) => ({
    ...kept(12),
    unit: { load: "loaded", active: "active", enabled },
    bootLink,
    dropIn,
  });
  const unlink = "run: do not let saslauthd start at boot after an upgrade to Debian 13";

  test.each([
    ["the link goes where no start is wanted", false, on("disabled", true), [unlink]],
    ["both go", false, on("enabled", true), ["run: disable saslauthd at boot: it is enabled", unlink]],
    ["there is no link without our drop-in", true, on("enabled", false, null), []],
    ["the link comes with it", true, on("enabled", false), [link]],
    ["nothing is done where all is so", true, on("enabled", true), []],
  ])("%s", (_what, desired, actual, steps) => {
    expect(summary(setAtBoot(desired, actual.dropIn !== null, actual))).toEqual(steps);
  });

  const alone = "by the sysv script alone: nothing would start it after an upgrade to Debian 13";
  test.each([
    ["enabled, with the link", true, on("enabled", true), true],
    ["enabled, by the script alone", true, on("enabled", false), alone],
    ["enabled by hand, without our drop-in", true, on("enabled", false, null), true],
    ["disabled, and no link is left", false, on("disabled", false), false],
    ["disabled, and the link is left", false, on("disabled", true), true],
    ["disabled, and wanted", true, on("disabled", true), false],
    ["enabled, and not wanted", false, on("enabled", false), true],
  ])("it is seen as %s", (_what, desired, actual, seen) => {
    expect(observedEnabled(desired, actual)).toBe(seen);
  });

  test("the link is asked for by itself", () => {
    const answered = (text: string) => bootQuestions.bootLink.parse(answer(text));

    expect([answered("yes\n"), answered("no\n")]).toEqual([true, false]);
  });
});

test.each([
  ["an -O that nobody asks for", "-O x", " with -O x"],
  ["none", "", ""],
])("the options show %s", (_what, option, shown) => {
  const actual = kept(13);
  const content = actual.file?.content.toString().replace('OPTIONS="', `OPTIONS="${option} `) ?? "";

  const seen = observe(inputs, { ...actual, file: file(content, "/etc/default/saslauthd") }, undefined);

  expect(seen?.socketDirectory).toBe(`${directory}${shown}`);
});

test("a drop-in that was given must be there word by word, though the unit would fit without it", () => {
  const desired = { ...inputs, dropIn: "[Service]\nNice=5\n" };
  const actual = { ...kept(13), dropIn: null, pidFile: `${directory}/saslauthd.pid` };

  expect(observe(inputs, actual, undefined)?.dropIn).toBe(inputs.dropIn);
  expect(observe(desired, actual, undefined)?.dropIn).toBeUndefined();
});

test("a daemon that does not follow its file is shown with the file that starts it in another way", () => {
  const actual = {
    ...kept(13),
    processes: process("-a", "shadow", "-m", directory),
    startLines: [
      { path: "/etc/systemd/system/saslauthd.service", line: "ExecStart=/usr/sbin/saslauthd $OPTIONS -a shadow" },
    ],
  };

  expect(observe(inputs, actual, undefined)?.state).toBe(
    `running with other options than its file says: -a shadow -m ${directory}; /etc/systemd/system/saslauthd.service starts it: ExecStart=/usr/sbin/saslauthd $OPTIONS -a shadow`,
  );
});

describe("the undo on a host of Debian 13", () => {
  const before = { ...remember(look(13, "stock"), look(13, "stock"), inputs), running: false };
  const stop = "run: stop saslauthd: it did not run before";

  test("stops a daemon that did not run before, where nothing else is left to put back", () => {
    const now = { ...look(13, "stock"), processes: kept(13).processes, owners: kept(13).owners };

    expect(summary(remove(inputs, now, before))).toEqual([stop]);
  });

  test("keeps a copy of our drop-in that somebody else has edited, and leaves a folder that was there", () => {
    const now = { ...look(13, "stock"), dropIn: file("[Service]\nNice=5\n", dropInPath), dropInFolder: folder() };

    const steps = (dropInFolder: boolean) => summary(remove(inputs, now, { ...before, dropInFolder }));

    const common = [
      `run: copy ${dropInPath} to /var/backups: somebody else has edited it, and it is removed`,
      `remove ${dropInPath}: remove the drop-in: it was not there before`,
    ];
    const read = "run: let systemd read its units again";
    expect(steps(true)).toEqual([...common, read]);
    expect(steps(false)).toEqual([...common, `run: remove ${dropInFolder} where nothing else is in it`, read]);
  });
});
