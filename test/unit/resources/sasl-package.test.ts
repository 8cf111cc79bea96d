// The packages: only the missing ones are installed, and only what the host's record has as ours goes again.
import { describe, expect, test } from "@jest/globals";
import { saslPackage } from "../../../providers/resources/packages/sasl-package.ts";
import { dropIn, dropInPath } from "../../../providers/steps/saslauthd.ts";
import { file } from "../../support/fake-answers.ts";
import { scripts, summary, written } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, prepare, extend, remove, report } = saslPackage;
const inputs = schema.parse({});
type Actual = Parameters<typeof apply>[1];
const host = (packages: readonly string[], more: Partial<Actual> = {}): Actual => ({
  installed: Object.fromEntries(packages.map((name) => [name, "1.0"])),
  record: null,
  kept: [],
  release: "Debian GNU/Linux 13 (trixie)",
  queueDirectory: "/var/spool/postfix",
  unfinished: [],
  dropIn: null,
  ...more,
});
const ours = ["libdb5.3", ...inputs.packages];
const record = { packages: ours, isUnfinished: false };
const bare = host(["bash"]);
const full = host(["bash", "ledger", ...ours], { record });
const adopted = host(["bash", "ledger", ...ours]);

test.each([
  ["none", bare, { packages: [] }],
  ["some", host(["postfix"]), { packages: ["postfix"] }],
  ["all", full, inputs],
  [
    "all, of a run that was killed",
    { ...full, record: { ...record, isUnfinished: true } },
    { packages: [...inputs.packages, "an interrupted installation"] },
  ],
])("the host shows: %s", (_what, actual, shown) => {
  expect(observe(inputs, actual, undefined)).toEqual(shown);
});

describe("the change", () => {
  test.each([
    ["installs all", bare, ["run: install libsasl2-modules, sasl2-bin, postfix: not installed"]],
    ["installs the missing one", host(["libsasl2-modules", "postfix"]), ["run: install sasl2-bin: not installed"]],
    [
      "looks at what a killed run brought",
      { ...full, record: { ...record, isUnfinished: true } },
      ["run: look at what an apt run brought that was interrupted"],
    ],
    ["is none", full, []],
  ])("%s", (_what, actual, steps) => {
    expect(summary(apply(inputs, actual))).toEqual(steps);
  });

  /** As the versions before this one wrote it. */
  const earlier = "# Written by sasl-mail-host (Pulumi).\n[Service]\nPIDFile=/a/b/saslauthd.pid\nExecStartPre=:\n";

  test("writes the drop-in of an earlier version anew first: with it dpkg may not be able to configure sasl2-bin", () => {
    const steps = apply(inputs, host(["libsasl2-modules", "postfix"], { dropIn: file(earlier, dropInPath) }));

    expect(summary(steps)).toEqual([
      expect.stringMatching(`^write ${dropInPath}: .* dpkg cannot configure sasl2-bin`),
      "run: let systemd read its units again",
      "run: install sasl2-bin: not installed",
    ]);
    expect(written(steps).toString()).toBe(dropIn("/a/b"));
  });

  test.each([
    ["of this version", dropIn("/a/b")],
    ["of somebody else", "[Service]\nPIDFile=/a/b/saslauthd.pid\n"],
  ])("leaves a drop-in %s", (_whose, content) => {
    const steps = apply(inputs, host(["libsasl2-modules", "postfix"], { dropIn: file(content, dropInPath) }));

    expect(summary(steps)).toEqual(["run: install sasl2-bin: not installed"]);
  });
});

test("the versions, the release and the directory of the queue are reported", () => {
  expect(report?.(inputs, full, undefined, undefined)).toEqual({
    release: "Debian GNU/Linux 13 (trixie)",
    queueDirectory: "/var/spool/postfix",
    versions: { "libsasl2-modules": "1.0", "sasl2-bin": "1.0", postfix: "1.0" },
  });
});

describe("what is remembered", () => {
  test("is what the record has, not what is new", () => {
    expect([prepare?.(bare), remember(bare, full, inputs), remember(bare, adopted, inputs)]).toEqual([
      { recorded: [] },
      { recorded: ours },
      { recorded: [] },
    ]);
  });

  test("grows with a later record, and loses what had left the host", () => {
    const later = { packages: ["postfix", "libsasl2-modules-ldap"], isUnfinished: false };
    const now = host(["bash", "postfix"], { record: { packages: ["postfix"], isUnfinished: false } });

    expect(extend?.({ recorded: ours }, now, { ...now, record: later })).toEqual({
      recorded: ["postfix", "libsasl2-modules-ldap"],
    });
    expect(extend?.({ recorded: ours }, full, full)).toEqual({ recorded: ours });
  });
});

describe("the undo", () => {
  const purge = "run: purge libdb5.3, libsasl2-modules, sasl2-bin, postfix: installed by this resource";
  const leave = (names: string) =>
    `run: leave ${names}: installed, but the host has no record that an apt run of ours brought them`;

  test.each<[string, Actual, Parameters<typeof remove>[2], string[]]>([
    ["takes what the record has", full, { recorded: ours }, [purge]],
    ["is none when all was there before us", adopted, { recorded: [] }, []],
    ["is none when somebody purged all of it", bare, { recorded: ours }, []],
    ["leaves and names what has no record any more", adopted, { recorded: ours }, [leave(ours.join(", "))]],
    [
      "has nothing to do for what the purge kept",
      host(["bash", "libdb5.3"], { kept: ["libdb5.3"] }),
      { recorded: ours },
      [],
    ],
    ["goes on where one was killed", host(["bash"], { record }), { recorded: ours }, [purge]],
  ])("%s", (_what, actual, before, steps) => {
    expect(summary(remove(inputs, actual, before))).toEqual(steps);
  });

  describe("of a version that kept no record", () => {
    const leftovers = { users: ["postfix"], groups: [], overrides: ["/etc/sasldb2"], files: { "/etc/aliases": "a1" } };
    const older = { packages: ours, leftovers };

    test("takes what the state has", () => {
      const steps = remove(inputs, adopted, older);

      expect(summary(steps)).toEqual([purge]);
      expect(scripts(steps)[0]).toContain("'user postfix' 'override /etc/sasldb2' 'file a1 /etc/aliases'");
      expect(remove(inputs, bare, older)).toEqual([]);
    });

    test("takes one that dpkg could not configure, too, also after a run that has configured it", () => {
      const { "sasl2-bin": _version, ...installed } = adopted.installed;
      const broken = { ...adopted, installed, unfinished: ["sasl2-bin"] };

      expect(summary(remove(inputs, broken, older))).toEqual([purge]);
      expect(extend?.(older, broken, adopted)).toMatchObject({ packages: ours });
    });

    test("keeps it beside what this version writes down", () => {
      expect(extend?.(older, adopted, adopted)).toEqual({ packages: ours, leftovers, recorded: [] });
    });

    test("leaves what came since a run whose end was not seen: it may be anybody's", () => {
      const open = { packages: [], leftovers, from: bare };

      expect(summary(remove(inputs, adopted, open))).toEqual([leave(["ledger", ...ours].join(", "))]);
      expect(extend?.(open, adopted, adopted)).toEqual({ recorded: ["ledger", ...ours] });
    });
  });
});

describe("a certificate that others keep on the host is looked at before anything is installed", () => {
  const certificate = {
    certificateFile: "/etc/ssl/mail.pem",
    keyFile: "/etc/ssl/mail.key",
    serverName: "mail.example.org",
  };
  const asked = schema.parse({ certificate });
  const without = { ...bare, certificate: null, key: null, now: new Date(), openssl: null };

  test("a host without it is refused, and both files are named", () => {
    expect(() => observe(asked, without, undefined)).toThrow(
      /use \/etc\/ssl\/mail\.pem\nfound: certificateFile \/etc\/ssl\/mail\.pem: there is no such file on the host; keyFile \/etc\/ssl\/mail\.key: .*\nleft on the host: nothing was changed/,
    );
  });

  test("after the first run it is the TlsCertificate that looks at it", () => {
    expect(observe(asked, { ...full, ...without, installed: full.installed }, {})).toEqual({ ...inputs, certificate });
  });
});
