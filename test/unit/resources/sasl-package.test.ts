// The packages: only the missing ones are installed, and only what our own transactions brought goes again.
import { describe, expect, test } from "@jest/globals";
import { saslPackage } from "../../../providers/resources/sasl-package.ts";
import { scripts, summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, extend, remove, report } = saslPackage;
const inputs = schema.parse({});
const nothingLeft = { users: [], groups: [], overrides: [], files: {} };
const host = (packages: readonly string[], leftovers: Partial<Parameters<typeof apply>[1]["leftovers"]> = {}) => ({
  installed: Object.fromEntries(packages.map((name) => [name, "1.0"])),
  leftovers: { ...nothingLeft, ...leftovers },
  release: "Debian GNU/Linux 13 (trixie)",
  queueDirectory: "/var/spool/postfix",
});
const bare = host(["bash"], { users: ["root"], groups: ["root"], files: { "/etc/passwd": "h" } });
const full = host(["bash", "libdb5.3", ...inputs.packages], {
  users: ["root", "postfix"],
  groups: ["root", "postfix", "sasl"],
  overrides: ["/etc/sasldb2"],
  files: { "/etc/passwd": "h2", "/etc/aliases": "a1", "/etc/mailname": "m1" },
});

test.each([
  ["none", bare, { packages: [] }],
  ["some", host(["postfix"]), { packages: ["postfix"] }],
  ["all", full, inputs],
])("the host shows: %s", (_what, actual, shown) => {
  expect(observe(inputs, actual, undefined)).toEqual(shown);
});

describe("the change", () => {
  test.each([
    ["installs all", bare, ["run: install libsasl2-modules, sasl2-bin, postfix: not installed"]],
    ["installs the missing one", host(["libsasl2-modules", "postfix"]), ["run: install sasl2-bin: not installed"]],
    ["is none", full, []],
  ])("%s", (_what, actual, steps) => {
    expect(summary(apply(inputs, actual))).toEqual(steps);
  });
});

test("the versions, the release and the directory of the queue are reported", () => {
  expect(report?.(inputs, full, undefined, undefined)).toEqual({
    release: "Debian GNU/Linux 13 (trixie)",
    queueDirectory: "/var/spool/postfix",
    versions: { "libsasl2-modules": "1.0", "sasl2-bin": "1.0", postfix: "1.0" },
  });
});

describe("the undo", () => {
  const before = remember(bare, full, inputs);

  test("remembers what came with the transaction, dependencies and leftovers included", () => {
    expect(before).toEqual({
      packages: ["libdb5.3", ...inputs.packages],
      leftovers: {
        users: ["postfix"],
        groups: ["postfix", "sasl"],
        overrides: ["/etc/sasldb2"],
        files: { "/etc/aliases": "a1", "/etc/mailname": "m1" },
      },
    });
  });

  test("purges these and sweeps what they left, but not a file that was edited since", () => {
    const now = {
      ...full,
      leftovers: { ...full.leftovers, files: { "/etc/aliases": "edited", "/etc/mailname": "m1" } },
    };
    const steps = remove(inputs, now, before);

    expect(summary(steps)).toEqual([
      "run: purge libdb5.3, libsasl2-modules, sasl2-bin, postfix: installed by this resource",
      "run: remove what the purged packages left: user postfix, group postfix, group sasl, override of /etc/sasldb2, /etc/mailname",
    ]);
    expect(scripts(steps)[1]).not.toContain("/etc/aliases");
  });

  test("finishes a purge that was killed before the sweep", () => {
    expect(summary(remove(inputs, { ...bare, leftovers: full.leftovers }, before))).toEqual([
      "run: remove what the purged packages left: user postfix, group postfix, group sasl, override of /etc/sasldb2, /etc/aliases, /etc/mailname",
    ]);
  });

  test.each([
    ["all was there before us", remember(full, full, inputs), full],
    ["somebody purged them already", before, bare],
  ])("is none when %s", (_what, remembered, now) => {
    expect(remove(inputs, now, remembered)).toEqual([]);
  });

  test("a later transaction adds to what is remembered", () => {
    const later = host([...Object.keys(full.installed), "libsasl2-modules-ldap"], full.leftovers);

    expect(extend?.(before, full, later)).toEqual({
      ...before,
      packages: [...before.packages, "libsasl2-modules-ldap"],
    });
    expect(extend?.(before, full, full)).toEqual(before);
  });
});
