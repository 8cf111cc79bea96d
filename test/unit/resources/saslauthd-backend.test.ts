// What saslauthd asks: /etc/saslauthd.conf for a directory, -O for an IMAP server, what does not go together, and when what the daemon
// knows is out of date.
import { describe, expect, test } from "@jest/globals";
import type { FileContent } from "../../../providers/facts/file.ts";
import {
  ldapFilePath,
  ldapProblems,
  rememberLdapFile,
  restoreLdapFile,
  writeLdapFile,
} from "../../../providers/resources/saslauthd/ldap-file.ts";
import { ldapSchema } from "../../../providers/resources/saslauthd/ldap-settings.ts";
import {
  backendQuestions,
  backendSteps,
  desiredOption,
  freshness,
  observedBackend,
  restoreUnusedBackend,
} from "../../../providers/resources/saslauthd/saslauthd-backend.ts";
import { saslauthdServiceSchema } from "../../../providers/resources/saslauthd/saslauthd-inputs.ts";
import { saslauthdService } from "../../../providers/resources/saslauthd/saslauthd-service.ts";
import {
  readSettings,
  restoreSettings,
  withSettings,
} from "../../../providers/resources/saslauthd/saslauthd-settings.ts";
import { file } from "../../support/fake-answers.ts";
import { summary, written } from "../../support/fake-plan.ts";

const ldap = ldapSchema.parse({
  servers: ["ldaps://one.example.org", "ldaps://two.example.org"],
  searchBase: "ou=people,dc=example,dc=org",
  bindDn: "cn=reader,dc=example,dc=org",
  certificateAuthorityFile: "/etc/ssl/own.pem",
});
const password = "pä ss";
const own = (content: string | Buffer): FileContent => ({ ...file(content, ldapFilePath), mode: "600" });
const marker =
  "# The settings of the directory are kept by sasl-mail-host (Pulumi): pulumi destroy puts back what was here before.\n";
const complete = `ldap_servers: ldaps://one.example.org ldaps://two.example.org
ldap_search_base: ou=people,dc=example,dc=org
ldap_bind_dn: cn=reader,dc=example,dc=org
ldap_password: p\xc3\xa4 ss
ldap_tls_check_peer: yes
ldap_tls_cacert_file: /etc/ssl/own.pem
`;

describe("the file for a directory", () => {
  test("that is not there is written, for root alone, in UTF-8", () => {
    const [step, ...more] = writeLdapFile(null, ldap, password);

    expect(more).toEqual([]);
    expect(step).toMatchObject({
      do: "write",
      expected: undefined,
      created: { owner: "root", group: "root", mode: "600" },
    });
    expect(step?.do === "write" && step.content.toString("latin1")).toBe(marker + complete);
    expect(ldapProblems(null, ldap, password)).toEqual(["it is not there"]);
  });

  test.each([
    ["as we write it", marker + complete],
    ["in another order, with defaults written out", `ldap_scope: SUB\n${complete.split("\n").reverse().join("\n")}`],
    ["with the password's other name", complete.replace("ldap_password", "LDAP_bind_pw")],
    ["with another word for yes", complete.replace("check_peer: yes", "check_peer: on")],
    ["with settings of others", `${complete}ldap_deref: never\n`],
    ["where the last of two lines counts", `ldap_scope: base\nldap_scope: sub\n${complete}`],
  ])("is left alone: %s", (_what, content) => {
    expect(ldapProblems(own(content), ldap, password)).toEqual([]);
    expect(writeLdapFile(own(content), ldap, password)).toEqual([]);
  });

  test.each([
    ["a server", "ldaps://one", "ldaps://other", [/^ldap_servers is "ldaps:\/\/other/]],
    ["a bind password", "p\xc3\xa4 ss", "other", [/^the password of bindDn is another one$/]],
    ["a certificate that nobody looks at", "check_peer: yes", "check_peer: no", [/^ldap_tls_check_peer is "no"$/]],
    ["a setting that is gone", "ldap_bind_dn: cn=reader,dc=example,dc=org\n", "", [/^ldap_bind_dn is not set$/]],
  ])("shows what was changed, and is put right: %s", (_what, from, to, complaints) => {
    const changed = own(Buffer.from(marker + complete.replace(from, to), "latin1"));

    expect(ldapProblems(changed, ldap, password)).toEqual(complaints.map((words) => expect.stringMatching(words)));
    expect(ldapProblems(changed, ldap, password).join()).not.toContain("other,");
    expect(ldapProblems(own(written(writeLdapFile(changed, ldap, password))), ldap, password)).toEqual([]);
  });

  test("that others can read is closed before anything is written into it", () => {
    const open = { ...file(complete.replace("ldaps://one", "ldaps://x")), group: "adm", mode: "640" };

    expect(ldapProblems(open, ldap, password).at(-1)).toBe("its mode is root:adm 640");
    expect(summary(writeLdapFile(open, ldap, password))).toEqual([
      `run: let only root read ${ldapFilePath}: it is root:adm 640`,
      `write ${ldapFilePath}: set the directory in ${ldapFilePath}`,
    ]);
  });

  test.each([
    ["a line without a colon", "ldap_scope sub\n", 1],
    ["a name without a value", "# mine\nldap_scope:\n", 2],
    ["a line ending of Windows", "ldap_scope: sub\r\n", 1],
  ])("is not touched where saslauthd could not read it: %s", (_what, content, line) => {
    expect(() => writeLdapFile(own(content), ldap, password)).toThrow(`can not read line ${line}`);
  });

  test.each([
    ["no file", null],
    ["an empty one", ""],
    ["settings of others and of ours", "# mine\nldap_scope: one\nldap_deref: never\nldap_password: old\n"],
    ["no final line ending", "ldap_deref: never\nldap_scope: one"],
  ])("comes back as it was: %s", (_what, content) => {
    const found = content === null ? null : { ...file(content), group: "adm", mode: "640" };
    const now = own(written(writeLdapFile(found, ldap, password)));

    const steps = restoreLdapFile(now, rememberLdapFile(found));

    if (content === null)
      expect(summary(steps)).toEqual([`remove ${ldapFilePath}: remove ${ldapFilePath}: it was not there before`]);
    else {
      expect(written(steps).toString("latin1")).toBe(content);
      expect(summary(steps).at(-1)).toBe(`run: give ${ldapFilePath} back to root:adm 640`);
    }
  });

  test.each([
    ["copied first where somebody else has edited our settings", "ldap_scope: one\n", true],
    ["not copied where only other settings were added", "ldap_deref: never\n", false],
  ])("that destroy restores is %s", (_what, theirs, copies) => {
    const now = own(Buffer.from(marker + complete + theirs, "latin1"));
    const copy = `run: copy ${ldapFilePath} to /var/backups: somebody else has edited the settings of the directory`;

    const restored = (before: FileContent | null) =>
      summary(restoreLdapFile(now, rememberLdapFile(before), ldap, password)).slice(0, -1);

    expect(restored(null)).toEqual(copies ? [copy] : []);
    expect(restored(own("ldap_deref: never\n"))).toEqual(copies ? [copy] : []);
  });

  test("of somebody else is not touched by the undo", () => {
    expect(restoreLdapFile(own(complete), rememberLdapFile(null))).toEqual([]);
    expect(restoreLdapFile(null, undefined)).toEqual([]);
  });
});

const inputs = (given: object) => saslauthdServiceSchema.parse(given);
const byLdap = { mechanism: "ldap", cache: false, ldap, ldapBindPassword: password };
const plain = { ...ldap, bindDn: undefined, certificateAuthorityFile: undefined };

describe("check", () => {
  test.each([
    ["ldap", byLdap],
    [
      "ldap on this machine without TLS",
      { ...byLdap, ldap: { ...plain, servers: ["ldap://127.0.0.1", "ldapi:///"] }, ldapBindPassword: undefined },
    ],
    ["fastbind without a search base", { ...byLdap, ldap: { ...ldap, searchBase: undefined, authMethod: "fastbind" } }],
    ["rimap through a tunnel", { mechanism: "rimap", cache: false, rimap: { host: "localhost" } }],
    [
      "rimap in the open, said aloud",
      { mechanism: "rimap", cache: false, rimap: { host: "imap.example.org", allowCleartext: true } },
    ],
    ["the realm in the login, with pam", { realmInLogin: true }],
  ])("takes %s", (_what, given) => {
    expect(saslauthdService.rules?.(inputs(given))).toEqual([]);
  });

  test.each<[string, object, string, RegExp]>([
    ["ldap without a directory", { mechanism: "ldap", cache: false }, "ldap", /which directory/],
    ["a directory that nobody asks", { ldap, ldapBindPassword: password }, "ldap", /the mechanism is pam/],
    ["a bind password without ldap", { ldapBindPassword: password }, "ldapBindPassword", /without ldap/],
    [
      "bindDn without its password",
      { ...byLdap, ldapBindPassword: undefined },
      "ldapBindPassword",
      /needs its password/,
    ],
    [
      "a password without bindDn",
      { ...byLdap, ldap: { ...ldap, bindDn: undefined } },
      "ldapBindPassword",
      /whose password/,
    ],
    ["no search base", { ...byLdap, ldap: { ...ldap, searchBase: undefined } }, "ldap", /searchBase is missing/],
    [
      "passwords in clear text to a directory",
      { ...byLdap, ldap: { ...ldap, certificateAuthorityFile: undefined, servers: ["ldap://a.example.org"] } },
      "ldap",
      /clear text/,
    ],
    ["startTls with ldaps", { ...byLdap, ldap: { ...ldap, startTls: true } }, "ldap", /startTls is for ldap/],
    [
      "two addresses in one item",
      { ...byLdap, ldap: { ...ldap, servers: ["ldaps://one.example.org,ldaps://two.example.org"] } },
      "ldap",
      /an item with a comma/,
    ],
    ["an option with two values", { options: ["-t 600", "-t 900"] }, "options", /each option once/],
    ["an option that is said twice", { options: ["-V", "-V"] }, "options", /each option once/],
    ["authorities without TLS", { ...byLdap, ldap: { ...ldap, servers: ["ldapi:///"] } }, "ldap", /without TLS/],
    [
      "a group's attribute without the group",
      { ...byLdap, ldap: { ...ldap, groupAttribute: "member" } },
      "ldap",
      /without groupDn/,
    ],
    ["rimap without a server", { mechanism: "rimap", cache: false }, "rimap", /which IMAP server/],
    ["a server that nobody asks", { rimap: { host: "localhost" } }, "rimap", /the mechanism is pam/],
    [
      "passwords in clear text to an IMAP server",
      { mechanism: "rimap", cache: false, rimap: { host: "imap.example.org" } },
      "rimap",
      /clear text/,
    ],
    ["remembered logins of a directory", { ...byLdap, cache: true }, "cache", /eight hours/],
    [
      "the realm in the login, with sasldb",
      { mechanism: "sasldb", realmInLogin: true },
      "realmInLogin",
      /realm of its own/,
    ],
  ])("refuses %s", (_what, given, property, reason) => {
    expect(saslauthdService.rules?.(inputs(given))).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });

  test.each([
    ["a bind password that saslauthd would cut", { ldapBindPassword: "x".repeat(128) }],
    ["a value that ends with a space", { ldap: { ...ldap, filter: "(uid=%u) " } }],
    ["an address of another kind", { ldap: { ...ldap, servers: ["http://x"] } }],
    ["two addresses with a space between", { ldap: { ...ldap, servers: ["ldap://localhost/ ldap://a.example.org"] } }],
    ["a host that is an option", { rimap: { host: "-d" } }],
  ])("refuses %s", (_what, given) => {
    expect(saslauthdServiceSchema.safeParse(given).success).toBe(false);
  });
});

describe("-O", () => {
  const rimap = inputs({ mechanism: "rimap", cache: false, rimap: { host: "mail" } });

  test.each([
    [rimap, null, "mail"],
    [rimap, "mail", "mail"],
    [rimap, "mail/143", "mail/143"],
    [rimap, "mail/imap", "mail/imap"],
    [rimap, "mail/144", "mail"],
    [{ ...rimap, rimap: { host: "mail", port: 144 } }, "mail", "mail/144"],
    [inputs(byLdap), ldapFilePath, ldapFilePath],
    [inputs(byLdap), "/etc/other.conf", null],
    [inputs({}), "x", null],
  ])("%#: of %j and the option %j comes %j", (desired, found, option) => {
    expect(desiredOption(desired, found)).toBe(option);
  });

  test("may stand in MECH_OPTIONS, which each release reads in its own way", () => {
    const debian12 = Buffer.from('MECH_OPTIONS="mail/144"\nOPTIONS="-m /x"\n');
    const debian13 = Buffer.from('MECH_OPTIONS="-O mail/144"\nOPTIONS="-m /x"\n');

    expect(readSettings(debian12, true).mechanismOption).toBe("mail/144");
    expect(readSettings(debian13, false).mechanismOption).toBe("mail/144");
    expect(readSettings(debian12, false)).toMatchObject({ mechanismOption: null, others: ["mail/144"] });
  });

  test("is written to OPTIONS, and the undo brings MECH_OPTIONS back", () => {
    const path = "/etc/default/saslauthd";
    const found = Buffer.from('START="yes"\nMECHANISMS="rimap"\nMECH_OPTIONS="old"\nTHREADS=5\nOPTIONS="-c -m /x"\n');
    const desired = {
      socketDirectory: "/x",
      mechanism: "rimap",
      cache: false,
      realmInLogin: true,
      mechanismOption: "new",
      threads: 5,
      others: [],
    };

    const content = withSettings(found, desired, true, path);

    expect(content.toString()).toBe(
      'START="yes"\nMECHANISMS="rimap"\nMECH_OPTIONS=""\nTHREADS=5\nOPTIONS="-r -O new -m /x"\n',
    );
    expect(withSettings(content, desired, true, path)).toBe(content);
    const before = {
      START: 'START="yes"',
      MECHANISMS: 'MECHANISMS="rimap"',
      MECH_OPTIONS: 'MECH_OPTIONS="old"',
      THREADS: "THREADS=5",
      OPTIONS: 'OPTIONS="-c -m /x"',
    };
    expect(restoreSettings(content, before, false, path)).toEqual(found);
    const { MECH_OPTIONS: _unknown, ...older } = before;
    expect(restoreSettings(content, older, false, path).toString()).toContain('MECH_OPTIONS=""');
  });
});

test.each([
  ["nothing has changed", {}, [], "running"],
  [
    "a password was changed",
    {},
    ["/etc/shadow"],
    "running, and may still let in who logged in before /etc/shadow changed",
  ],
  [
    "the directory's file was changed",
    byLdap,
    [ldapFilePath],
    `running with what ${ldapFilePath} said before it was changed`,
  ],
])("what the daemon knows: %s", (_what, given, changed, state) => {
  expect(freshness(inputs(given), { ldapFile: null, authorities: null, changed })).toBe(state);
});

describe("what a mechanism asks", () => {
  const asks = (given: object) => {
    const { cache = true, ...rest } = saslauthdServiceSchema.parse(given);
    const { authorities, changed } = backendQuestions({ ...rest, cache });
    return { authorities: authorities.question.text, changed: changed.question.text };
  };

  test.each([
    ["pam", {}, ["/etc/passwd", "/etc/shadow", "/etc/pam.d"]],
    ["shadow", { mechanism: "shadow" }, ["/etc/passwd", "/etc/shadow"]],
    ["sasldb", { mechanism: "sasldb" }, ["/etc/sasldb2"]],
    ["pam that remembers nothing", { cache: false }, []],
    ["a mechanism whose accounts are elsewhere", { mechanism: "kerberos5", cache: true }, []],
    ["ldap, which reads its file at the start alone", byLdap, [ldapFilePath]],
  ])("is looked at for changes: %s", (_what, given, files) => {
    const places = ["/etc/passwd", "/etc/shadow", "/etc/pam.d", "/etc/sasldb2", ldapFilePath];

    expect(places.filter((place) => asks(given).changed.includes(`'${place}'`))).toEqual(files);
  });

  test.each([
    ["of one's own", byLdap, "'/etc/ssl/own.pem'"],
    [
      "of the public",
      { ...byLdap, ldap: { ...ldap, certificateAuthorityFile: undefined } },
      "'/etc/ssl/certs/ca-certificates.crt'",
    ],
    ["none without TLS", { ...byLdap, ldap: { ...plain, servers: ["ldapi:///"] } }, "'/'"],
    ["none without a directory", {}, "'/'"],
  ])("has authorities: %s", (_what, given, path) => {
    expect(asks(given).authorities).toContain(path);
  });

  const found = (changes: object) => ({ ldapFile: null, authorities: null, changed: [], ...changes });
  const rimap = { mechanism: "rimap", cache: false, rimap: { host: "mail" } };

  test.each([
    ["a directory as it is wanted", byLdap, own(marker + complete), null, { ldap, rimap: undefined }],
    ["no file", byLdap, null, null, { ldap: `${ldapFilePath}: it is not there` }],
    [
      "several settings of a directory that differ",
      byLdap,
      own(marker + complete.replaceAll("ldaps://one", "ldaps://x").replace("p\xc3\xa4 ss", "old")),
      null,
      {
        ldap: `${ldapFilePath}: ldap_servers is "ldaps://x.example.org ldaps://two.example.org", the password of bindDn is another one`,
      },
    ],
    ["another IMAP server", rimap, null, "other", { rimap: "other" }],
    ["no IMAP server", rimap, null, null, { rimap: "not set" }],
    ["the IMAP server in other words", rimap, null, "mail/imap", { rimap: { host: "mail" } }],
    ["neither", {}, null, "x", { ldap: undefined, rimap: undefined }],
  ])("is seen as %s", (_what, given, ldapFile, option, seen) => {
    expect(observedBackend(inputs(given), found({ ldapFile }), option)).toMatchObject(seen);
  });

  test("is not changed where the authorities of its certificate are missing", () => {
    expect(() => backendSteps(inputs(byLdap), found({}))).toThrow(
      /\/etc\/ssl\/own\.pem does not exist on the host[\s\S]*nothing was changed[\s\S]*code: ldap-authorities-missing/,
    );
  });

  test.each([
    ["is written where they are there", byLdap, { authorities: file("PEM") }, 1],
    ["is written where it needs none", { ...byLdap, ldap: { ...plain, servers: ["ldapi:///"] } }, {}, 1],
    ["is not written without a directory", {}, {}, 0],
  ])("%s", (_what, given, changes, steps) => {
    expect(backendSteps(inputs(given), found(changes))).toHaveLength(steps);
  });

  const left = own(marker + complete);
  test.each([
    ["goes from the host when it is asked no more", {}, left, 1],
    ["stays as long as it is asked", byLdap, left, 0],
    ["of somebody else stays", {}, own(complete), 0],
  ])("with its password, %s", (_what, given, ldapFile, steps) => {
    expect(restoreUnusedBackend(inputs(given), found({ ldapFile }), undefined)).toHaveLength(steps);
  });
});

test("settings of a directory that are not wanted any more are taken out, or are the default in words where they had a line", () => {
  const before = own(`${marker}${complete}ldap_timeout: 9\nldap_group_dn: cn=mail\nldap_start_tls: yes\n`);

  const after = written(writeLdapFile(before, ldap, password)).toString("latin1");

  expect(after).toBe(`${marker}${complete}ldap_timeout: 5\nldap_start_tls: no\n`);
});

test("what ldap can be told is written in saslauthd's words", () => {
  const all = ldapSchema.parse({
    ...plain,
    servers: ["ldap://one.example.org"],
    startTls: true,
    timeoutSeconds: 9,
    filter: "(mail=%u)",
    scope: "one",
    authMethod: "bind",
    groupDn: "cn=mail",
    groupAttribute: "member",
  });

  const content = written(writeLdapFile(null, all, undefined)).toString("latin1");

  expect(content.split("\n")).toEqual(
    expect.arrayContaining([
      "ldap_start_tls: yes",
      "ldap_tls_check_peer: yes",
      "ldap_tls_cacert_file: /etc/ssl/certs/ca-certificates.crt",
      "ldap_timeout: 9",
      "ldap_filter: (mail=%u)",
      "ldap_scope: one",
      "ldap_group_dn: cn=mail",
      "ldap_group_attr: member",
    ]),
  );
  expect(content).not.toContain("ldap_password");
});
