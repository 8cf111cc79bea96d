// Changing one entry of master.cf changes the bytes of that entry and no other, whatever else the file holds.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type MasterEntry, parseMaster } from "../../../providers/facts/master.ts";
import { formatEntry, withEntry } from "../../../providers/facts/master-edit.ts";
import { fixture, releases } from "../../support/fake-answers.ts";
import { masterFile } from "../../support/fake-master.ts";

const word = fc.stringMatching(/^[A-Za-z0-9_.,:$/-]{1,12}$/);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,15}$/);
const value = fc.oneof(
  word,
  fc.array(word, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(" ")),
);
const flag = fc.constantFrom("y", "n", "-");
const entry: fc.Arbitrary<MasterEntry> = fc.record({
  service: fc.constantFrom("smtps", "submission", "465", "[::1]:465", "127.0.0.1:smtps"),
  type: fc.constantFrom("inet", "unix", "pass"),
  private: flag,
  unprivileged: flag,
  chroot: flag,
  wakeup: fc.constantFrom("-", "60", "1000?"),
  processLimit: fc.constantFrom("-", "0", "100"),
  command: fc.constantFrom("smtpd", "pipe"),
  options: fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true }),
  arguments: fc.uniqueArray(fc.constantFrom("-v", "-D", "flags=R", "user=mail"), { maxLength: 3 }),
});

describe("the text of an entry", () => {
  test("is read back as the same entry", () => {
    fc.assert(
      fc.property(entry, (desired) => {
        const { entries, broken } = parseMaster(Buffer.from(formatEntry(desired), "latin1"));

        expect(broken).toEqual([]);
        expect(entries.map((found) => found.entry)).toEqual([desired]);
      }),
    );
  });

  test("has one option a line, in braces where its value has a space", () => {
    const desired = { ...(parseMaster(Buffer.from("smtps inet n - y - - smtpd")).entries[0]?.entry as MasterEntry) };

    expect(formatEntry({ ...desired, options: { a: "b,c", d: "e f" } })).toBe(
      "smtps     inet  n       -       y       -       -       smtpd\n  -o a=b,c\n  -o { d = e f }\n",
    );
  });
});

describe("withEntry", () => {
  test("replaces the bytes of one entry of any file, and leaves all before and behind it", () => {
    fc.assert(
      fc.property(masterFile, fc.nat(), entry, (content, pick, desired) => {
        const { entries } = parseMaster(content);
        const current = entries[pick % Math.max(1, entries.length)];
        fc.pre(current !== undefined);
        if (current === undefined) return;

        const changed = withEntry(content, current, formatEntry(desired));

        const end = current.start + current.text.length;
        const before = content.subarray(0, current.start);
        const behind = content.subarray(end);
        expect(changed.subarray(0, before.length)).toEqual(before);
        expect(changed.subarray(changed.length - behind.length)).toEqual(behind);
        expect(changed.subarray(before.length, changed.length - behind.length).toString("latin1")).toBe(
          formatEntry(desired),
        );
      }),
    );
  });

  test("takes one entry out and leaves the others as they were", () => {
    fc.assert(
      fc.property(masterFile, fc.nat(), (content, pick) => {
        const { entries } = parseMaster(content);
        const index = pick % Math.max(1, entries.length);
        fc.pre(entries.length > 0);

        const left = parseMaster(withEntry(content, entries[index], null)).entries;

        expect(left.map(({ entry: kept }) => kept)).toEqual(entries.toSpliced(index, 1).map(({ entry: kept }) => kept));
      }),
    );
  });

  test("adds an entry at the end, on a line of its own, with every byte before it kept", () => {
    fc.assert(
      fc.property(masterFile, entry, (content, desired) => {
        const changed = withEntry(content, undefined, formatEntry(desired));

        expect(changed.subarray(0, content.length)).toEqual(content);
        expect(parseMaster(changed).entries.at(-1)?.entry).toEqual(desired);
        expect(parseMaster(changed).entries).toHaveLength(parseMaster(content).entries.length + 1);
      }),
    );
  });

  test.each([
    ["# open", "# open\nX\n"],
    ["# open\r\n# line", "# open\r\n# line\r\nX\n"],
    ["# closed\r\n", "# closed\r\nX\n"],
    ["", "X\n"],
  ])("an open last line is closed in the file's own way: %j", (content, changed) => {
    expect(withEntry(Buffer.from(content), undefined, "X\n").toString()).toBe(changed);
  });

  test.each(releases)("adding to and taking from the stock file of Debian %i gives the same bytes", (release) => {
    const stock = fixture(release, "master.cf");
    const added = withEntry(stock, undefined, "smtps inet n - y - - smtpd\n  -o a=b\n");
    const ours = parseMaster(added).entries.at(-1);

    expect(ours?.entry.service).toBe("smtps");
    expect(withEntry(added, ours, null)).toEqual(stock);
  });

  test("taking out what is not there changes nothing", () => {
    const content = Buffer.from("# nothing\n");

    expect(withEntry(content, undefined, null)).toBe(content);
  });
});
