// The socket directory: registered with dpkg and right on the disk; one without the other is a difference.
import { describe, expect, test } from "@jest/globals";
import { statOverride } from "../../../providers/resources/saslauthd/stat-override.ts";
import { folder } from "../../support/fake-answers.ts";
import { scripts, summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove } = statOverride;
const leaves = statOverride.leaves ?? (() => []);
const inputs = schema.parse({});
const { path } = inputs;
const registered = { owner: "root", group: "sasl", mode: "710" };
const made = folder("root", "sasl", "710");
const absent = { override: null, directory: null, missingFrom: "/var/spool/postfix/var", entries: [] as string[] };
const nothing = { ...absent, isOpenToAll: false, owner: true, group: true };
const right = { ...nothing, override: registered, directory: made, missingFrom: null, entries: ["mux"] };

describe("what the host shows", () => {
  test.each([
    ["nothing", nothing, undefined],
    ["all right", right, inputs],
    [
      "registered only",
      { ...right, directory: null },
      { path, owner: "no directory", group: "no directory", mode: "no directory" },
    ],
    [
      "on the disk only",
      { ...right, override: null },
      {
        path,
        owner: "root on the disk, no override registered",
        group: "sasl on the disk, no override registered",
        mode: "710 on the disk, no override registered",
      },
    ],
    ["opened by somebody", { ...right, directory: folder("root", "sasl", "755") }, { ...inputs, mode: "755" }],
    [
      "opened by somebody, with the socket in it",
      { ...right, directory: folder("root", "sasl", "755"), isOpenToAll: true },
      { ...inputs, mode: "755: every local user can test passwords through its socket" },
    ],
    [
      "registered with another group",
      { ...right, override: { ...registered, group: "mail" } },
      { ...inputs, group: "sasl on the disk, mail registered" },
    ],
  ])("%s", (_what, actual, shown) => {
    expect(observe(inputs, actual, undefined)).toEqual(shown);
  });
});

describe("the change", () => {
  test.each([
    [
      "does both",
      nothing,
      [
        `run: register the override root sasl 710 of ${path}: none is registered`,
        `run: make ${path}: wanted root:sasl 710, found nothing`,
      ],
    ],
    [
      "replaces another override",
      { ...right, override: { ...registered, mode: "755" } },
      [`run: register the override root sasl 710 of ${path}: root sasl 755 is registered`],
    ],
    [
      "corrects the disk",
      { ...right, directory: folder("postfix", "root", "755") },
      [`run: correct ${path}: wanted root:sasl 710, found postfix:root 755`],
    ],
    [
      "closes the hole and says that it is one",
      { ...right, directory: folder("root", "sasl", "755"), isOpenToAll: true },
      [
        `run: correct ${path}: wanted root:sasl 710, found root:sasl 755, a security hole: every local user can test passwords through its socket`,
      ],
    ],
    ["is none where all is right", right, []],
  ])("%s", (_what, actual, steps) => {
    expect(summary(apply(inputs, actual))).toEqual(steps);
  });

  test("an override that stands is taken out first: dpkg-statoverride refuses to add a second one", () => {
    const [script] = scripts(apply(inputs, { ...right, override: { ...registered, mode: "755" } }));

    expect(script).toMatch(/--list .*--remove .*\n.*--add 'root' 'sasl' '710' /);
  });

  test.each([
    ["no group", { ...nothing, group: false }, "the group sasl does not exist"],
    [
      "no user and no group",
      { ...nothing, group: false, owner: false },
      "the user root and the group sasl does not exist",
    ],
    [
      "a file in its place",
      { ...nothing, directory: { ...made, type: "regular file" } },
      "a regular file is in its place",
    ],
  ])("is refused: %s", (_what, actual, message) => {
    expect(() => apply(inputs, actual)).toThrow(message);
  });
});

describe("the undo", () => {
  const other = { ...registered, mode: "755" };

  test.each([
    [
      "takes all out that was not there",
      nothing,
      right,
      [
        `run: take the override of ${path} out: there was none before`,
        "run: put /var/spool/postfix/var back: it was not there",
      ],
    ],
    [
      "gives the old override and the old mode back",
      { ...right, override: other, directory: folder("root", "root", "755") },
      right,
      [
        `run: register the override root sasl 755 of ${path}: root sasl 710 is registered`,
        `run: put ${path} back: it was root:root 755`,
      ],
    ],
    [
      "leaves a directory that others' files are in",
      nothing,
      { ...right, override: null, entries: ["somebody.sock"] },
      [],
    ],
    [
      "takes saslauthd's own files out from between them",
      nothing,
      { ...right, override: null, entries: ["somebody.sock", "cache.flock"] },
      ["run: put /var/spool/postfix/var back: it was not there"],
    ],
    [
      "takes an empty directory away",
      nothing,
      { ...right, override: null, entries: [] },
      ["run: put /var/spool/postfix/var back: it was not there"],
    ],
    ["is none when it was right before us", right, right, []],
    ["is none when all is gone already", nothing, nothing, []],
    [
      "keeps what others have set since",
      nothing,
      { ...right, override: other, directory: folder("a", "b", "755") },
      [],
    ],
  ])("%s", (_what, before, now, steps) => {
    expect(summary(remove(inputs, now, remember(before, now, inputs)))).toEqual(steps);
  });

  test.each([
    ["nothing that is ours", nothing, right, []],
    ["nothing that is as before", { ...right, override: other }, { ...right, override: other }, []],
    ["nothing where all is gone", nothing, nothing, []],
    [
      "another override",
      nothing,
      { ...right, override: other },
      [`the override root sasl 755 ${path} is left: somebody else has registered it since`],
    ],
    [
      "an override that is gone",
      { ...right, override: other },
      { ...right, override: null },
      [`the override of ${path} is left out: somebody else has taken it out since`],
    ],
    [
      "another mode",
      nothing,
      { ...right, directory: folder("root", "sasl", "755") },
      [`${path} is left with root:sasl 755: somebody else has set that since`],
    ],
    [
      "files of others",
      nothing,
      { ...right, entries: ["mux", "somebody.sock"] },
      [`${path} is left: somebody else has put somebody.sock there`],
    ],
  ])("names what it leaves: %s", (_what, before, now, lines) => {
    expect(leaves(inputs, now, remember(before, now, inputs))).toEqual(lines);
  });

  test("leaves nothing of which an older version does not tell who has set it", () => {
    const { set: _none, ...older } = remember(nothing, right, inputs);

    expect(leaves(inputs, { ...right, override: other }, older)).toEqual([]);
  });
});
