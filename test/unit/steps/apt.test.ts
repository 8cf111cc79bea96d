// What an apt run of ours brings is what apt itself said and what the scripts of those packages
// made; nothing else is written down, and nothing else is taken back.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { aptInstall, settleRecords } from "../../../providers/steps/apt.ts";
import { stillLocked } from "../../../providers/steps/apt-lock.ts";
import { mailWaits } from "../../../providers/steps/mail-queue.ts";
import { nothingPurged, stillNeeded } from "../../../providers/steps/package-removal.ts";
import { takeBackPackages } from "../../../providers/steps/package-rollback.ts";
import { FakePackages } from "../../support/fake-packages.ts";

let host: FakePackages;
beforeEach(() => {
  host = new FakePackages();
});
afterEach(() => host[Symbol.dispose]());

const nothing = { packages: [], made: [], requested: [] };
const install = aptInstall(["postfix"]);
const takeBack = takeBackPackages(["postfix"], nothing);
const told = [
  "libfoo - - none < 1.2-1 amd64 same /archives/libfoo.deb",
  "postfix - - none < 3.7 amd64 none /archives/postfix.deb",
  "libc6 2.36 amd64 same < 2.37 amd64 same /archives/libc6.deb",
  "postfix - - none < 3.7 amd64 none **CONFIGURE**",
];
const unpack = `printf '%s\\n' 'libfoo amd64 1.2-1 installed install' 'postfix amd64 3.7 installed install' >> table
echo postfix:x:104:110::/:/bin/false >> etc/passwd
printf '%s\\n' postfix:x:110: postdrop:x:111: >> etc/group
echo 'root sasl 660 '"$host"'/etc/sasldb2' >> overrides
echo alias > etc/aliases; echo main > etc/postfix/main.cf`;
const others = `
echo 'ledger-db all 1 installed install' >> table
printf '%s\\n' carol:x:1001:1001::/:/bin/sh ledgerd:x:105:112::/:/bin/false >> etc/passwd
printf '%s\\n' carol:x:1001: projectx:x:1002: ledgerd:x:112: >> etc/group
echo 'root root 750 /srv' >> overrides
echo theirs > etc/somebody.conf`;
const script = `#!/bin/sh
# makes ledgerd's life easier, and writes /etc/somebody.conf into no file
adduser --system --group postfix; addgroup --system postdrop
cd /etc/postfix; cp main.cf.dist main.cf
dpkg-statoverride --add root sasl 660 /etc/sasldb2
echo alias > /etc/aliases.
`;

/** The host after a good run, with others at work in it. */
const installed = (shell?: string) => {
  host.script("postfix", script);
  host.transaction(told, `${unpack}${others}`);
  return host.journalled(install, shell);
};
const shells = ["dash", "bash", "busybox"].filter((name) => spawnSync(name, ["--help"]).error === undefined);
const asShell = (name: string) => (name === "busybox" ? "sh" : name);

describe.each(shells.filter((name) => name !== "busybox"))("in %s", (shell) => {
  test("the record has our packages and what their scripts made, and nothing of others", () => {
    const { status, said } = installed(asShell(shell));

    expect({ status, said }).toEqual({ status: 0, said: "" });
    expect(host.record().map((row) => row.replaceAll(host.folder, ""))).toEqual([
      "sasl-mail-host packages 1",
      "requested postfix",
      "package libfoo amd64 1.2-1 absent /archives/libfoo.deb",
      "package postfix amd64 3.7 absent /archives/postfix.deb",
      expect.stringMatching(/^file postfix [0-9a-f]{64} \/etc\/aliases$/),
      expect.stringMatching(/^file postfix [0-9a-f]{64} \/etc\/postfix\/main\.cf$/),
      "group postfix postdrop",
      "group postfix postfix",
      "override postfix /etc/sasldb2",
      "user postfix postfix",
      expect.stringMatching(/^end confirmed [0-9a-f]{64}$/),
    ]);
    expect(host.asRead()).toEqual({ packages: ["libfoo", "postfix"], isUnfinished: false });
    expect(host.records()).toEqual(["0001"]);
  });

  test("the undo takes just that back, and may be run again", () => {
    const { undo } = installed(asShell(shell));

    expect([undo(), undo()]).toEqual([
      { status: 0, said: "" },
      { status: 0, said: "" },
    ]);

    expect(host.table()).toEqual(["dpkg", "ledger", "ledger-db"]);
    expect(host.read("etc/passwd")).toMatch(/^root:.*\nadmin:.*\ncarol:.*\nledgerd:.*\n$/);
    expect(host.read("etc/group")).toMatch(/^root:.*\nsasl:.*\ncarol:.*\nprojectx:.*\nledgerd:.*\n$/);
    expect(host.read("overrides")).toBe("root root 750 /srv\n");
    expect([host.read("etc/somebody.conf"), host.read("etc/aliases")]).toEqual(["theirs\n", ""]);
    expect(host.records()).toEqual([]);
  });

  test("the undo takes back a package that somebody had purged since an earlier run brought it", () => {
    const before = host.read("table");
    host.transaction(["libbar - - none < 1 amd64 same /a"], "echo 'libbar amd64 1 installed install' >> table");
    host.journalled(aptInstall(["libbar"]), asShell(shell));
    host.write("table", before);

    const { status, undo } = host.journalled(aptInstall(["libbar"]), asShell(shell));

    expect([status, host.table(), host.records()]).toEqual([0, ["dpkg", "ledger", "libbar"], ["0002"]]);
    expect(undo()).toEqual({ status: 0, said: "" });
    expect([host.table(), host.records()]).toEqual([["dpkg", "ledger"], []]);
  });
});

describe("the plan", () => {
  test("is there before apt installs, and where it cannot be written apt installs nothing", () => {
    host.transaction(told, unpack);
    host.tool("sync", "exit 1");

    const { status, said, undo } = host.journalled(install);

    expect(status).toBe(100);
    expect(said).toMatch(/nothing is installed, because what this apt run would bring cannot be written/);
    expect([host.table(), host.records()]).toEqual([["dpkg", "ledger"], []]);
    expect(undo()).toEqual({ status: 0, said: "" });
  });

  test("is refused where apt speaks another protocol, or the accounts cannot be listed", () => {
    host.transaction(told, unpack);
    host.write("etc/passwd", "");

    expect(host.journalled(install).said).toMatch(/the accounts and files of before cannot be listed/);
    expect(host.table()).toEqual(["dpkg", "ledger"]);
  });

  test("of a run that was killed is looked at by the next one, and what dpkg had not begun is nobody's", () => {
    host.script("postfix", script);
    host.transaction(told, "echo 'postfix amd64 3.7 unpacked install' >> table; touch unconfigurable; exit 100");
    const { status } = host.journalled(install);
    expect([status, host.asRead()]).toEqual([100, { packages: ["libfoo", "postfix"], isUnfinished: true }]);
    host.write("table", host.read("table").replace("unpacked", "installed"));

    expect(host.run(settleRecords.script)).toEqual({ status: 0, said: "" });

    expect(host.asRead()).toEqual({ packages: ["postfix"], isUnfinished: false });
  });

  test("is installed again where dpkg was killed before it had cleared its flag; one of somebody else is not", () => {
    host.transaction(told, "echo 'libfoo amd64 1.2-1 unpacked install reinstreq' >> table; exit 100");
    host.journalled(install);
    host.write("table", `${host.read("table")}theirs all 1 unpacked install reinstreq\n`);
    host.transaction(
      told,
      `sed -i '/^libfoo/s/unpacked install reinstreq/installed install/' table
grep -q '^postfix' table || echo 'postfix amd64 3.7 installed install' >> table`,
    );

    const { status } = host.journalled(install);

    expect(status).toBe(0);
    expect(host.read("calls").match(/--reinstall install .*/g)).toEqual(["--reinstall install -- libfoo"]);
    expect([host.table(), host.asRead()]).toEqual([
      ["dpkg", "ledger", "libfoo", "theirs unpacked", "postfix"],
      { packages: ["libfoo", "postfix"], isUnfinished: false },
    ]);
  });

  test("is taken back as it is, where the run ended in the middle of dpkg", () => {
    host.transaction(
      told,
      "echo 'postfix amd64 3.7 half-configured install' >> table; echo 'libfoo amd64 1.2-1 half-installed install' >> table; exit 100",
    );
    const { undo } = host.journalled(install);

    expect(undo().status).toBe(0);

    expect([host.table(), host.records()]).toEqual([["dpkg", "ledger"], []]);
  });

  test("does not hold what somebody else installed in its place, by apt's log or by its version", () => {
    host.transaction(told, "exit 100");
    host.journalled(install);
    host.write(
      "table",
      `${host.read("table")}libfoo amd64 1.3-1 installed install\npostfix amd64 3.7 installed install\n`,
    );
    host.write(
      "var/log/apt/history.log",
      `\nStart-Date: 1\nCommandline: apt-get -o DPkg::Pre-Install-Pkgs::=${host.folder}/var/lib/sasl-mail-host/packages/hook postfix\nInstall: libfoo:amd64 (1.2-1, automatic), postfix:amd64 (3.7)\nEnd-Date: 1\n\nStart-Date: 2\nCommandline: apt install postfix\nInstall: postfix:amd64 (3.7)\nEnd-Date: 2\n`,
    );

    host.run(settleRecords.script);

    expect([host.asRead(), host.records()]).toEqual([null, []]);
  });

  test("holds an account that a rule for sysusers.d makes", () => {
    host.write("var/lib/dpkg/info/libfoo:amd64.list", `${host.folder}/usr/lib/sysusers.d/foo.conf\n`);
    mkdirSync(join(host.folder, "usr/lib/sysusers.d"), { recursive: true });
    host.write("usr/lib/sysusers.d/foo.conf", "u _foo - -\n");
    host.transaction(told, `${unpack}; echo _foo:x:120:120::/:/bin/false >> etc/passwd`);

    host.journalled(install);

    expect(host.record()).toContain("user libfoo:amd64 _foo");
  });

  test("names a foreign architecture, and what had left its configuration behind", () => {
    host.write("table", `${host.read("table")}postfix amd64 3.5 config-files deinstall\n`);
    host.transaction(
      ["libfoo - - none < 1 i386 same /a", "postfix - - none < 3.7 amd64 none /b"],
      "sed -i /^postfix/d table; printf '%s\\n' 'postfix amd64 3.7 installed install' 'libfoo i386 1 installed install' >> table",
    );

    const { undo } = host.journalled(install);
    expect(host.asRead()?.packages).toEqual(["libfoo:i386", "postfix"]);
    undo();

    expect(host.table()).toEqual(["dpkg", "ledger", "postfix config-files"]);
  });
});

describe("a record", () => {
  test.each([
    ["empty", () => "", "it is empty"],
    ["cut", (content: string) => content.slice(0, -20), "its lines are not those that were written|it is cut"],
    ["without its last line", (content: string) => content.replace(/end .*\n$/, ""), "it is cut"],
    [
      "garbled",
      (content: string) => content.replace("postfix", "postfox"),
      "its lines are not those that were written",
    ],
    ["of another format", (content: string) => content.replace(" 1\n", " 2\n"), "its first line is in no format"],
  ])("that is %s is refused by name, by the look, the undo and the delete", (_what, change, why) => {
    const { undo } = installed();
    const before = host.table();
    host.damage(change);
    const says = new RegExp(`packages/0001 is damaged: (${why})`);

    expect(() => host.asRead()).toThrow(says);
    for (const run of [undo(), host.run(takeBack.script), host.run(install.script)])
      expect(run).toMatchObject({ status: 1, said: expect.stringMatching(says) });

    expect(host.table()).toEqual(before);
  });

  test("that was damaged and is moved away holds nothing up, and what its run installed stays", () => {
    const { undo } = installed();
    const before = host.table();
    host.write("var/lib/sasl-mail-host/packages/0001", "");
    host.run(sh`mv /var/lib/sasl-mail-host/packages/0001 /var/lib/sasl-mail-host/packages/0001.damaged`);

    expect([host.asRead(), undo().status, host.run(takeBack.script).status]).toEqual([null, 0, 0]);
    expect(host.table()).toEqual(before);
  });

  test("that is absent means that nothing was written down", () => {
    expect(host.asRead()).toBeNull();
    expect(host.run(takeBack.script)).toEqual({ status: 0, said: "" });
    expect(host.table()).toEqual(["dpkg", "ledger"]);
  });

  const reinstalled = (version: string) => {
    host.write("table", host.read("table").replace("postfix amd64 3.7", `postfix amd64 ${version}`));
    utimesSync(join(host.folder, "var/lib/dpkg/info/postfix.list"), later, later);
  };
  const later = new Date(Date.now() + 86_400_000);
  const log = "var/log/apt/history.log";
  const rotated = (name: string, content: string) =>
    writeFileSync(join(host.folder, `var/log/apt/${name}`), gzipSync(content));
  const theirs = "\nStart-Date: 2\nCommandline: apt install postfix\nInstall: postfix:amd64 (3.7)\nEnd-Date: 2\n";
  const another = theirs.replaceAll("postfix", "ledger");

  test.each([
    ["that others have installed since, by a log that was rotated", () => rotated("history.log.1.gz", theirs), "3.7"],
    ["whose installation no log has, in another version", () => host.write(log, another), "3.8"],
    ["that dpkg has unpacked since, where there is no log", () => rmSync(join(host.folder, log)), "3.7"],
    [
      "that dpkg has unpacked since, where a log is damaged",
      () => host.write("var/log/apt/history.log.1.gz", "?"),
      "3.7",
    ],
  ])("does not let go a package %s", (_what, happened, version) => {
    installed();
    host.write(log, another);
    happened();
    reinstalled(version);

    const { status, said } = host.run(takeBack.script);

    expect(status).toBe(0);
    expect(said).toMatch(/^kept: postfix, (which somebody else|since \/.*history\.log does not show)/);
    expect(host.table()).toEqual(["dpkg", "ledger", "postfix", "ledger-db"]);
    expect(host.read("run/sasl-mail-host.kept")).toBe("postfix\n");
    expect(host.read("etc/passwd")).toContain("postfix:");
  });

  test.each([
    ["in another version, by a log that was rotated", () => rotated("history.log.1.gz", host.read(log)), "3.8", true],
    [
      "in another version, where only an older log cannot be read",
      () => {
        rotated("history.log.1.gz", host.read(log));
        host.write("var/log/apt/history.log.2.xz", "?");
        utimesSync(join(host.folder, "var/log/apt/history.log.2.xz"), 1, 1);
      },
      "3.8",
      true,
    ],
    ["in its own version, where a log has nobody else's run", () => host.write(log, another), "3.7", true],
    ["that dpkg has not touched since, without a log", () => rmSync(join(host.folder, log)), "3.7", false],
  ])("takes back a package %s", (_what, happened, version, unpacked) => {
    installed();
    happened();
    if (unpacked) host.write(log, another);
    if (unpacked) reinstalled(version);

    expect(host.run(takeBack.script)).toEqual({ status: 0, said: "" });

    expect(host.table()).toEqual(["dpkg", "ledger", "ledger-db"]);
  });

  test("does not hold what has left the host since, when it comes again", () => {
    installed();
    host.write("table", host.read("table").replace(/libfoo .*\n/, ""));
    host.transaction(["libbar - - none < 1 amd64 same /a"], "echo 'libbar amd64 1 installed install' >> table");

    host.journalled(aptInstall(["libbar"]));

    expect(
      [host.record("0001"), host.record("0002")].map((rows) => rows.filter((row) => row.startsWith("package"))),
    ).toEqual([["package postfix amd64 3.7 absent /archives/postfix.deb"], ["package libbar amd64 1 absent /a"]]);
  });
});

describe("the way back", () => {
  test("of one run leaves what an earlier one brought", () => {
    installed();
    host.transaction(["libbar - - none < 1 amd64 same /a"], "echo 'libbar amd64 1 installed install' >> table");

    host.journalled(aptInstall(["libbar"])).undo();

    expect(host.table()).toEqual(["dpkg", "ledger", "libfoo", "postfix", "ledger-db"]);
    expect(host.records()).toEqual(["0001"]);
  });

  test("takes nothing back where its note of the time before is not whole", () => {
    const { entry, undo } = installed();
    writeFileSync(join(entry, "last-record"), "after 00");
    const before = host.table();

    expect(undo()).toMatchObject({ status: 1, said: expect.stringContaining("last-record is empty or cut") });
    expect(host.table()).toEqual(before);
  });

  test("keeps a dependency that others need, and what it is made of, and says so", () => {
    const { undo } = installed();
    host.write("needs", "ledger libfoo\n");

    expect(undo()).toMatchObject({ status: 0, said: "kept: libfoo (ledger depends on libfoo)\n" });
    expect(host.table()).toEqual(["dpkg", "ledger", "libfoo", "ledger-db"]);
    expect(host.read("run/sasl-mail-host.kept")).toBe("libfoo\n");
  });

  test.each([
    [
      "of which postfix was upgraded since, names what the upgrade leaves without use",
      "3.10",
      ["left: libnew libsasl:"],
    ],
    ["in the versions that it recorded, asks apt for nothing", "3.7", []],
  ])("%s", (_what, version, names) => {
    installed();
    host.write("table", host.read("table").replace("postfix amd64 3.7", `postfix amd64 ${version}`));
    host.tool(
      "apt-get",
      `echo "apt-get $*" >> "$host/asked"
printf '%s\\n' 'NOTE: This is only a simulation!' 'Remv old [1] [libc6:amd64 ]'
grep -q '^postfix' "$host/table" || printf '%s\\n' 'Remv libsasl [2]' 'Remv libnew [1]'`,
    );

    const { status, said } = host.run(takeBack.script);

    expect([status, said.match(/left: [^:]*:/g) ?? []]).toEqual([0, names]);
    expect(host.read("asked")).toBe("apt-get -s autoremove\n".repeat(2 * names.length));
  });

  test("says nothing of what is without use where apt cannot tell it", () => {
    installed();
    host.write("table", host.read("table").replace("postfix amd64 3.7", "postfix amd64 3.10"));
    host.tool("apt-get", "echo 'Remv libnew [1]'; exit 100");

    expect(host.run(takeBack.script)).toEqual({ status: 0, said: "" });
  });

  test("refuses where what was asked for is needed by others, and is complete when it is not any more", () => {
    const { undo } = installed();
    host.write("needs", "ledger postfix\n");
    const before = host.table();

    expect(undo()).toMatchObject({
      status: stillNeeded,
      said: expect.stringContaining("postfix is still wanted here: ledger depends on postfix"),
    });
    expect(host.table()).toEqual(before);
    host.write("needs", "");
    expect(undo().status).toBe(0);
    expect(host.table()).toEqual(["dpkg", "ledger", "ledger-db"]);
  });

  const held = "postsuper -H QUEUE_ID";
  const listed = "postqueue -p";
  const unread = "spool/postfix/corrupt: look at each";

  test.each([
    { folder: "deferred", says: [listed, "postqueue -f"], not: [held, unread] },
    { folder: "hold", says: [listed, held, "postqueue -f"], not: [unread] },
    { folder: "corrupt", says: [unread], not: [listed, held, "postqueue -f"] },
  ])("counts the mail that waits in $folder, says what to do with it, and purges nothing", ({ folder, says, not }) => {
    const { undo } = installed();
    mkdirSync(join(host.folder, `var/spool/postfix/${folder}/A`), { recursive: true });
    for (const id of ["A1", "A2"]) host.write(`var/spool/postfix/${folder}/A/${id}`, "mail");
    const before = host.table();

    const { status, said } = undo();

    expect(status).toBe(mailWaits);
    expect(said).toMatch(/messages wait in the queue of Postfix: 2 in /);
    for (const words of says) expect(said).toContain(words);
    for (const words of not) expect(said).not.toContain(words);
    expect(host.table()).toEqual(before);
  });

  test("purges nothing where the queues cannot be found, since mail may wait in them", () => {
    const { undo } = installed();
    host.tool("postconf", "exit 1");
    const before = host.table();

    expect(undo()).toMatchObject({
      status: mailWaits,
      said: expect.stringContaining("where Postfix has its queues cannot be read"),
    });
    expect(host.table()).toEqual(before);
  });

  test("that dpkg breaks off starts what it had stopped", () => {
    const { undo } = installed();
    host.tool(
      "dpkg",
      `case $* in *--purge*--no-act* | *--no-act*) ;; *--purge*) exit 2 ;; -L*) echo /lib/systemd/system/postfix.service ;; esac`,
    );
    host.tool(
      "systemctl",
      'echo "$*" >> "$host/units"; case $1 in list-units) echo "postfix.service loaded active running" ;; esac',
    );

    expect(undo().status).toBe(2);

    expect(
      host
        .read("units")
        .split("\n")
        .filter((call) => /^(stop|start) /.test(call)),
    ).toEqual(["stop postfix.service", "start postfix.service"]);
  });

  test("leaves a group that others are in, and a file that was edited", () => {
    const { undo } = installed();
    host.write("etc/group", host.read("etc/group").replace("postdrop:x:111:", "postdrop:x:111:carol"));
    host.write("etc/aliases", "edited");

    undo();

    expect(host.read("etc/group")).toContain("postdrop:x:111:carol\n");
    expect(host.read("etc/aliases")).toBe("edited");
  });

  const interrupted = `${unpack.replaceAll(" installed ", " unpacked ")}; touch unconfigurable; exit 100`;

  test("copies what may have been edited between an apt run that was killed and the look at it", () => {
    host.script("postfix", script);
    host.transaction(told, interrupted);
    const { undo } = host.journalled(install);
    host.write("table", host.read("table").replaceAll(" unpacked ", " installed "));
    host.write("etc/aliases", "edited");
    host.write("etc/postfix/main.cf", "edited");
    host.run(settleRecords.script);

    const { status, said } = undo();

    expect([status, host.table(), host.read("etc/aliases")]).toEqual([0, ["dpkg", "ledger"], ""]);
    const archives = [...said.matchAll(/, in (\S+):/g)].map(([, archive = ""]) => archive);
    const names = archives.flatMap((archive) =>
      spawnSync("tar", ["-tf", archive], { encoding: "utf8" }).stdout.split("\n").filter(Boolean),
    );
    expect([...new Set(names.map((name) => `/${name}`.slice(host.folder.length)))].sort()).toEqual([
      "/etc/aliases",
      "/etc/postfix/main.cf",
    ]);
  });

  test("copies nothing where the root shell in which the apt run failed takes it back at once", () => {
    host.script("postfix", script);
    host.transaction(told, interrupted);
    const { undoInSameShell } = host.journalled(install);

    const { status, said } = undoInSameShell();

    expect([status, host.table()]).toEqual([0, ["dpkg", "ledger"]]);
    expect(said).not.toContain("kept: a copy");
    expect(existsSync(join(host.folder, "run/sasl-mail-host.ended"))).toBe(false);
  });

  test("removes nothing that may have been edited where the copy cannot be made", () => {
    host.script("postfix", script);
    host.transaction(told, interrupted.replace("echo main > etc/postfix/main.cf", ":"));
    const { undo } = host.journalled(install);
    host.tool("tar", "exit 1");

    expect(undo().status).not.toBe(0);

    expect(host.read("etc/aliases")).toBe("alias\n");
  });

  test("is not done where dpkg does not tell which overrides there are", () => {
    const { undo } = installed();
    host.tool("dpkg-statoverride", "exit 2");

    expect(undo().status).not.toBe(0);
    expect(host.records()).toEqual(["0001"]);
  });

  test("copies what others have edited or added in what a purge deletes, and nothing else", () => {
    host.write("etc/saslauthd", "START=no\n");
    host.write("conffiles", ` ${host.folder}/etc/saslauthd 00000000000000000000000000000000\n`);
    host.script("postfix", script);
    host.transaction(told, unpack);
    const { undo } = host.journalled(install);
    host.write("etc/postfix/virtual", "theirs");

    const { status, said } = undo();

    expect(status).toBe(0);
    const [, copies = ""] = /, in (\S+):/.exec(said) ?? [];
    const names = spawnSync("tar", ["-tf", copies], { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
    expect(names.map((name) => `/${name}`.slice(host.folder.length))).toEqual([
      "/etc/postfix/virtual",
      "/etc/saslauthd",
    ]);
  });

  describe("copies what others have put into the folders that a purge of Postfix deletes", () => {
    const theirs = [
      "/etc/postfix/sni",
      "/etc/systemd/system/postfix.service.d/limits.conf",
      "/var/lib/postfix/transport.db",
      "/var/spool/postfix/a b",
      "/var/spool/postfix/etc/hosts",
      "/var/spool/postfix/private/notes",
    ];
    const postfixs = [
      "/var/lib/postfix/master.lock",
      "/var/lib/postfix/smtpd_scache.db",
      "/var/spool/postfix/defer/A/A1",
      "/var/spool/postfix/pid/unix.smtp",
      "/var/spool/postfix/var/run/saslauthd/cache.mmap",
    ];
    const put = (path: string, content: string) => {
      mkdirSync(dirname(join(host.folder, path)), { recursive: true });
      host.write(path, content);
    };
    const copied = (said: string) => {
      const [, copies = ""] = /, in (\S+):/.exec(said) ?? [];
      const names = spawnSync("tar", ["-tf", copies], { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
      return names.map((name) => `/${name}`.slice(host.folder.length)).sort();
    };

    test("and nothing of what Postfix and Debian's scripts make there", () => {
      const { undo } = installed();
      for (const path of [...theirs, ...postfixs]) put(path, `of ${path}`);
      put("/var/spool/postfix/etc/services", readFileSync("/etc/services", "latin1"));
      symlinkSync("/srv/nowhere", join(host.folder, "etc/postfix/link"));

      const { status, said } = undo();

      expect(status).toBe(0);
      expect(copied(said)).toEqual(["/etc/postfix/link", ...theirs]);
    });

    test("and where there is no room for the copy, nothing is purged", () => {
      const { undo } = installed();
      put("/var/lib/postfix/transport.db", "theirs");
      host.tool("tar", "exit 1");
      const before = host.table();

      const { status, said } = undo();

      expect(nothingPurged).toContain(status);
      expect(said).toMatch(/nothing is purged: these .* cannot be copied .*transport\.db/);
      expect(host.table()).toEqual(before);
    });
  });

  test("of a version that kept no record takes what the state has", () => {
    host.write("table", `${host.read("table")}postfix amd64 3.7 installed install\n`);
    host.write("etc/passwd", `${host.read("etc/passwd")}postfix:x:104:110::/:/bin/false\n`);
    const older = { packages: ["postfix", "libgone"], made: ["user postfix"], requested: ["postfix"] };

    expect(host.run(takeBackPackages(["postfix"], older).script)).toEqual({ status: 0, said: "" });

    expect(host.table()).toEqual(["dpkg", "ledger"]);
    expect(host.read("etc/passwd")).not.toContain("postfix");
    expect(host.records()).toEqual([]);
  });
});

describe("what has an exit status of its own", () => {
  const kindOf = (status: number | null) => install.exits?.[status ?? 0]?.code;

  test("a lock that another program holds all the time, by a clock that runs fast", () => {
    const clock = `now=$(( $(cat "$host/clock" 2>/dev/null || echo 0) + 400 )); echo "$now" | tee "$host/clock"`;
    for (const [name, text] of Object.entries({ date: clock, sleep: "exit 0" })) host.tool(name, text);
    host.tool(
      "apt-get",
      "echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (apt)'; exit 100",
    );

    const { status, said } = host.journalled(install);

    expect([status, kindOf(status)]).toEqual([stillLocked, "apt-locked"]);
    expect(said).toContain("Could not get lock /var/lib/dpkg/lock-frontend");
  });

  test("another package that apt would remove, which is named", () => {
    // the name of the folder is among the arguments of the installation, and may have -s in it
    host.tool("apt-get", "case $1,$* in -s,*) echo 'Remv exim4-base [4.96]' ;; *install*) exit 100 ;; esac");

    const { status, said } = host.journalled(install);

    expect([kindOf(status), said]).toEqual([
      "apt-would-remove-packages",
      expect.stringContaining("apt would remove: exim4-base"),
    ]);
  });
});

test("a step has the time of all its calls of apt and dpkg, each of which is limited", () => {
  const limited = 'case "$*" in "-k 30 "*) echo "$3 $4" >> "$host/limits"; shift 3; exec "$@" ;; esac';
  host.tool("timeout", limited);
  host.transaction(told, "echo 'libfoo amd64 1.2-1 unpacked install reinstreq' >> table; exit 100");
  host.journalled(install);
  host.write("limits", "");

  host.journalled(install);

  const limits = host.read("limits").trim().split("\n");
  expect(limits.map((limit) => limit.split(" ")[1])).toEqual(["dpkg", "apt-get", "apt-get", "apt-get"]);
  const needed = limits.reduce((sum, limit) => sum + Number.parseInt(limit, 10), 0);
  expect(install.timeoutSeconds).toBeGreaterThan(needed);
});

describe("a package that others have left broken", () => {
  test("does not stop what apt can do beside it", () => {
    host.write("table", `${host.read("table")}broken all 1 half-configured install\n`);
    host.write("unconfigurable", "");
    host.transaction(told, `${unpack}; echo 'E: Sub-process /usr/bin/dpkg returned an error code (1)'; exit 100`);

    expect(host.journalled(install)).toMatchObject({ status: 0 });
    expect(host.asRead()).toEqual({ packages: ["libfoo", "postfix"], isUnfinished: false });
  });

  test("is named with the next step where apt refuses, and hinders no way back", () => {
    host.write("table", `${host.read("table")}needy all 1 unpacked install\n`);
    host.write("unconfigurable", "");
    host.tool(
      "apt-get",
      "case $* in *install*) echo ' needy : Depends: nothing but it is not installable'; seq 30; echo 'E: Unmet dependencies.'; exit 100 ;; esac",
    );

    const { status, said, undo } = host.journalled(install);

    expect(status).toBe(100);
    expect(said).toMatch(
      /needy : Depends: nothing[\s\S]*E: Unmet dependencies[\s\S]*needy \(unpacked\).*apt-get -f install/,
    );
    expect(undo()).toEqual({ status: 0, said: "" });
  });
});
