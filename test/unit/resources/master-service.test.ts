// One service of master.cf: taken over or added, changed only on a real difference, and put back byte for byte.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Failure } from "../../../providers/core/failure.ts";
import { masterService } from "../../../providers/resources/postfix/master-service.ts";
import { keepCopy } from "../../../providers/steps/kept-copy.ts";
import { apply as applySteps } from "../../../providers/transaction/apply.ts";
import { file, fixture, releases } from "../../support/fake-answers.ts";
import { masterFile } from "../../support/fake-master.ts";
import { summary, written } from "../../support/fake-plan.ts";
import { hostInFolder } from "../../support/host-in-folder.ts";

const { schema, observe, apply, remember, remove } = masterService;
const extend = masterService.extend ?? ((earlier) => earlier);
const intend = masterService.intend ?? ((earlier) => earlier);
const inputs = schema.parse({});
const madeHere = "/etc/postfix/tls/smtpd.pem";
const smtp = "smtp inet n - y - - smtpd\n";
const ours = `smtps     inet  n       -       y       -       -       smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination
`;
const known = {
  unknownOfUsual: [],
  unknownOfOthers: [],
  saslTypes: ["cyrus", "dovecot"],
  certificate: null,
  key: null,
  missingUsual: [],
  missingOthers: [],
  inMain: {},
  risky: {},
  mailVersion: "3.10.13",
  ports: { urd: "465", ssmtp: "465", submissions: "465", mail: "25" },
};
const seen = (text: string | Buffer) => ({ file: file(text, "/etc/postfix/master.cf"), ...known });

/** The file after the only write of a plan. */
const carriedOut = (actual: ReturnType<typeof seen>, steps: ReturnType<typeof apply>) =>
  steps.length === 0 ? actual : seen(written(steps));

/** Port 465 served on an address of its own, beside another entry. */
function isRefused(content: Buffer): boolean {
  const names = new Set(content.toString("latin1").match(/^(smtps|465|submissions|\[::1\]:465)(?=\s+inet)/gm));
  return names.size > 1 && names.has("[::1]:465");
}

describe("what the host shows", () => {
  test.each([
    ["nothing there", smtp, undefined],
    ["the entry as wanted", smtp + ours, inputs],
    [
      "other white space and order, same meaning",
      `smtps inet n - y - - smtpd -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination -o smtpd_sasl_auth_enable=yes\n\t-o { smtpd_client_restrictions = permit_sasl_authenticated, reject }\n`,
      inputs,
    ],
    ["the last of two entries", ours.replace("y   ", "n   ") + ours, inputs],
    ["another chroot", ours.replace(" y ", " n "), { ...inputs, chroot: "n" }],
    ["another command", ours.replace("smtpd\n", "smtpd -v\n"), { ...inputs, command: "smtpd -v" }],
    ["an option of somebody else's", `${ours}  -o content_filter=dkim:[127.0.0.1]:10027\n`, inputs],
    [
      "one that lets nobody log in",
      `${ours}  -o smtpd_sasl_security_options=noplaintext\n`,
      { ...inputs, options: { ...inputs.options, smtpd_sasl_security_options: "noplaintext" } },
    ],
    [
      "how many processes it may have, where that was not asked for",
      ours.replace("-       smtpd", "50      smtpd"),
      inputs,
    ],
  ])("%s", (_what, content, shown) => {
    expect(observe(inputs, seen(content), undefined)).toEqual(shown);
  });

  test("no master.cf at all is no entry", () => {
    expect(observe(inputs, { file: null, ...known }, undefined)).toBeUndefined();
  });
});

describe("the change", () => {
  test.each([
    ["adds the entry", smtp, ["write /etc/postfix/master.cf: add smtps/inet in master.cf"], smtp + ours],
    [
      "replaces only the entry",
      `# a\nsmtps inet n - - - - smtpd\n# b\n${smtp}`,
      ["write /etc/postfix/master.cf: replace (line 2) smtps/inet in master.cf"],
      `# a\n${ours}# b\n${smtp}`,
    ],
    ["is none where all is right", smtp + ours, [], smtp + ours],
  ])("%s", (_what, before, steps, content) => {
    const plan = apply(inputs, seen(before));

    expect(summary(plan)).toEqual(steps);
    expect(carriedOut(seen(before), plan).file.content.toString("latin1")).toBe(content);
  });

  describe("of the oldest version of TLS", () => {
    const tls = { smtpd_tls_mandatory_protocols: ">=TLSv1.2", smtpd_sasl_auth_enable: "yes" };
    const desired = schema.parse({ options: tls });
    const entry = (versions: string) =>
      `smtps     inet  n       -       y       -       -       smtpd\n  -o smtpd_tls_mandatory_protocols=${versions}\n  -o smtpd_sasl_auth_enable=yes\n`;
    const exclusions = "!SSLv3,!TLSv1,!TLSv1.1";

    test.each([
      [
        "3.5.25",
        exclusions,
        [`  writes smtpd_tls_mandatory_protocols=${exclusions}: Postfix 3.5 does not read >=TLSv1.2`],
      ],
      ["3.6.0", ">=TLSv1.2", []],
      ["3.10.13", ">=TLSv1.2", []],
      ["4.0-20270101", ">=TLSv1.2", []],
      [null, ">=TLSv1.2", []],
    ])("is in the notation that Postfix %s reads", (mailVersion, versions, details) => {
      const actual = { ...seen(smtp), mailVersion };

      const plan = apply(desired, actual);

      expect(summary(plan)).toEqual(["write /etc/postfix/master.cf: add smtps/inet in master.cf", ...details]);
      expect(written(plan).toString()).toBe(smtp + entry(versions));
      const after = { ...seen(written(plan)), mailVersion };
      expect(observe(desired, after, undefined)).toEqual(desired);
      expect(apply(desired, after)).toEqual([]);
      expect(written(remove(desired, after, remember(actual, after, desired))).toString()).toBe(smtp);
    });

    test("is the same in both, so that an upgrade of Debian makes nothing due, and an undo takes neither for an edit", () => {
      const upgraded = seen(smtp + entry(exclusions));

      expect(observe(desired, upgraded, undefined)).toEqual(desired);
      expect(apply(desired, upgraded)).toEqual([]);
      expect(summary(remove(desired, upgraded, remember(seen(smtp), upgraded, desired)))).toEqual([
        "write /etc/postfix/master.cf: take smtps/inet out of master.cf as before",
        "run: reload Postfix: its master.cf was put back",
      ]);
    });

    test("that an earlier version wrote for a Postfix that does not read it is seen, and written anew", () => {
      const actual = { ...seen(smtp + entry(">=TLSv1.2")), mailVersion: "3.5.25" };

      expect(observe(desired, actual, undefined)).toMatchObject({
        options: { smtpd_tls_mandatory_protocols: ">=TLSv1.2, which Postfix 3.5 does not read" },
      });
      expect(written(apply(desired, actual)).toString()).toBe(smtp + entry(exclusions));
    });

    test("as a range with two ends is refused where Postfix does not read it", () => {
      const range = schema.parse({ options: { ...tls, smtpd_tls_protocols: ">=TLSv1.2, <=TLSv1.3" } });

      expect(() => apply(range, { ...seen(smtp), mailVersion: "3.5.25" })).toThrow(
        /smtpd_tls_protocols=>=TLSv1.2, <=TLSv1.3: Postfix 3.5 does not read < and >/,
      );
      expect(apply(range, seen(smtp))).toHaveLength(1);
    });
  });

  test("says which settings of main.cf it overrides, and which it does not since they say the same", () => {
    const inMain = {
      smtpd_client_restrictions: "permit_sasl_authenticated, reject",
      smtpd_recipient_restrictions: "permit_mynetworks",
      smtpd_sasl_auth_enable: "",
    };

    expect(summary(apply(inputs, { ...seen(smtp), inMain }))).toEqual([
      "write /etc/postfix/master.cf: add smtps/inet in master.cf",
      "  overrides main.cf for this service: smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination (there: permit_mynetworks)",
      "  overrides main.cf for this service: smtpd_sasl_auth_enable=yes (there: empty)",
    ]);
  });

  test("is made on the bytes that were read, so that another editor's change stops it", () => {
    const [step] = apply(inputs, seen(smtp));

    expect(step?.do === "write" && step.expected?.toString()).toBe(smtp);
  });

  test("leads to what was wanted, and a second time to nothing, for any file", () => {
    fc.assert(
      fc.property(masterFile, (content) => {
        fc.pre(!isRefused(content));

        const changed = carriedOut(seen(content), apply(inputs, seen(content)));

        expect(observe(inputs, changed, undefined)).toEqual(inputs);
        expect(apply(inputs, changed)).toEqual([]);
      }),
    );
  });
});

test.each([
  ["a text, where a comma is a part of it", "smtpd_banner", "ESMTP no spam", "ESMTP, no spam", true],
  ["a text with white space around it", "smtpd_banner", "ESMTP", "ESMTP ", false],
  ["a list", "smtpd_milters", "inet:a:1, inet:b:1", "inet:a:1 inet:b:1", false],
  ["a list of networks", "mynetworks", "127.0.0.0/8 [::1]/128", "127.0.0.0/8,[::1]/128", false],
  ["a table in the value", "smtpd_sender_login_maps", "regexp:{{/a{1,2}/ a}}", "regexp:{{/a{1 2}/ a}}", true],
])(
  "another way to write an option is a change only where it means another thing: %s",
  (_what, name, old, to, differs) => {
    const withOption = (value: string) => ({ ...inputs, options: { ...inputs.options, [name]: value } });
    const found = carriedOut(seen(smtp), apply(withOption(old), seen(smtp)));

    const plan = apply(withOption(to), found);

    expect(plan).toHaveLength(differs ? 1 : 0);
    expect(JSON.stringify(observe(withOption(to), found, undefined)) === JSON.stringify(withOption(to))).toBe(!differs);
  },
);

describe("the undo", () => {
  test.each(releases)("gives Debian %i's stock file back byte for byte", (release) => {
    const stock = seen(fixture(release, "master.cf"));
    const changed = carriedOut(stock, apply(inputs, stock));

    const back = remove(inputs, changed, remember(stock, changed, inputs));

    expect(written(back.slice(0, 1))).toEqual(stock.file.content);
    expect(summary(back)[1]).toContain("reload Postfix");
  });

  test("gives any file back byte for byte", () => {
    fc.assert(
      fc.property(masterFile, (content) => {
        fc.pre(!isRefused(content));
        const stock = seen(content);
        const changed = carriedOut(stock, apply(inputs, stock));

        const back = remove(inputs, changed, remember(stock, changed, inputs));

        expect(carriedOut(changed, back.slice(0, 1)).file.content.toString("latin1")).toBe(content.toString("latin1"));
      }),
    );
  });

  test("leaves what others changed since: only our entry goes", () => {
    const before = remember(seen(smtp), seen(smtp + ours), inputs);
    const edited = `# by hand\n${smtp}${ours}# more\npickup unix n - y 60 1 pickup\n`;

    expect(written(remove(inputs, seen(edited), before)).toString()).toBe(edited.replace(ours, ""));
  });

  const signing = schema.parse({ initialOptions: { syslog_name: "postfix/smtps" } });
  const named = ours.replace("smtpd\n", "smtpd\n  -o syslog_name=postfix/smtps\n");
  const older = "smtps inet n - y - - smtpd -v\n";
  const copy = "run: copy /etc/postfix/master.cf to /var/backups: somebody else has edited smtps/inet in it since";
  test.each([
    ["as we made it", smtp, named, false],
    ["as we made it, over an older one", smtp + older, ours, false],
    [
      "with lists written in another way",
      smtp,
      named.replace(/(smtpd_client_restrictions)=(.*),(.*)/, "{ $1 = $2, $3 }"),
      false,
    ],
    ["without the name that we gave it", smtp, ours, false],
    ["with an option of their own", smtp, `${named}  -o content_filter=dkim:[127.0.0.1]:10027\n`, true],
    ["with another name in the log", smtp, named.replace("postfix/smtps", "mail/mua"), true],
    ["with another value of an option of ours", smtp, named.replace("enable=yes", "enable=no"), true],
    ["with a comment", smtp, named.replace("smtpd\n", "smtpd\n# for the office\n"), true],
    ["with a limit", smtp, named.replace("-       smtpd", "50      smtpd"), true],
    ["with another value, over an older one", smtp + older, named.replace("enable=yes", "enable=no"), true],
    ["with an option that stays with the older one", smtp + older, `${named}  -o content_filter=dkim\n`, false],
  ])("copies the file first where the entry is no more as this program made it: %s", (_what, stock, edited, copies) => {
    const before = remember(seen(stock), seen(smtp + named), signing);

    const back = remove(signing, seen(smtp + edited), before);

    expect(summary(back).filter((line) => line.startsWith("run: copy"))).toEqual(copies ? [copy] : []);
    expect(remove(signing, seen(written(back)), before)).toEqual([]);
  });

  test("copies that are made in one second have names of their own, with owner and mode", async () => {
    await using folder = await hostInFolder();
    for (const [name, mode] of [
      ["one", 0o640],
      ["other", 0o600],
    ] as const) {
      folder.write("/etc/postfix/master.cf", name, mode);
      mkdirSync(folder.at("var/backups"), { recursive: true });
      await applySteps(folder.host, [keepCopy("/etc/postfix/master.cf", "test")], {
        log: () => {},
        done: () => {},
        journalled: false,
      });
    }

    const names = readdirSync(folder.at("var/backups"));
    expect(names).toEqual([expect.stringMatching(/-master\.cf$/), expect.stringMatching(/-master\.cf$/)]);
    expect(
      names
        .map((name) => [folder.read(`var/backups/${name}`), statSync(folder.at(`var/backups/${name}`)).mode & 0o777])
        .sort(),
    ).toEqual([
      ["one", 0o640],
      ["other", 0o600],
    ]);
  });

  test.each([
    ["the entry is gone already", smtp],
    ["the file is gone", null],
  ])("is nothing when %s", (_what, content) => {
    const before = remember(seen(smtp), seen(smtp + ours), inputs);

    expect(remove(inputs, { file: content === null ? null : file(content), ...known }, before)).toEqual([]);
  });
});

describe("an entry for our port that somebody has added beside ours, where there was none before", () => {
  const stock = `smtps inet n - y - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=$mua_client_restrictions
  -o smtpd_recipient_restrictions=
`;
  const submissions = stock.replace("smtps", "submissions");
  const local = stock.replace("smtps", "127.0.0.1:465");
  const before = remember(seen(smtp), seen(smtp + ours), inputs);
  const refusesToGo = (content: string, record = before) =>
    masterService.refusesToGo?.(inputs, seen(content) as never, record);

  test.each([
    ["Debian's own, above ours", smtp + stock + ours, smtp + stock],
    ["the same below ours", smtp + ours + stock, smtp + stock],
    ["under another name of the port", smtp + submissions + ours, smtp + submissions],
    ["on an address of its own", smtp + ours + local, smtp + local],
  ])("stays at a destroy, at a second one, too: %s", (_what, content, left) => {
    const back = remove(inputs, seen(content), before);

    expect(() => refusesToGo(content)).not.toThrow();
    expect(written(back.slice(0, 1)).toString()).toBe(left);
    expect(remove(inputs, seen(left), before)).toEqual([]);
  });

  test.each([
    ["one of them edited", ours.replace("enable=yes", "enable=no") + stock.replace("smtps", "465")],
    ["both as ours", ours + ours.replace("smtps", "465  ")],
    ["one of them as ours with one more", `${ours}  -o smtpd_helo_required=yes\n${ours}`],
  ])("is not told from ours, so that nothing is changed: %s", (_what, entries) => {
    expect(() => refusesToGo(smtp + entries)).toThrow(
      /lines [\d–]+ and [\d–]+ both serve port 465, and only one of them was made by this program/,
    );
    expect(remove(inputs, seen(smtp + entries), before)).toEqual([]);
  });

  test("stays where the advice is followed: it is a comment while the destroy takes the other one out", () => {
    const theirs = ours.replace("smtps", "465  ");
    const asComment = theirs.replace(/^/gm, "#").replace(/#$/, "");

    expect(() => refusesToGo(smtp + ours + theirs)).toThrow(
      /next: choose the one that is to stay and make it a comment: a # before every line.*`pulumi destroy` again/,
    );
    expect(() => refusesToGo(smtp + ours + asComment)).not.toThrow();
    expect(written(remove(inputs, seen(smtp + ours + asComment), before).slice(0, 1)).toString()).toBe(
      smtp + asComment,
    );
  });

  test("is told where it is left", () => {
    expect(masterService.leaves?.(inputs, seen(smtp + ours + stock) as never, before)).toEqual([
      "lines 6–10 of /etc/postfix/master.cf, smtps inet: left, since it is not as this program made it",
    ]);
    expect(masterService.leaves?.(inputs, seen(smtp + ours) as never, before)).toEqual([]);
  });

  test("lets an entry that was commented out for ours stay so, since a port cannot be opened twice", () => {
    const rival = "urd inet n - y - - smtpd\n";
    const content = `${smtp}#sasl-mail-host: ${rival}${ours}${stock}`;

    const after = written(remove(inputs, seen(content), { ...before, rivals: [rival] }).slice(0, 1)).toString();

    expect(after).toBe(content.replace(ours, ""));
  });
});

test.each([
  ["above", (mine: string, theirs: string) => theirs + mine],
  ["below", (mine: string, theirs: string) => mine + theirs],
])("an entry of our name that came %s one that was taken over is left as it is", (_where, together) => {
  const older = "smtps inet n - y - - smtpd -v\n";
  const theirs = "smtps inet n - n - - smtpd\n  -o smtpd_milters=inet:127.0.0.1:8891\n";
  const before = remember(seen(smtp + older), seen(smtp + ours), inputs);

  const back = written(remove(inputs, seen(smtp + together(ours, theirs)), before).slice(0, 1)).toString();

  expect(back).toBe(smtp + together(older, theirs));
  expect(remove(inputs, seen(back), before)).toEqual([]);
});

describe("an entry that serves our port under another of its names", () => {
  test.each(["submissions", "465", "urd", "ssmtp"])("is taken over as %s, and given back", (name) => {
    const entry = `${name} inet n - n - - smtpd -v\n  -o syslog_name=mine\n`;
    const found = seen(smtp + entry);

    const changed = carriedOut(found, apply(inputs, found));

    expect(changed.file.content.toString()).toContain(`\n${name.padEnd(9)} inet  n       -       y `);
    expect(observe(inputs, changed, undefined)).toEqual(inputs);
    expect(written(remove(inputs, changed, remember(found, changed, inputs)).slice(0, 1)).toString()).toBe(
      smtp + entry,
    );
  });

  test("is not touched where it is right", () => {
    const right = seen(smtp + ours.replace(/^smtps/m, "submissions"));

    expect(observe(inputs, right, undefined)).toEqual(inputs);
    expect(apply(inputs, right)).toEqual([]);
  });
});

describe("port 465 that others serve in another way has one entry afterwards, and all of it is given back", () => {
  test.each([
    ["on one address", "127.0.0.1:465 inet n - y - - smtpd -v\n", ""],
    [
      "on one address, twice",
      "127.0.0.1:465 inet n - y - - smtpd -v\n127.0.0.1:465 inet n - n - - smtpd\n",
      "#sasl-mail-host: 127.0.0.1:465 inet n - y - - smtpd -v\n",
    ],
    ["on all addresses of IPv6", "[::]:submissions inet n - y - - smtpd\n", ""],
    [
      "by three names, with comments in it",
      "submissions inet n - y - - smtpd\n  -o a=b\n# inside\n  -o c=d\n465 inet n - y - - smtpd\r\nurd inet n - y - - smtpd\n",
      "#sasl-mail-host: submissions inet n - y - - smtpd\n#sasl-mail-host:   -o a=b\n#sasl-mail-host: # inside\n#sasl-mail-host:   -o c=d\n#sasl-mail-host: 465 inet n - y - - smtpd\r\n",
    ],
  ])("%s", (_what, entries, commented) => {
    const found = seen(smtp + entries);

    const changed = carriedOut(found, apply(inputs, found));

    expect(observe(inputs, found, undefined)).not.toEqual(inputs);
    const name = entries.includes("urd") ? "urd      " : "smtps    ";
    expect(changed.file.content.toString("latin1")).toBe(smtp + commented + ours.replace("smtps    ", name));
    expect(observe(inputs, changed, undefined)).toEqual(inputs);
    const back = remove(inputs, changed, remember(found, changed, inputs));
    expect(written(back.slice(0, 1)).toString("latin1")).toBe(smtp + entries);
  });
});

test.each([
  ["a later change", extend],
  [
    "a later change that was killed before it was recorded",
    (before: never, added: never) => intend(before, added, inputs),
  ],
])(
  "another entry for the port that came later, and was commented out by %s, is in force again after a destroy",
  (_what, record) => {
    const theirs = "465 inet n - y - - smtpd\n  -o smtpd_milters=inet:127.0.0.1:8891\n";
    const stock = seen(smtp);
    const first = carriedOut(stock, apply(inputs, stock));
    const added = seen(`${theirs}${first.file.content}`);
    const second = carriedOut(added, apply(inputs, added));
    const before = record(remember(stock, first, inputs) as never, added as never, second as never);

    const back = remove(inputs, second, before);

    expect(second.file.content.toString()).toContain("#sasl-mail-host: 465 inet");
    expect(written(back).toString()).toBe(theirs + smtp);
    expect(remove(inputs, seen(theirs + smtp), before)).toEqual([]);
    expect(extend(before, second, second)).toBe(before);
  },
);

describe("a file that must not be touched", () => {
  test.each([
    [
      "a broken line, quoted with its number",
      `${smtp}smtps inet\n`,
      "line 2 is broken (2 columns where an entry has 8 or more): smtps inet",
    ],
    [
      "our port by its name, and on one address",
      `127.0.0.1:smtps inet n - y - - smtpd\n${smtp}${ours}`,
      "lines 3–6 and 1 both serve port 465, as smtps and as 127.0.0.1:smtps",
    ],
    [
      "our port on two addresses",
      `127.0.0.1:smtps inet n - y - - smtpd\n10.0.0.1:465 inet n - y - - smtpd\n`,
      "lines 1 and 2 both serve port 465, as 127.0.0.1:smtps and as 10.0.0.1:465",
    ],
  ])("%s", (_what, content, message) => {
    expect(() => observe(inputs, seen(content), undefined)).toThrow(message);
    expect(() => apply(inputs, seen(content))).toThrow(Failure);
  });

  test("two entries of one port: the advice is about every line of one, and how to see what is left", () => {
    const rival = "127.0.0.1:smtps inet n - y - - smtpd\n  -o syslog_name=inside\n";

    expect(() => apply(inputs, seen(ours + rival))).toThrow(
      /next: keep one .*a # before every line of it, the -o lines too.*`postconf -M# '127\.0\.0\.1:smtps\/inet'`.*`postconf -M` must then show one entry/,
    );
  });

  test("no master.cf: the message names the package", () => {
    expect(() => apply(inputs, { file: null, ...known })).toThrow(
      "let this resource depend on a SaslPackage with postfix",
    );
  });
});

test.each([
  [
    "a parameter of ours that this Postfix does not have",
    { smtpd_relay_restrictions: "reject" },
    { unknownOfUsual: ["smtpd_relay_restrictions"] },
    /no parameter smtpd_relay_restrictions/,
  ],
  ["one of the user's own", { smptd_banner: "x" }, { unknownOfOthers: ["smptd_banner"] }, /no parameter smptd_banner/],
  ["our certificate file, not there", { smtpd_tls_chain_files: madeHere }, { missingUsual: [madeHere] }, /smtpd\.pem/],
  ["the user's, not there", { smtpd_tls_chain_files: "/srv/a.pem" }, { missingOthers: ["/srv/a.pem"] }, /a\.pem/],
])("refused: %s", (_what, options, found, says) => {
  const asked = { ...inputs, options: { ...inputs.options, ...options } };

  expect(() => apply(asked, { ...seen(smtp), ...found })).toThrow(says);
});

test.each([
  ["where its absence is all that is wrong", {}, madeHere],
  ["but not where another thing is wrong, too", { smptd_banner: "x" }, undefined],
])("a refusal names the file that it waits for %s", (_what, more, awaits) => {
  const options = { ...inputs.options, smtpd_tls_chain_files: madeHere, ...more };
  const found = { missingUsual: [madeHere], unknownOfOthers: Object.keys(more) };

  expect(() => apply({ ...inputs, options }, { ...seen(smtp), ...found })).toThrow(
    expect.objectContaining({
      parts:
        awaits === undefined
          ? expect.not.objectContaining({ awaits: expect.anything() })
          : expect.objectContaining({ awaits }),
    }),
  );
});

test("what this service does not name may be unknown to an old Postfix, or missing", () => {
  const old = { ...seen(smtp), unknownOfUsual: ["smtpd_relay_restrictions"], missingUsual: [madeHere] };

  expect(apply(inputs, old)).toHaveLength(1);
});

describe("a host without master.cf", () => {
  const absent = { ...known, file: null };
  const earlier = { text: null, unterminated: false };

  test("has nothing to remember, to report, to leave or to put back, and nothing keeps the resource", () => {
    expect(remember(absent, absent, inputs)).toEqual(earlier);
    expect(intend(earlier, absent, inputs)).toBe(earlier);
    expect(extend(earlier, absent, absent)).toBe(earlier);
    expect(masterService.report?.(inputs, absent, undefined, undefined)).toMatchObject({ kept: {} });
    expect(masterService.leaves?.(inputs, absent, earlier)).toEqual([]);
    expect(() => masterService.refusesToGo?.(inputs, absent, earlier)).not.toThrow();
    expect(remove(inputs, absent, earlier)).toEqual([]);
  });
});
