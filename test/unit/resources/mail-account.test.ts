// An account for logins: made, corrected, locked, given back; never taken over unasked; and a saslauthd that remembers is told.
import { describe, expect, test } from "@jest/globals";
import type { LocalAccount } from "../../../providers/facts/local-account.ts";
import { mailAccount } from "../../../providers/resources/accounts/mail-account.ts";
import { scripts, summary } from "../../support/fake-plan.ts";

const { schema, rules, observe, apply, remember, remove } = mailAccount;
const leaves = mailAccount.leaves ?? (() => []);
const extend = mailAccount.extend ?? ((earlier) => earlier);
const password = "it's $ecret";
const inputs = schema.parse({ name: "bob", password });
const inDatabase = schema.parse({ name: "bob", password, store: "sasldb", realm: "example.org" });

const nobody = {
  local: null,
  sasldb: null,
  hasRecord: false,
  noLocalBefore: false,
  marks: [],
  saslauthd: [],
  owners: [],
};
const right: LocalAccount = {
  uid: 1004,
  shell: "/usr/sbin/nologin",
  loginOnly: true,
  homeless: true,
  locked: false,
  matches: true,
  expired: false,
  stale: false,
  shadow: { hash: "$y$new", changed: "20000", expires: "" },
};
const account = (changes: Partial<LocalAccount> = {}) => ({
  ...nobody,
  hasRecord: true,
  local: { ...right, ...changes },
});
const noEntry = { ...nobody, sasldb: { realm: "example.org", present: false, matches: false } };
const entry = (matches: boolean) => ({
  ...nobody,
  hasRecord: true,
  sasldb: { realm: "example.org", present: true, matches, secret: "6162" },
});
const wants = (more: object) => ({ ...inputs, ...more });

describe("a user of the name that this resource has made, removed and made again by somebody else", () => {
  const theirs = { ...account({ loginOnly: false, matches: false, shell: "/bin/bash" }), noLocalBefore: true };

  test("is refused, and not given our password", () => {
    expect(observe(inputs, theirs, { changedAt: "x" })).toMatchObject({
      state: expect.stringMatching(/^there already/),
    });
    expect(() => apply(inputs, theirs, { changedAt: "x" })).toThrow("this resource has not made it");
  });

  const commented = { ...account({ loginOnly: false }), noLocalBefore: true };
  const { set = [] } = remember(nobody, account(), inputs);
  const older = set.filter((mark) => !mark.startsWith("uid "));
  const seenAs = (changes: Partial<LocalAccount>, marks: readonly string[]) => ({
    ...commented,
    local: { ...commented.local, ...changes },
    marks,
  });
  const theirHash = { hash: "$y$theirs", changed: "20001", expires: "" };

  test.each([
    ["another comment", {}, set, true],
    ["another comment and password", { shadow: theirHash }, set, true],
    ["another comment, recorded by an older version", {}, older, true],
    ["another comment and password, recorded by an older version", { shadow: theirHash }, older, false],
    ["another user ID and password", { uid: 1005, shadow: theirHash }, set, false],
    ["a home", { homeless: false }, set, false],
    ["another comment, with no record of what was set", {}, [], false],
  ])("is told from one of ours by more than its comment: %s", (_what, changes, marks, isOurs) => {
    const now = seenAs(changes, marks);
    const before = { local: null, sasldb: null, set: marks };

    if (isOurs) expect(apply(inputs, now, { changedAt: "x" })).toEqual([]);
    else expect(() => apply(inputs, now, { changedAt: "x" })).toThrow("this resource has not made it");
    expect(observe(inputs, now, { changedAt: "x" })).toMatchObject(
      isOurs ? inputs : { state: expect.stringMatching(/^there already/) },
    );
    expect(summary(remove(inputs, now, before))).toHaveLength(isOurs ? 1 : 0);
    expect(leaves(inputs, now, before)).toHaveLength(isOurs ? 0 : 1);
  });

  test("is left by destroy, and said so", () => {
    const before = { local: null, sasldb: null };

    expect(remove(inputs, theirs, before)).toEqual([]);
    expect(leaves(inputs, theirs, before)).toEqual([expect.stringMatching(/the account bob is left/)]);
  });
});

describe("a user of the host", () => {
  test.each([
    ["not there", inputs, nobody, undefined],
    ["right", inputs, account(), inputs],
    ["another password", inputs, account({ matches: false }), { state: "present, with another password" }],
    ["locked by hand", inputs, account({ locked: true }), { locked: true }],
    ["a shell", inputs, account({ shell: "/bin/sh" }), { state: "present, with the shell /bin/sh" }],
    ["a wanted shell", wants({ shell: "/bin/sh" }), account(), { shell: "/usr/sbin/nologin" }],
    ["expired", inputs, account({ expired: true }), { state: "present, with its last day over" }],
    ["to be changed", inputs, account({ stale: true }), { state: "present, with a password that must be changed" }],
    ["of a directory", inputs, { ...nobody, local: "elsewhere" as const }, { state: expect.stringMatching(/not to/) }],
    ["somebody else's", inputs, { ...account(), hasRecord: false }, { state: expect.stringMatching(/^there already/) }],
    ["somebody else's, to be taken over", wants({ adopt: true }), { ...account(), hasRecord: false }, {}],
    ["ours, with the host's record lost", inputs, { ...account(), hasRecord: false }, {}, {}],
  ])("the host shows: %s", (_what, desired, actual, shown, recorded = undefined as object | undefined) => {
    expect(observe(desired, actual, recorded as never)).toEqual(
      shown === undefined ? undefined : { ...desired, ...shown },
    );
  });

  test("is made without a home and a shell, and the password is in no argument", () => {
    const steps = apply(inputs, nobody);

    expect(summary(steps)).toEqual(["run: make the account bob: it does not exist", "run: set the password of bob"]);
    expect(scripts(steps)[0]).toBe("useradd -M -U -d '/nonexistent' -s '/usr/sbin/nologin' -c 'mail login' -- 'bob'");
    expect(scripts(steps)[1]).toBe("set -e\nprintf '%s:%s\\n' 'bob' 'it'\\''s $ecret' | chpasswd");
  });

  test.each([
    ["nothing", inputs, account(), undefined],
    ["another password", inputs, account({ matches: false }), "chpasswd"],
    ["a lock", inputs, account({ locked: true }), "usermod -U -- 'bob'"],
    ["no lock where one is wanted", wants({ locked: true }), account(), "usermod -L -- 'bob'"],
    ["a last day that is over", inputs, account({ expired: true }), "chage -E -1 -- 'bob'"],
    ["a shell", inputs, account({ shell: "/bin/sh" }), "usermod -s '/usr/sbin/nologin' -- 'bob'"],
  ])("is corrected where it has %s", (_what, desired, actual, command) => {
    const [script] = scripts(apply(desired, actual));

    if (command === undefined) expect(script).toBeUndefined();
    else expect(script?.split("\n").at(-1)).toMatch(new RegExp(`${command.replace(/[/]/g, "\\/")}$`));
  });

  test("a new password takes the lock away, so a wanted lock comes after it", () => {
    const [script] = scripts(apply(wants({ locked: true }), account({ matches: false, locked: true })));

    expect(script).toMatch(/chpasswd\nusermod -L -- 'bob'$/);
  });

  test("who is taken over keeps his shell", () => {
    expect(apply(wants({ adopt: true }), account({ shell: "/bin/bash" }))).toEqual([]);
  });

  test.each([
    ["who was there", inputs, { ...account(), hasRecord: false }, /on the host already.*\n.*\n.*adopt: true/],
    [
      "who was there and logs in to a shell, so that no take-over is offered",
      inputs,
      { ...account({ shell: "/bin/bash" }), hasRecord: false },
      /shell \/bin\/bash.*\n.*\n(?!.*adopt).*take bob out of accounts and/,
    ],
    ["of the system", wants({ adopt: true }), account({ uid: 0 }), /its user ID is 0/],
    ["of a directory", wants({ adopt: true }), { ...nobody, local: "elsewhere" as const }, /comes from a directory/],
  ])("is refused: one %s", (_what, desired, actual, message) => {
    expect(() => apply(desired, actual)).toThrow(message);
  });

  test.each([
    ["removes what was not there", nobody, account(), ["run: remove the account bob: it was not there before"]],
    ["has nothing to remove", nobody, nobody, []],
    ["leaves who is as before", account(), account(), []],
    [
      "gives back hash and lock",
      account({ locked: true, shadow: { hash: "!$y$old", changed: "19000", expires: "30000" } }),
      account(),
      ["run: give the account bob back what it had"],
    ],
    ["gives back a shell", account({ shell: "/bin/sh" }), account(), ["run: give the account bob back what it had"]],
  ])("the undo %s", (_what, before, now, steps) => {
    // as Pulumi gives it back: the members of an object in another order
    const kept = remember(before, now, inputs);
    const { shadow, ...rest } = kept.local ?? right;
    const stored = {
      ...kept,
      local: kept.local && { shadow: { expires: shadow.expires, hash: shadow.hash, changed: shadow.changed }, ...rest },
    };

    expect(summary(remove(inputs, now, stored))).toEqual(steps);
  });
});

describe("an account that was taken over", () => {
  const adopting = wants({ adopt: true });
  const old = { hash: "$y$old", changed: "19000", expires: "" };
  const theirs = account({ loginOnly: false, shell: "/bin/bash", matches: false, shadow: old });
  const ours = account({ loginOnly: false, shell: "/bin/bash" });
  const ourEarlier = account({ ...ours.local, matches: false, shadow: { ...old, hash: "$y$earlier" } });
  const foreign = { hash: "$y$foreign", changed: "20100", expires: "" };
  const back = "run: give the account bob back what it had";
  const left = (what: string) => `the ${what} of the account bob is left: somebody else has changed it since`;
  const later = extend(remember(theirs, ourEarlier, adopting), ourEarlier, ours);

  test.each([
    ["gets the old password back", ours, [back], []],
    ["gets it back for an earlier one of ours, which a roll-back left", ourEarlier, [back], []],
    ["is left alone where it is as before", theirs, [], []],
    [
      "keeps a password that somebody else has set",
      account({ ...ours.local, matches: false, shadow: foreign }),
      [],
      [left("password or lock")],
    ],
    [
      "stays locked where somebody else has locked it",
      account({ ...ours.local, locked: true, shadow: { ...right.shadow, hash: "!$y$new" } }),
      [],
      [left("password or lock")],
    ],
    [
      "keeps a shell that somebody else has set",
      account({ ...ours.local, shell: "/bin/zsh" }),
      [back],
      [left("shell")],
    ],
  ])("%s", (_what, now, steps, told) => {
    const undo = remove(adopting, now, later);

    expect(summary(undo)).toEqual(steps);
    expect(scripts(undo).join()).not.toContain("usermod -s");
    expect(leaves(adopting, now, later)).toEqual(told);
  });

  test("keeps a date of expiry that somebody else has set, and gets back the one that we removed", () => {
    const before = remember(account({ ...theirs.local, shadow: { ...old, expires: "19999" } }), ours, adopting);
    const dated = account({ ...ours.local, shadow: { ...right.shadow, expires: "30000" } });

    expect(scripts(remove(adopting, ours, before)).join()).toContain("expires='19999'");
    expect(scripts(remove(adopting, dated, before)).join()).toContain("expires='30000'");
  });

  test("gets back the date of expiry that we removed, though its user has set a password since", () => {
    const before = remember(account({ ...theirs.local, shadow: { ...old, expires: "19999" } }), ours, adopting);
    const now = account({ ...ours.local, matches: false, shadow: foreign });
    const back = account({ ...now.local, shadow: { ...foreign, expires: "19999" } });

    const script = scripts(remove(adopting, now, before)).join();

    expect(script).toContain("expires='19999'");
    expect(script).toContain("'$y$foreign' | chpasswd -e");
    expect(script).toContain("changed='20100'");
    expect(remove(adopting, back, before)).toEqual([]);
    expect(leaves(adopting, now, before)).toEqual([left("password or lock")]);
  });

  test("of which an older version remembers no more than the time before: what is not ours now is left", () => {
    const { set: _none, ...older } = later;

    expect(summary(remove(adopting, ours, older))).toEqual([back]);
    expect(remove(adopting, account({ ...ours.local, matches: false, shadow: foreign }), older)).toEqual([]);
  });

  const inRealm = wants({ store: "sasldb" as const, realm: "example.org", adopt: true });
  const secret = (text: string | undefined, matches = false) => ({
    ...nobody,
    sasldb: {
      realm: "example.org",
      present: text !== undefined,
      matches,
      ...(text === undefined ? {} : { secret: text }),
    },
  });
  const restored = "run: give bob in the realm example.org its old password back";
  test.each([
    ["gets the old password back", inRealm, secret("02", true), [restored], 0],
    ["gets it back where it is locked", { ...inRealm, locked: true }, secret(undefined), [restored], 0],
    ["keeps a password that somebody else has set", inRealm, secret("03"), [], 1],
    ["stays away where somebody else has removed it", inRealm, secret(undefined), [], 1],
  ])("in sasldb %s", (_what, desired, now, steps, told) => {
    const before = remember(secret("01"), secret("02", true), inRealm);

    expect(summary(remove(desired, now, before))).toEqual(steps);
    expect(leaves(desired, now, before)).toHaveLength(told);
  });
});

describe("an entry in sasldb", () => {
  const locked = { ...inDatabase, locked: true };

  test.each([
    ["not there", inDatabase, noEntry, undefined],
    ["not there, as a locked one should be", locked, noEntry, {}],
    ["right", inDatabase, entry(true), {}],
    ["another password", inDatabase, entry(false), { state: "present, with another password" }],
    ["there, and should be locked", locked, entry(true), { locked: false }],
  ])("the host shows: %s", (_what, desired, actual, shown) => {
    expect(observe(desired, actual, undefined)).toEqual(shown === undefined ? undefined : { ...desired, ...shown });
  });

  test.each([
    ["is made", inDatabase, noEntry, ["set the password of bob in the realm example.org: there is no entry"]],
    ["is corrected", inDatabase, entry(false), ["set the password of bob in the realm example.org: it is another one"]],
    ["is locked by taking it out", locked, entry(true), ["lock bob in the realm example.org: it has an entry"]],
    ["is left alone", inDatabase, entry(true), []],
  ])("%s", (_what, desired, actual, reasons) => {
    expect(summary(apply(desired, actual))).toEqual(reasons.map((reason) => `run: ${reason}`));
  });

  test("that was there is refused, or taken over and given back its password", () => {
    expect(() => apply(inDatabase, { ...entry(false), hasRecord: false })).toThrow(/it is there already/);

    const before = remember(entry(false), entry(true), inDatabase);
    const now = { ...entry(true), sasldb: { ...entry(true).sasldb, secret: "6364" } };

    expect(summary(remove(inDatabase, now, before))).toEqual([
      "run: give bob in the realm example.org its old password back",
    ]);
    expect(remove(inDatabase, entry(true), before)).toEqual([]);
  });

  const renamed = (secret: string | undefined, matches = false) => ({
    ...nobody,
    sasldb: { realm: "new.example.org", present: secret !== undefined, matches, ...(secret && { secret }) },
  });
  const dropped = "run: remove bob from the realm new.example.org: it was not there before";
  test.each([
    ["which was made", noEntry, renamed(undefined), [], "remove it (saslpasswd2 -d -u example.org bob)"],
    ["which was made, and again", noEntry, renamed("6162", true), [dropped], "remove it (saslpasswd2 -d"],
    ["which was made, beside one of somebody else", noEntry, renamed("03"), [], "remove it (saslpasswd2 -d"],
    ["which was taken over", entry(false), renamed(undefined), [], "give it its earlier password (saslpasswd2 -u"],
    ["which was taken over, and made", entry(false), renamed("6162", true), [dropped], "give it its earlier password"],
  ])("of the realm that the host's name was is named by destroy: one %s", (_what, first, now, steps, told) => {
    const before = remember(first, entry(true), inDatabase);

    expect(summary(remove(inDatabase, now, before))).toEqual(steps);
    expect(leaves(inDatabase, now, before)).toEqual([expect.stringContaining(told)]);
    expect(remove(inDatabase, renamed(undefined), before)).toEqual([]);
  });

  const theirs = { ...entry(false), sasldb: { ...entry(false).sasldb, secret: "7879" } };
  const made = remember(noEntry, entry(true), inDatabase);
  const { set: _none, ...older } = made;
  const takenOut = ["run: remove bob from the realm example.org: it was not there before"];
  test.each([
    ["is taken out", entry(true), made, takenOut, []],
    ["is taken out with an earlier password of ours", entry(false), made, takenOut, []],
    ["and that is gone is no matter", noEntry, made, [], []],
    [
      "and that somebody else has set since is left",
      theirs,
      made,
      [],
      ["bob in the realm example.org is left as it is: somebody else has changed its password since"],
    ],
    ["and of which an older version remembers no mark is taken out", theirs, older, takenOut, []],
  ])("that was not there %s", (_what, now, before, steps, told) => {
    expect(summary(remove(inDatabase, now, before))).toEqual(steps);
    expect(leaves(inDatabase, now, before)).toEqual(told);
  });
});

const forgets = "run: restart saslauthd: a remembered login must not stand in for a real one";

test.each([
  ["that remembers logins is restarted", ["-a", "pam", "-c", "-m", "/x"], true],
  ["that does not is left alone", ["-a", "pam", "-m", "/x"], false],
])("after a change a saslauthd %s", (_what, options, restarted) => {
  const daemon = {
    saslauthd: [{ pid: 1, parent: 0, argv: ["/usr/sbin/saslauthd", ...options] }],
    owners: [{ pid: 1, unit: "saslauthd.service", main: true, enabled: true }],
  };

  expect(summary(apply(inputs, { ...account({ matches: false }), ...daemon })).includes(forgets)).toBe(restarted);
  expect(summary(remove(inputs, { ...account(), ...daemon }, remember(nobody, nobody, inputs))).includes(forgets)).toBe(
    restarted,
  );
  expect(apply(inputs, { ...account(), ...daemon })).toEqual([]);
});

describe("after a change a saslauthd that remembers logins and that saslauthd.service has not started", () => {
  const argv = ["/usr/sbin/saslauthd", "-a", "pam", "-c", "-m", "/theirs"];
  const theirs = [71, 72].map((pid) => ({ pid, parent: pid - 1, argv }));
  const owners = theirs.map(({ pid }) => ({ pid, unit: "saslauthd-imap.service", main: pid === 71, enabled: true }));
  const ours = { pid: 80, parent: 1, argv: [...argv.slice(0, -1), "/ours"] };
  const ourOwner = { pid: 80, unit: "saslauthd.service", main: true, enabled: true };
  const warning = expect.stringMatching(
    /^run: saslauthd \(process 71\) caches logins and was not restarted.*the old login of bob for up to 8 hours/,
  );

  test.each([
    ["alone", { saslauthd: theirs, owners }, [warning]],
    [
      "beside one that it has started",
      { saslauthd: [...theirs, ours], owners: [...owners, ourOwner] },
      [forgets, "wait for saslauthd to open /ours/mux", warning],
    ],
  ])("is named and not restarted: %s", (_what, daemons, told) => {
    const changed = summary(apply(inputs, { ...account({ matches: false }), ...daemons }));
    const removed = summary(remove(inputs, { ...account(), ...daemons }, remember(nobody, nobody, inputs)));

    expect([changed.slice(1), removed.slice(1)]).toEqual([told, told]);
  });
});

test.each([
  ["a realm for a user of the host", { realm: "example.org" }, "realm"],
  ["a shell for an entry in sasldb", { store: "sasldb", shell: "/bin/sh" }, "shell"],
])("check refuses %s", (_what, given, property) => {
  expect(rules?.(schema.parse({ name: "bob", password, ...given }))).toMatchObject([{ property }]);
});

test.each([
  ["257 bytes", "ä".repeat(129), "256 bytes"],
  ["a line ending", "a\nb", "one line"],
  ["nothing", "", "small"],
])("check refuses a password of %s", (_what, given, message) => {
  expect(() => schema.parse({ name: "bob", password: given })).toThrow(message);
});
