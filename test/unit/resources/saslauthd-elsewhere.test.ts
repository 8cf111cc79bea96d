// A saslauthd that serves another directory when we come: left to whoever may need it, unless nothing speaks for anybody.
import { describe, expect, test } from "@jest/globals";
import { saslPackage } from "../../../providers/resources/packages/sasl-package.ts";
import { describeTakeOver, type ElsewhereActual } from "../../../providers/resources/saslauthd/saslauthd-elsewhere.ts";
import { file, folder } from "../../support/fake-answers.ts";

const ours = { socketDirectory: "/var/spool/postfix/var/run/saslauthd", mechanism: "pam", takeOver: false };
const nobody = { members: [], files: [], postfix: false };

interface Story {
  readonly mechanism?: string;
  readonly directory?: string;
  readonly runs?: boolean;
  readonly unit?: string;
  readonly start?: string;
  readonly native?: boolean;
  readonly enabled?: string;
  readonly clients?: Partial<typeof nobody> | { members: string[] } | { files: string[] };
}

/** A daemon of the default file that serves Debian's own directory with PAM, and changes to that. */
function host(story: Story): ElsewhereActual {
  const { mechanism = "pam", directory = "/var/run/saslauthd", runs = true, unit = "saslauthd.service" } = story;
  const { start = "yes", native = true, enabled = "disabled", clients = {} } = story;
  const argv = `/usr/sbin/saslauthd -a ${mechanism} -c -m ${directory} -n 5`.split(" ");
  return {
    file: file(`START=${start}\nMECHANISMS="${mechanism}"\nTHREADS=5\nOPTIONS="-c -m ${directory}"\n`),
    nativeUnit: native ? folder() : null,
    unit: { load: "loaded", active: "active", enabled },
    processes: runs ? [{ pid: 7, parent: 1, argv }] : [],
    instances: [],
    owners: runs ? [{ pid: 7, unit, main: unit !== "saslauthd.service", enabled: false }] : [],
    clients: { ...nobody, ...clients } as ElsewhereActual["clients"],
  };
}

describe("refused, with both ways on", () => {
  test.each<[string, Story, RegExp]>([
    [
      "another mechanism",
      { mechanism: "ldap" },
      /for \/var\/run\/saslauthd with ldap \(that daemon runs\).*it asks ldap, and not pam/,
    ],
    ["a further user in the group", { clients: { members: ["ejabberd", "postfix"] } }, /ejabberd in the group sasl/],
    ["a SASL file of another program", { clients: { files: ["/etc/imapd.conf"] } }, /\/etc\/imapd\.conf names it/],
    [
      "another program beside a Postfix that asks there",
      { mechanism: "ldap", clients: { members: ["cyrus", "postfix"], postfix: true } as never },
      /cyrus in the group sasl/,
    ],
    ["a directory that somebody chose", { directory: "/run/saslauthd-imap" }, /is not Debian's own choice/],
    [
      "one that only starts at boot",
      { mechanism: "ldap", runs: false, enabled: "enabled" },
      /\(that daemon starts at boot\)/,
    ],
    ["the same for the sysv script", { mechanism: "ldap", runs: false, enabled: "enabled", native: false }, /at boot/],
  ])("%s", (_what, story, says) => {
    expect(() => describeTakeOver(ours, host(story))).toThrow(says);
    expect(() => describeTakeOver(ours, host(story))).toThrow(/unit of its own first.*takeOverSaslauthd: true/);
  });
});

describe("taken over", () => {
  test.each<[string, Story]>([
    ["as Debian ships it, and only started", {}],
    [
      "with another mechanism, for a Postfix outside of its chroot",
      { mechanism: "shadow", clients: { members: ["postfix"], postfix: true } as never },
    ],
  ])("and told: %s", (_what, story) => {
    expect(describeTakeOver(ours, host(story))).toMatch(
      /; \/var\/run\/saslauthd, served with \w+ until now, is left: nothing/,
    );
  });

  test("as it was asked for, whoever it serves", () => {
    const said = describeTakeOver(
      { ...ours, takeOver: true },
      host({ mechanism: "ldap", clients: { members: ["prosody"] } }),
    );

    expect(said).toBe("; /var/run/saslauthd, served with ldap until now, is left, as takeOver says");
  });

  test.each<[string, Story]>([
    ["nothing runs, and nothing starts at boot", { mechanism: "ldap", runs: false }],
    [
      "the sysv script is told not to start it",
      { mechanism: "ldap", runs: false, native: false, start: "no", enabled: "enabled" },
    ],
    ["it serves our directory already", { mechanism: "ldap", directory: ours.socketDirectory }],
    ["it has a unit of its own, which goes on", { mechanism: "ldap", unit: "saslauthd-xmpp.service" }],
  ])("without a word, since nobody loses anything: %s", (_what, story) => {
    expect(describeTakeOver(ours, host(story))).toBe("");
  });
});

test("a file that was edited and not loaded does not hide what runs", () => {
  const edited = {
    ...host({ mechanism: "ldap" }),
    file: file(`MECHANISMS="pam"\nOPTIONS="-m ${ours.socketDirectory}"\n`),
  };

  expect(() => describeTakeOver(ours, edited)).toThrow(/\/var\/run\/saslauthd with ldap \(that daemon runs\)/);
});

test("an instance with a directory of its own goes on, though it is of the same unit on Debian 12", () => {
  const path = "/etc/default/saslauthd-imap";
  const instance = { path, realPath: path, content: Buffer.from('OPTIONS="-c -m /run/saslauthd-imap"\n') };

  expect(
    describeTakeOver(ours, { ...host({ directory: "/run/saslauthd-imap", native: false }), instances: [instance] }),
  ).toBe("");
});

describe("before the first change of a host, with its packages", () => {
  const inputs = saslPackage.schema.parse({ packages: ["postfix"], saslauthd: ours });
  const packages = {
    installed: { postfix: "3" },
    record: null,
    kept: [],
    release: "13",
    queueDirectory: "/var/spool/postfix",
    unfinished: [],
    dropIn: null,
  };

  test("it is refused", () => {
    const actual = { ...packages, ...host({ mechanism: "ldap" }) };

    expect(() => saslPackage.observe(inputs, actual, undefined)).toThrow(/it asks ldap/);
  });

  test("what happens to the file later is drift of saslauthd, and none of theirs", () => {
    const actual = { ...packages, ...host({ mechanism: "ldap" }) };

    expect(saslPackage.observe(inputs, actual, {})).toEqual(inputs);
  });
});
