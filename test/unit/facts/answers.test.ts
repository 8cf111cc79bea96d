// Short answers of a host, as its programs print them, and what they mean.
import { expect, test } from "@jest/globals";
import { clock, dayOf, daysUntil } from "../../../providers/facts/clock.ts";
import { installedPackages, statOverrideOf, statOverrides } from "../../../providers/facts/dpkg.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { fileAt } from "../../../providers/facts/file.ts";
import { machine, release } from "../../../providers/facts/machine.ts";
import { queueDirectory, saslTypes, setInMain } from "../../../providers/facts/postconf.ts";
import { outdated } from "../../../providers/facts/postfix.ts";
import { hasRecordOf, resourceRecordPath } from "../../../providers/facts/resource-record.ts";
import { saslauthdClients } from "../../../providers/facts/saslauthd-clients.ts";
import { saslauthdStartLines } from "../../../providers/facts/saslauthd-unit.ts";
import { answer } from "../../support/fake-answers.ts";

const packages = [
  "libsasl2-2\tinstalled\t2.1.27\ti386",
  "dpkg\tinstalled\t1.22\tamd64",
  "postfix\tinstalled\t3.7.11-0+deb12u1\tamd64",
  "adduser\tinstalled\t3.134\tall",
  "libsasl2-2\tinstalled\t2.1.28\tamd64",
  "exim4\tconfig-files\t4.96\tall",
  "nullmailer\thalf-installed\t1\tamd64",
].join("\n");
const record = `${resourceRecordPath("MasterService", "smtps/inet")} e30=\n`;
const override = { owner: "root", group: "sasl", mode: "710" };

test.each<[string, Fact<unknown>, string, unknown]>([
  ["the time", clock, "1767225600\n", new Date("2026-01-01T00:00:00Z")],
  [
    "packages, a foreign one by its architecture, and no removed one",
    installedPackages,
    `${packages}\n`,
    {
      dpkg: "1.22",
      postfix: "3.7.11-0+deb12u1",
      adduser: "3.134",
      "libsasl2-2": "2.1.28",
      "libsasl2-2:i386": "2.1.27",
    },
  ],
  [
    "overrides, by their whole paths",
    statOverrides,
    "root sasl 710 /var/spool/my socket\nroot postdrop 2555 /usr/sbin/postdrop\n",
    { "/var/spool/my socket": override, "/usr/sbin/postdrop": { owner: "root", group: "postdrop", mode: "2555" } },
  ],
  ["the override of one path", statOverrideOf("/a"), "root sasl 710 /a\nroot sasl 755 /a/b\n", override],
  ["no override of another path", statOverrideOf("/b"), "root sasl 710 /a\n", null],
  ["the release", release, "id\nsystemd\n13.1\n\nNAME=Debian\nPRETTY_NAME='Debian 13'\n", "Debian 13"],
  ["a release without a long name", release, "id\nsystemd\n\n\nNAME=Devuan\n", "Devuan"],
  ["no release where there is no os-release", release, "id\nrunit\n\n\n", ""],
  [
    "a Raspberry Pi, with what its os-release quotes",
    machine,
    'id\nsystemd\n12.5\npi\nPRETTY_NAME="a \\"b\\" \\$c"\nID=debian\nno assignment\n',
    {
      id: "id",
      release: 'a "b" $c',
      running: undefined,
      system: {
        init: "systemd",
        debianVersion: "12.5",
        raspberryPi: true,
        osRelease: { PRETTY_NAME: 'a "b" $c', ID: "debian" },
      },
    },
  ],
  [
    "nothing of a machine that says nothing",
    machine,
    "",
    {
      id: "",
      release: "",
      running: undefined,
      system: { init: "", debianVersion: "", raspberryPi: false, osRelease: {} },
    },
  ],
  ["the queue's directory without a slash at its end", queueDirectory, "/srv/postfix//\n", "/srv/postfix"],
  ["the implementations of SASL", saslTypes, "cyrus\ndovecot\n", ["cyrus", "dovecot"]],
  ["none where Postfix is not installed", saslTypes, "", []],
  [
    "what main.cf sets of what is asked for, with an empty value and one with an equals sign",
    setInMain(["myhostname", "relayhost", "maps"]),
    "myhostname = a\nmydomain = b\nrelayhost =\nmaps = x=y\n",
    { myhostname: "a", relayhost: "", maps: "x=y" },
  ],
  [
    "each reason once why Postfix is out of date",
    outdated,
    "main.cf is newer\nmain.cf is newer\nsmtpd\n",
    ["main.cf is newer", "smtpd"],
  ],
  ["nothing out of date", outdated, "", []],
  ["that a resource of a kind is remembered", hasRecordOf("MasterService"), record, true],
  ["that none of another kind is, whose name begins alike", hasRecordOf("Master"), record, false],
  ["that none is", hasRecordOf("MasterService"), "", false],
  [
    "who may ask saslauthd, each once",
    saslauthdClients("/x"),
    "members cyrus,postfix,,cyrus,\n/etc/imapd.conf\n/usr/lib/sasl2/x.conf\npostfix yes\n",
    { members: ["cyrus", "postfix"], files: ["/etc/imapd.conf", "/usr/lib/sasl2/x.conf"], postfix: true },
  ],
  ["that nobody is looked for", saslauthdClients("/x"), "postfix no\n", { members: [], files: [], postfix: false }],
  [
    "who says how saslauthd is started",
    saslauthdStartLines,
    "/etc/systemd/system/saslauthd.service:ExecStart=/usr/sbin/saslauthd -a pam\n/etc/systemd/system/saslauthd.service.d/a.conf: ExecStart = /x: y\n",
    [
      { path: "/etc/systemd/system/saslauthd.service", line: "ExecStart=/usr/sbin/saslauthd -a pam" },
      { path: "/etc/systemd/system/saslauthd.service.d/a.conf", line: "ExecStart = /x: y" },
    ],
  ],
  ["that nobody says it", saslauthdStartLines, "", []],
  [
    "a file that is empty",
    fileAt("/x"),
    "644 root root regular empty file\n/x\n",
    expect.objectContaining({ content: Buffer.alloc(0), realPath: "/x" }),
  ],
])("a host says: %s", (_what, fact, stdout, meaning) => {
  expect(fact.parse(answer(stdout))).toEqual(meaning);
});

test.each<[string, Fact<unknown>, string]>([
  ["a queue that is no path", queueDirectory, "queue\n"],
  ["clients without the last line", saslauthdClients("/x"), "members cyrus,\n"],
  ["a start line without its file", saslauthdStartLines, "ExecStart=/usr/sbin/saslauthd\n"],
  ["a file of which only the status came", fileAt("/x"), "644 root root regular file\n"],
  ["a file of which the content did not come", fileAt("/x"), "644 root root regular file\n/x"],
])("a host that is cut off is unreadable: %s", (_what, fact, stdout) => {
  expect(() => fact.parse(answer(stdout))).toThrow(`read ${fact.name}`);
});

test("overrides that do not exist are told by status 1 alone", () => {
  expect(statOverrides.parse(answer("", 1))).toEqual({});
});

test.each([
  ["2026-01-02T00:00:00Z", 1],
  ["2026-01-01T23:59:59Z", 0],
  ["2026-01-01T00:00:00Z", 0],
  ["2025-12-31T23:59:59Z", -1],
])("days are whole until %s, and negative when it has passed", (then, days) => {
  expect(daysUntil(new Date(then), new Date("2026-01-01T00:00:00Z"))).toBe(days);
});

test("a day is that of UTC", () => {
  expect(dayOf(new Date("2026-12-24T23:30:00-02:00"))).toBe("2026-12-25");
});
