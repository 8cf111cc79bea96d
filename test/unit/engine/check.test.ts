// check: what is not right is refused before the host is contacted; what is not known yet is handed back as it came.
import { describe, expect, jest, test } from "@jest/globals";
import { check } from "../../../providers/engine/check.ts";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { unknownValue } from "../../../providers/engine/unknown.ts";
import { definitionOf, type Kind } from "../../../providers/resources/catalogue.ts";

const connection = { host: "mail1.example.org", privateKeyFile: "key" };
const checked = (kind: Kind, news: object, olds: object = {}) =>
  check(definitionOf(kind), { ...olds }, { connection, __provider: "stub", ...news });
const failures = (kind: Kind, news: object, olds: object = {}) => checked(kind, news, olds).failures;

describe("a hostile value is refused, and the property is named", () => {
  const shellWords = ["; rm -rf /", "$(id)", "`id`", "-rf", "a b", "a\nb", "a\0b", "a'b", ""];
  const inWords: readonly [Kind, string, (word: string) => object][] = [
    ["StatOverride", "owner", (owner) => ({ owner })],
    ["StatOverride", "group", (group) => ({ group })],
    ["GroupMember", "user", (user) => ({ user })],
    ["GroupMember", "group", (group) => ({ group })],
    ["SaslPackage", "packages.0", (name) => ({ packages: [name] })],
    ["SaslauthdService", "mechanism", (mechanism) => ({ mechanism })],
  ];

  test.each(inWords)("%s.%s", (kind, property, news) => {
    for (const word of shellWords) {
      expect(failures(kind, news(word))).toContainEqual({
        property,
        reason: expect.stringContaining("the host was not contacted"),
      });
    }
  });

  const paths = [
    ..."/a\n/b|/a\0b|/a/../b|/a/./b|/a//b|/a/|/|relative|-rf|".split("|"),
    "/a\u0085b",
    `/${"x".repeat(1_000_000)}`,
  ];
  const inPaths: readonly [Kind, string][] = [
    ["StatOverride", "path"],
    ["SmtpdConf", "path"],
    ["SaslauthdService", "socketDirectory"],
  ];

  test.each(inPaths)("%s.%s", (kind, property) => {
    for (const path of paths) {
      expect(failures(kind, { [property]: path })).toContainEqual(expect.objectContaining({ property }));
    }
  });

  test.each<[Kind, string, object]>([
    ["StatOverride", "mode", { mode: "9999" }],
    ["StatOverride", "mode", { mode: "u+x" }],
    ["StatOverride", "mode", { mode: "71" }],
    ["AuthProof", "port", { port: 0 }],
    ["AuthProof", "port", { port: 65536 }],
    ["AuthProof", "port", { port: 4.5 }],
    ["AuthProof", "password", { password: "a\nb" }],
    ["AuthProof", "username", { username: "a\r\nMAIL FROM:<x>" }],
    ["AuthProof", "username", { username: "x".repeat(1_000_000) }],
    ["PostfixService", "ports.0", { ports: [0] }],
    ["PostfixService", "state", { state: "started" }],
    ["GroupMember", "user", { user: "x".repeat(1_000_000) }],
    ["MasterService", "service", { service: "; rm -rf /" }],
    ["MasterService", "service", { service: "a\0b" }],
    ["MasterService", "service", { service: "#smtps" }],
    ["MasterService", "service", { service: "{" }],
    ["MasterService", "service", { service: "x".repeat(1_000_000) }],
    ["MasterService", "options.a b", { options: { "a b": "x" } }],
    ["MasterService", "type", { type: "banana" }],
    ["MasterService", "command", { command: "smtpd\n-v" }],
    ["MasterService", "options.a", { options: { a: "x\n  -o b=y" } }],
    ["MasterService", "options.a", { options: { a: "x".repeat(1_000_000) } }],
    ["SmtpdConf", "mechList.0", { mechList: ["cram-md5"] }],
    ["SaslauthdService", "socketDirectory", { socketDirectory: "/a b" }],
    ["SaslauthdService", "threads", { threads: -1 }],
    ["SaslPackage", "packages", { packages: [] }],
    ["SaslPackage", "packages.0", { packages: ["x".repeat(1_000_000)] }],
    ["MasterService", "options.a", { options: { a: "prix_€" } }],
    ["MasterService", "options.a", { options: { a: "voilà" } }],
    ["MasterService", "wakeup", { wakeup: "soon" }],
    ["MasterService", "processLimit", { processLimit: "-1" }],
    ["SmtpdConf", "path", { path: "/etc/é" }],
    ["GroupMember", "grupp", { grupp: "sasl" }],
    ["GroupMember", "connection.host", { connection: { host: "-oProxyCommand=id" } }],
    ["GroupMember", "connection.user", { connection: { host: "h", user: "-l" } }],
    ["GroupMember", "connection.port", { connection: { host: "h", port: 0 } }],
    ["GroupMember", "connection", { connection: { host: "h", hots: "x" } }],
    ["GroupMember", "connection.sudoPassword", { connection: { host: "h", sudoPassword: "a\nb" } }],
    ["GroupMember", "connection.proxy.host", { connection: { host: "h", proxy: { host: "" } } }],
    [
      "GroupMember",
      "connection.proxy.proxy.user",
      { connection: { host: "h", proxy: { host: "j", proxy: { host: "k", user: "-l" } } } },
    ],
    ["GroupMember", "connection.proxy", { connection: { host: "h", proxy: { host: "j", sudoPassword: "x" } } }],
    ["GroupMember", "connection.sshConfigFile", { connection: { host: "h", sshConfigFile: "a\nb" } }],
    ["GroupMember", "connection", { connection: undefined }],
  ])("%s.%s: %j", (kind, property, news) => {
    expect(failures(kind, news)).toContainEqual(expect.objectContaining({ property }));
  });
});

describe("a combination that must not be is refused", () => {
  test("implicit TLS without a certificate", () => {
    const options = { smtpd_tls_wrappermode: "yes" };

    expect(failures("MasterService", { options })).toMatchObject([
      { property: "options", reason: expect.stringContaining("without a certificate") },
    ]);
    expect(failures("MasterService", { options: { ...options, smtpd_tls_chain_files: "/c" } })).toEqual([]);
  });

  test("an option value with a brace alone: Postfix would read the rest of the entry into it, or cut it short", () => {
    for (const value of ["a }b c", "{", "}{ a", "$" + "{x?{a}"]) {
      expect(failures("MasterService", { options: { smtpd_banner: value } })).toMatchObject([
        { property: "options", reason: expect.stringContaining("every { must have its }") },
      ]);
    }
    expect(failures("MasterService", { options: { smtpd_banner: "$" + "{x?{a b}:{c}}" } })).toEqual([]);
  });

  test("Postfix left running with passwords in clear text", () => {
    expect(failures("PostfixService", { state: "running", cleartextAuth: true })).toMatchObject([
      { property: "state", reason: expect.stringContaining("allowCleartext") },
    ]);
    expect(failures("PostfixService", { state: "stopped", cleartextAuth: true })).toEqual([]);
    expect(failures("PostfixService", { cleartextAuth: true, allowCleartext: true })).toEqual([]);
  });
});

test("a password without a user to give it to is refused", () => {
  expect(failures("AuthProof", { password: "x" })).toMatchObject([
    { property: "", reason: expect.stringContaining("username: ") },
  ]);
  expect(failures("AuthProof", { username: "x" })).toEqual([]);
});

describe("what is right", () => {
  test("gets its defaults, for the connection too, and keeps the stub", () => {
    const { inputs } = checked("GroupMember", {});

    expect(inputs).toMatchObject({ user: "postfix", group: "sasl", __provider: "stub" });
    // port, user and time-out are not filled in: ssh_config may say them, at each dial
    expect(inputs.connection).toEqual({ ...connection, dialErrorLimit: 10 });
  });

  test("is brought into the form that the host shows: no leading zero of a mode", () => {
    expect(checked("StatOverride", { mode: "0710" }).inputs.mode).toBe("710");
    expect(checked("StatOverride", { mode: "2750" }).inputs.mode).toBe("2750");
  });
});

describe("what a preview shows beside the inputs", () => {
  test("is the text that will stand in the file", () => {
    expect(checked("SmtpdConf", {}).inputs.settings).toBe("pwcheck_method: saslauthd\nmech_list: plain login\n");
    expect(checked("MasterService", { options: { smtpd_banner: "a b" } }).inputs.entry).toBe(
      "smtps     inet  n       -       y       -       -       smtpd\n  -o { smtpd_banner = a b }\n",
    );
    expect(checked("SaslauthdService", { socketDirectory: "/run/a" }).inputs.dropIn).toContain(
      "dpkg-statoverride --list /run/a)",
    );
  });

  test("is no input of the user", () => {
    expect(failures("SmtpdConf", { settings: "pwcheck_method: auxprop\n" })).toMatchObject([{ property: "settings" }]);
  });
});

describe("what the engine puts back because of ignoreChanges", () => {
  test("is handed back as the refresh found it, though no input could be that", () => {
    const found = { mode: "no directory", owner: "root" };

    expect(checked("StatOverride", found, found)).toMatchObject({ inputs: { ...found, group: "sasl" }, failures: [] });
  });

  test("is refused where it is not what was found", () => {
    expect(failures("StatOverride", { mode: "no directory" }, { mode: "710" })).toMatchObject([{ property: "mode" }]);
  });

  test("may be what is only shown", () => {
    const settings = "pwcheck_method: auxprop\n";

    expect(checked("SmtpdConf", { settings }, { settings })).toMatchObject({ failures: [] });
  });
});

describe("what is not known yet", () => {
  test("is handed back as it came, and the rest is still checked", () => {
    const later = { group: unknownValue, connection: { host: unknownValue } };

    expect(checked("GroupMember", later)).toMatchObject({ inputs: { ...later, user: "postfix" }, failures: [] });
    expect(failures("GroupMember", { ...later, user: "-x" })).toMatchObject([{ property: "user" }]);
  });

  test("is refused under a name that no input has", () => {
    expect(failures("GroupMember", { grupp: unknownValue })).toMatchObject([{ property: "grupp" }]);
  });

  test("is found inside of objects and lists", () => {
    const options = { smtpd_tls_cert_file: unknownValue, smtpd_tls_wrappermode: "yes" };

    expect(checked("MasterService", { options })).toMatchObject({ inputs: { options }, failures: [] });
    expect(checked("AuthProof", { listening: [unknownValue] }).inputs.listening).toEqual([unknownValue]);
  });
});

describe("the stop of Postfix that nobody has asked for", () => {
  const stopped = { connection, hostName: "mail1", state: "stopped", enabled: false };

  test.each([
    ["is warned of at check, with the host's name", { mayStop: false }, 1],
    ["is no warning where it was asked for", {}, 0],
    ["is no warning where it is not to stop", { state: "running", enabled: true, mayStop: false }, 0],
  ])("%s", async (_what, given, warnings) => {
    const log = jest.spyOn(console, "log").mockImplementation(() => {});

    await protocolOf(new Run()).check("PostfixService", {}, { ...stopped, ...given });

    const told = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(told).toEqual(
      Array(warnings).fill(expect.stringMatching(/warning: mail1: without tls Postfix ends stopped and disabled/)),
    );
  });

  test.each([
    ["the host is", { connection: { host: unknownValue } }, "a host whose address is not known yet"],
    ["the connection is", { connection: unknownValue }, "a host whose address is not known yet"],
    ["the host's name is", { connection, hostName: unknownValue }, "mail1.example.org"],
  ])("names the host in words where %s not known yet", async (_what, given, name) => {
    const log = jest.spyOn(console, "log").mockImplementation(() => {});

    await protocolOf(new Run()).check(
      "PostfixService",
      {},
      { state: "stopped", enabled: false, mayStop: false, ...given },
    );

    const told = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(told).toEqual([expect.stringContaining(`warning: ${name}: without tls`)]);
  });
});
