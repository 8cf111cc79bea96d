// Rows of a host's answers: one that is meant is read as a whole, and one that only looks like it, or is cut, is left out or unreadable.
import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { groupsOf } from "../../../providers/facts/account.ts";
import {
  saslAssignments,
  settingIn,
  shellAssignments,
  withLine,
  withSetting,
} from "../../../providers/facts/assignments.ts";
import { isAddress } from "../../../providers/facts/certificate.ts";
import { clock } from "../../../providers/facts/clock.ts";
import { statOverrides } from "../../../providers/facts/dpkg.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { missingFiles, statusOf } from "../../../providers/facts/file.ts";
import { complaintsOfPostfix, logKnowsSaslauthd, logOfTheLast } from "../../../providers/facts/host-log.ts";
import { journalOpen } from "../../../providers/facts/journal.ts";
import { addressToConnect, onLoopbackOnly } from "../../../providers/facts/listeners.ts";
import { localAccount } from "../../../providers/facts/local-account.ts";
import { machine } from "../../../providers/facts/machine.ts";
import { servicePorts } from "../../../providers/facts/master-ports.ts";
import { failedMilters } from "../../../providers/facts/milter.ts";
import { keptPackages, packageRecord, recordFolder } from "../../../providers/facts/package-record.ts";
import { saslTypes, setInMain } from "../../../providers/facts/postconf.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { relayPolicy } from "../../../providers/facts/relay-policy.ts";
import { parseSaslauthdOptions } from "../../../providers/facts/saslauthd.ts";
import { saslauthdClients } from "../../../providers/facts/saslauthd-clients.ts";
import { saslauthdInstances, saslauthdProcessUnits } from "../../../providers/facts/saslauthd-instances.ts";
import {
  awakenings,
  lastRowsOfSaslauthd,
  refusalOf,
  servingOn,
  wokeUp,
} from "../../../providers/facts/saslauthd-trace.ts";
import { sasldbAccount } from "../../../providers/facts/sasldb-account.ts";
import { supportOf } from "../../../providers/facts/supported-system.ts";
import { unitStatus } from "../../../providers/facts/systemd.ts";
import { answer } from "../../support/fake-answers.ts";

const account = localAccount("bob", "x");
const fields = "local\x001000\0/bin/sh\0no\0yes\0no\0no\0$y$a\x0020000\0\0yes\0no";
const base64 = (...argv: string[]) => Buffer.from(`${argv.join("\0")}\0`).toString("base64");

test.each<[string, Fact<unknown>, string, unknown]>([
  ["groups with several spaces between", groupsOf("postfix"), "postfix  sasl\n", ["postfix", "sasl"]],
  ["files that are missing, the last too", missingFiles(["/a", "/b"]), "/a\0/b\0", ["/a", "/b"]],
  ["no file that is missing", missingFiles(["/a"]), "", []],
  ["an open journal", journalOpen, "700 root root directory\n", true],
  ["no open journal", journalOpen, "absent\n", false],
  ["a log that knows saslauthd", logKnowsSaslauthd, "Jan 1 saslauthd[7]: x\n", true],
  ["one that does not", logKnowsSaslauthd, "\n", false],
  ["ports by name, and no half row", servicePorts(), "submissions 465\nodette\n\n", { submissions: "465" }],
  ["packages that were kept", keptPackages, "postfix\nsasl2-bin\n", ["postfix", "sasl2-bin"]],
  ["none that was", keptPackages, "", []],
  ["implementations of SASL, however far apart", saslTypes, "  cyrus   dovecot\n", ["cyrus", "dovecot"]],
  ["settings that begin a row alone", setInMain(["a"]), "# a = b\na = c\n", { a: "c" }],
  [
    "assignments that begin a row alone",
    machine,
    "i\ns\nd\n\nID=debian\n# NAME=x\nX=y z\n",
    expect.objectContaining({ release: "", system: expect.objectContaining({ osRelease: { ID: "debian" } }) }),
  ],
  [
    "awakenings, by process",
    awakenings,
    "7 12\n8 0\n",
    new Map([
      [7, 12],
      [8, 0],
    ]),
  ],
  ["no awakenings where nothing runs", awakenings, "", new Map()],
  [
    "processes in the order of their numbers, children last",
    processesOf("/x"),
    `30 20 ${base64("c")}\n25 1 ${base64("b")}\n20 1 ${base64("a")}\n21 20 ${base64("d")}\n`,
    [20, 25, 21, 30].map((pid) => expect.objectContaining({ pid })),
  ],
  [
    "an account that is locked and was made for logins, with a home",
    account,
    fields,
    {
      uid: 1000,
      shell: "/bin/sh",
      locked: false,
      matches: true,
      expired: false,
      stale: false,
      shadow: { hash: "$y$a", changed: "20000", expires: "" },
      loginOnly: true,
      homeless: false,
    },
  ],
  [
    "an entry of sasldb, without a secret",
    sasldbAccount("a", "r", "x"),
    "r\0no\0no",
    { realm: "r", present: false, matches: false },
  ],
  [
    "instances, each with its link",
    saslauthdInstances,
    `/etc/default/saslauthd-a\n/etc/a\n${Buffer.from("START=no").toString("base64")}\n/etc/default/saslauthd-b\n/etc/default/saslauthd-b\n\n`,
    [
      { path: "/etc/default/saslauthd-a", realPath: "/etc/a", content: Buffer.from("START=no") },
      { path: "/etc/default/saslauthd-b", realPath: "/etc/default/saslauthd-b", content: Buffer.alloc(0) },
    ],
  ],
  [
    "the units of processes, which of them is the main one, and whether it starts at boot",
    saslauthdProcessUnits,
    "  776  saslauthd.service\n777 saslauthd.service\n900 session-3.scope\n\nunit saslauthd.service 776 enabled\n",
    [
      { pid: 776, unit: "saslauthd.service", main: true, enabled: true },
      { pid: 777, unit: "saslauthd.service", main: false, enabled: true },
      { pid: 900, unit: "session-3.scope", main: false, enabled: false },
    ],
  ],
  [
    "the lists of port 25, with the words of the files in them, and of files in those",
    relayPolicy,
    [
      "mynetworks = 127.0.0.0/8, /etc/nets",
      "smtpd_relay_restrictions =",
      "relay_domains = /etc/nets",
      "file mynetworks /etc/nets 10.0.0.0/8 /etc/more",
      "file mynetworks /etc/more",
      "table relay_domains static:all",
      "failed relay_domains hash:/x",
      "table half",
      "file half",
      "no setting",
      "",
    ].join("\n"),
    {
      values: {
        mynetworks: "127.0.0.0/8 10.0.0.0/8",
        smtpd_relay_restrictions: "",
        // words of a file count for the parameter that names it
        relay_domains: "/etc/nets",
      },
      tables: [{ parameter: "relay_domains", table: "static:all" }],
      failedLookups: [{ parameter: "relay_domains", table: "hash:/x" }],
      files: [
        { parameter: "mynetworks", path: "/etc/nets", words: ["10.0.0.0/8", "/etc/more"] },
        { parameter: "mynetworks", path: "/etc/more", words: [] },
      ],
    },
  ],
])("read as a whole: %s", (_what, fact, stdout, meaning) => {
  expect(fact.parse(answer(stdout))).toEqual(meaning);
});

const shown = (load: string, active: string) =>
  `PIDFile=\nLoadState=${load}\nActiveState=${active}\nNeedDaemonReload=no\n`;
test.each<[string, Fact<unknown>, string, number]>([
  ["groups, where id fails", groupsOf("postfix"), "postfix\n", 1],
  ["a time with words around it", clock, "at 1767225600\n", 0],
  ["a time with something behind it", clock, "1767225600\n1\n", 0],
  ["a time, where date fails", clock, "1767225600\n", 1],
  ["an override without its owner", statOverrides, "sasl 710 /x\n", 0],
  ["an override with a mode that is none", statOverrides, "root sasl u+x /x\n", 0],
  ["overrides, where dpkg complains", statOverrides, "root sasl 710 /x\n", 2],
  ["a status with something in front of it", statusOf("/x"), "mode 755 root root directory\n", 0],
  ["a path that is said to be absent, where the look failed", statusOf("/x"), "absent\n", 1],
  ["clients without a whole last line", saslauthdClients("/x"), "postfix yes or no\n", 0],
  ["clients with something in front of the last line", saslauthdClients("/x"), "see postfix yes\n", 0],
  ["an account, where the look failed", account, fields, 1],
  ["an account of another kind", account, fields.replace("local", "remote"), 0],
  ["an entry of sasldb, where db_dump fails", sasldbAccount("a", "r", "x"), "r\0no\0no", 1],
  ["an instance whose link leads nowhere", saslauthdInstances, "/etc/default/saslauthd-a\n\nU1RBUlQ=\n", 0],
  ["an instance without its path", saslauthdInstances, "\n/etc/a\nU1RBUlQ=\n", 0],
  ["a process whose number is none", saslauthdProcessUnits, "7x saslauthd.service\n", 0],
  ["one with something in front of its number", saslauthdProcessUnits, "x7 saslauthd.service\n", 0],
  [
    "a unit whose load state is empty",
    unitStatus("postfix"),
    `${shown("", "active")}\n${shown("loaded", "active")}\nEnabled=enabled\n\n\nEnabled=enabled\n`,
    0,
  ],
  [
    "a unit whose active state is empty",
    unitStatus("postfix"),
    `${shown("loaded", "")}\n${shown("loaded", "active")}\nEnabled=enabled\n\n\nEnabled=enabled\n`,
    0,
  ],
])("unreadable: %s", (_what, fact, stdout, code) => {
  expect(() => fact.parse(answer(stdout, code))).toThrow(`read ${fact.name}`);
});

test("an unreadable answer says that nothing was changed, and how to find out why", () => {
  expect(() => clock.parse(answer("", 1, " date: not found \n"))).toThrow(
    /found: date: not found\nleft on the host: nothing was changed by this read\nnext: see on the host why this cannot be read .*\ncode: host-unreadable/,
  );
});

describe("a record of what apt brought", () => {
  const path = `${recordFolder}/0001`;
  const record = (end: string, ...rows: string[]) => {
    const text = ["sasl-mail-host packages 1", ...rows].map((row) => `${row}\n`).join("");
    return `${text}end ${end} ${createHash("sha256").update(text).digest("hex")}\n`;
  };
  const read = (...records: string[]) =>
    packageRecord.parse(
      answer(["records", ...records.map((text) => `${path} ${Buffer.from(text).toString("base64")}`), ""].join("\n")),
    );
  const whole = record("confirmed", "package postfix 3.7", "package libc6:i386 2.36", "user postfix");

  test.each([
    ["of one run", [whole], ["postfix", "libc6:i386"], false],
    [
      "of two runs, each package once",
      [whole, record("confirmed", "package postfix 3.8")],
      ["postfix", "libc6:i386"],
      false,
    ],
    ["of a run that was killed", [whole, record("plan", "package exim4 4")], ["postfix", "libc6:i386", "exim4"], true],
    ["of no package", [record("confirmed")], [], false],
  ])("is read: %s", (_what, records, packages, isUnfinished) => {
    expect(read(...records)).toEqual({ packages, isUnfinished });
  });

  test("is none where there is no file", () => {
    expect(read()).toBeNull();
  });

  test.each([
    ["that is empty", "", "it is empty"],
    [
      "of another version",
      whole.replace("packages 1", "packages 2"),
      "its first line is in no format that this version knows",
    ],
    ["that is cut", whole.slice(0, -1), "it is cut: its end mark is missing"],
    ["without its end mark", whole.replace(/end confirmed.*\n/, ""), "it is cut: its end mark is missing"],
    [
      "with another word at its end",
      whole.replace("end confirmed", "end perhaps"),
      "it is cut: its end mark is missing",
    ],
    ["with a row more", whole.replace("user ", "user x\nuser "), "its lines are not those that were written"],
    ["with another digest", whole.replace(/.\n$/, "-\n"), "its lines are not those that were written"],
  ])("%s is refused by its name", (_what, text, problem) => {
    expect(() => read(whole, text)).toThrow(
      new RegExp(
        `${path} is damaged: ${problem}\n.*nothing was changed by this read\n.*backup[\\s\\S]*code: record-damaged`,
      ),
    );
  });
});

describe("the log", () => {
  const log = (text: string) => logOfTheLast(1000).parse(answer(text));

  test("has program, process and words of each row, once, and nothing of other rows", () => {
    const rows =
      "Jan 1 host postfix/smtpd[12]: warning: a\nno row\nJan 1 host saslauthd[7]:  b \nJan 1 host2 postfix/smtpd[12]: warning: a\n";

    expect(log(rows)).toEqual([
      { program: "postfix/smtpd", pid: 12, text: "warning: a" },
      { program: "saslauthd", pid: 7, text: "b" },
    ]);
  });

  const row = (program: string, text: string) => ({ program, pid: 7, text });
  test("has complaints of Postfix alone, and no more than the last eight", () => {
    const many = Array.from({ length: 9 }, (_, at) => row("postfix/smtpd", `error: ${at}`));

    expect(complaintsOfPostfix([...many, row("saslauthd", "error: x"), row("postfix/master", "see error: x")])).toEqual(
      many.slice(1).map(({ text }) => `postfix/smtpd: ${text}`),
    );
  });

  test("has words of saslauthd alone, and no more than the last six", () => {
    const many = Array.from({ length: 7 }, (_, at) => row("saslauthd", at % 2 === 0 ? `: a: ${at}` : `a: ${at}`));

    expect(lastRowsOfSaslauthd([...many, row("postfix/smtpd", "x")])).toEqual(
      [1, 2, 3, 4, 5, 6].map((at) => `saslauthd[7]: a: ${at}`),
    );
  });

  test("names a milter where a row begins with it, once", () => {
    const warning = row("postfix/smtpd", "warning: milter inet:127.0.0.1:8891: can't read");

    expect(failedMilters([warning, warning, row("x", "see warning: milter inet:other: y")])).toEqual([
      "inet:127.0.0.1:8891",
    ]);
  });

  const refused = (user: string) => row("saslauthd", `auth failure: [user=${user}] [service=smtp]`);
  test.each([
    ["alice", "alice", true],
    ["alice@example.org", "alice", true],
    ["alice@example.org", "alice@example.org", true],
    ["@alice", "", false],
    ["a@b", "a", true],
    ["alice", "alice@example.org", false],
  ])("a login as %s is refused by a row about %s: %s", (login, user, isRefused) => {
    expect(refusalOf(login, [row("postfix/smtpd", refused(user).text), refused(user)]) !== undefined).toBe(isRefused);
  });
});

describe("which daemon", () => {
  const daemon = (pid: number, ...options: string[]) => ({ pid, parent: 1, argv: ["/usr/sbin/saslauthd", ...options] });
  const counts = (...pairs: [number, number][]) => new Map(pairs);

  test("serves a socket, its options say, and not its name", () => {
    const named = { pid: 2, parent: 1, argv: ["-m/x", "-a", "pam"] };

    expect(servingOn("/x", [daemon(1, "-m", "/x"), named, daemon(3, "-m", "/y")]).map(({ pid }) => pid)).toEqual([1]);
  });

  test.each([
    ["one of two ran", counts([1, 5], [2, 6]), counts([1, 5], [2, 7]), true],
    ["one has started", counts([1, 5]), counts([1, 5], [2, 0]), true],
    ["one has ended", counts([1, 5], [2, 6]), counts([1, 5]), false],
    ["none ran", counts([1, 5], [2, 6]), counts([1, 5], [2, 6]), false],
  ])("woke up: %s", (_what, before, after, awake) => {
    expect(wokeUp([daemon(1), daemon(2)], before, after)).toBe(awake);
  });
});

describe("options of saslauthd", () => {
  const none = {
    mechanism: null,
    socketDirectory: null,
    cache: false,
    realmInLogin: false,
    mechanismOption: null,
    threads: null,
    others: [],
  };

  test.each([
    [["-crm", "/x//"], { cache: true, realmInLogin: true, socketDirectory: "/x" }],
    [["-rmc"], { realmInLogin: true, socketDirectory: "c" }],
    [["-mc", "-r"], { realmInLogin: true, socketDirectory: "c" }],
    [["x-c", "-", "-cq"], { others: ["-", "-cq", "x-c"] }],
    [["-n"], { threads: 0 }],
    [["-V", "-t", "600", "-s5"], { others: ["-V", "-s 5", "-t 600"] }],
    [["-a", "pam", "-a", "shadow", "-Ox"], { mechanism: "shadow", mechanismOption: "x" }],
  ])("%j", (words, meaning) => {
    expect(parseSaslauthdOptions(words)).toEqual({ ...none, ...meaning });
  });
});

describe("the address to connect to", () => {
  const at = (address: string, port = 465, program = "master") => ({ address, port, program });

  test.each([
    ["of the same port alone", [at("127.0.0.1", 25), at("10.0.0.1")], "10.0.0.1"],
    ["of every address", [at("*")], "127.0.0.1"],
    ["of every address of IPv6", [at("[::]")], "::1"],
    ["the loopback before others", [at("10.0.0.1"), at("127.0.0.2")], "127.0.0.2"],
    ["with its interface", [at("[fe80::1%eth0]")], "fe80::1%eth0"],
    ["nothing that is no address", [at("x 10.0.0.1"), at("10.0.0.1 x")], "127.0.0.1"],
    ["nothing of another program", [at("10.0.0.1", 465, "nginx")], "127.0.0.1"],
  ])("is that %s", (_what, found, address) => {
    expect(addressToConnect(found, 465)).toBe(address);
  });

  test.each([
    ["127.0.0.1", true],
    ["[::1]", true],
    ["[::ffff:127.0.0.1]", true],
    ["[::10]", false],
    ["10.127.0.1", false],
    ["*", false],
  ])("is the host's alone: %s is %s", (address, alone) => {
    expect(onLoopbackOnly([at(address)], [465, 587])).toEqual(alone ? [465] : []);
  });
});

test.each([
  ["192.0.2.1", true],
  ["2001:db8::1", true],
  ["mail.example.org", false],
  ["mail1", false],
  ["1.example.org", false],
])("%s is an address: %s", (name, is) => {
  expect(isAddress(name)).toBe(is);
});

describe("a setting", () => {
  const value = (row: string) => settingIn(Buffer.from(`${row}\n`), "A", shellAssignments);

  test.each([
    ['A= "b c" ', "b c"],
    ["A='b c'# d", "b c"],
    ['A=x"b"', 'x"b"'],
    ["A=x'b'", "x'b'"],
    ["A=b # c", "b"],
    ["A=b#c", "b#c"],
    ['A="a\\"b\\\\"', 'a"b\\'],
    ["A=", ""],
  ])("is read as a shell does: %s", (row, read) => {
    expect(value(row)).toBe(read);
  });

  const change = (text: string, line: string | null = null) =>
    withLine(Buffer.from(text), "A", line, shellAssignments, "/x").toString();
  test.each([
    ["'b c", true],
    ['"b c', true],
    ["b\\", true],
    ["b\\\\", false],
    ["'b c'", false],
    ["b 'c", false],
  ])("on several lines is not changed: %s", (raw, torn) => {
    const removing = () => change(`A=${raw}\n`);

    if (torn)
      expect(removing).toThrow(/line 1 of \/x goes on on the next line: A=[\s\S]*code: setting-on-several-lines/);
    else expect(removing()).toBe("");
  });

  test("is changed where an earlier line of it, or another setting, goes on; it is not removed there", () => {
    const torn = "A='x\ny'\nB='x\nA=1\n";

    expect(change(torn, "A=2")).toBe("A='x\ny'\nB='x\nA=2\n");
    expect(() => change(torn)).toThrow("line 1 of /x goes on");
    expect(change("B='x\nA=1\n")).toBe("B='x\n");
  });

  test("that is as wanted leaves the file as it is, with its line endings", () => {
    const content = Buffer.from("a:  b\r\nc: d");

    expect(withSetting(content, "A", "b", saslAssignments, "/x")).toBe(content);
    expect(withLine(content, "a", "a:  b", saslAssignments, "/x")).toBe(content);
    expect(withSetting(content, "e", "f", saslAssignments, "/x").toString()).toBe("a:  b\r\nc: d\r\ne: f\r\n");
  });
});

describe("a system is supported", () => {
  const of = (osRelease: Record<string, string>, debianVersion = "") =>
    supportOf({
      id: "x",
      release: "R",
      running: undefined,
      system: { init: "systemd", raspberryPi: false, debianVersion, osRelease },
    });

  test.each([
    ["by the number of a Debian", { ID: "debian", VERSION_ID: "13" }, "", "tried", ""],
    ["by its own version of Debian", { ID: "debian" }, "12.5", "tried", ""],
    [
      "not by the number of another system",
      { ID: "x", ID_LIKE: "debian", VERSION_ID: "13" },
      "",
      "not tried",
      "R: not tried;",
    ],
    [
      "by the name of the Debian it is made from",
      { ID: "x", ID_LIKE: "y debian", DEBIAN_CODENAME: "trixie" },
      "",
      "not tried",
      "R: like Debian 13, not tried;",
    ],
    [
      "by the word of its /etc/debian_version",
      { ID: "ubuntu", ID_LIKE: "debian" },
      "trixie/sid",
      "not tried",
      "like Debian 13",
    ],
    ["not where nothing is known of it", { ID: "debian" }, "", "not tried", "R: not tried;"],
  ])("%s", (_what, osRelease, debianVersion, kind, words) => {
    expect(of(osRelease, debianVersion)).toMatchObject({
      kind,
      ...(words && { words: expect.stringContaining(words) }),
    });
  });
});

test("the log is asked for the time that has passed, in seconds", () => {
  expect(logOfTheLast(1500).question.text).toContain("'1.500 seconds ago'");
});
