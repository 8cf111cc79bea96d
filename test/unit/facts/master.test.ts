// master.cf is read as Postfix reads it (master(5)): logical lines, comments anywhere, `-o` in all its forms.
import { describe, expect, test } from "@jest/globals";
import { type MasterEntry, parseMaster } from "../../../providers/facts/master.ts";
import { fixture, releases } from "../../support/fake-answers.ts";

const columns = "smtps inet n - y - - smtpd";

function only(text: string): MasterEntry {
  const { entries, broken } = parseMaster(Buffer.from(text, "latin1"));
  expect(broken).toEqual([]);
  expect(entries).toHaveLength(1);
  return entries[0]?.entry as MasterEntry;
}

describe.each(releases)("the stock file of Debian %i", (release) => {
  const content = fixture(release, "master.cf");
  const { entries, broken } = parseMaster(content);

  test("has no broken line, and all services that Debian ships", () => {
    const names = entries.map(({ entry }) => `${entry.service}/${entry.type}`);

    expect(broken).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["smtp/inet", "pickup/unix", "qmgr/unix", "lmtp/unix"]));
    expect(names).not.toContain("submissions/inet");
  });

  test("gives every entry with its place: offset, line and text are those of the file", () => {
    const file = content.toString("latin1");
    for (const { entry, text, start, line } of entries) {
      expect(file.slice(start, start + text.length)).toBe(text);
      expect(text.startsWith(entry.service)).toBe(true);
      expect(file.slice(0, start).split("\n")).toHaveLength(line);
    }
  });
});

describe("an option is read in every form that Postfix takes", () => {
  test.each([
    ["apart", "-o name=value", { name: "value" }],
    ["in one word", "-oname=value", { name: "value" }],
    ["in braces", "-o { name = a value, with spaces }", { name: "a value, with spaces" }],
    ["in braces without spaces", "-o {name=value}", { name: "value" }],
    ["with braces inside", "-o { name = $" + "{x?{a b}:{c}} }", { name: "$" + "{x?{a b}:{c}}" }],
    ["in braces, in one word", "-o{ name = a value, with spaces }", { name: "a value, with spaces" }],
    ["with white space in braces", "-o name=$" + "{x? a b} -o other=c", { name: "$" + "{x? a b}", other: "c" }],
    ["with a closing brace alone", "-o name=a}b", { name: "a}b" }],
    ["empty", "-o name=", { name: "" }],
    ["with = in the value", "-o name=a=b", { name: "a=b" }],
    ["given twice: the last counts", "-o name=a -o name=b", { name: "b" }],
  ])("%s", (_form, text, options) => {
    expect(only(`${columns} ${text}\n`).options).toEqual(options);
    expect(only(`${columns}\n  ${text}\n`).options).toEqual(options);
  });

  test("other arguments of the daemon are kept apart, in their order", () => {
    expect(only(`${columns} -v -o a=b -D\n`)).toMatchObject({ options: { a: "b" }, arguments: ["-v", "-D"] });
  });
});

describe("one entry", () => {
  test.each([
    ["continuation lines", `${columns}\n  -o a=b\n\t-o c=d\n`],
    ["comments and empty lines between the options", `${columns}\n# one\n  -o a=b\n\n  # two\n  -o c=d\n`],
    ["Windows line endings", `${columns}\r\n  -o a=b\r\n  -o c=d\r\n`],
    ["no newline at the end", `${columns} -o a=b\n -o c=d`],
    ["tabs between the columns", `${columns.replaceAll(" ", "\t")}\n\t-o\ta=b\n\t-o\tc=d\n`],
  ])("with %s", (_what, text) => {
    expect(only(text)).toMatchObject({ service: "smtps", chroot: "y", command: "smtpd", options: { a: "b", c: "d" } });
  });

  test("ends before the comments that follow it", () => {
    const [found] = parseMaster(Buffer.from(`${columns}\n  -o a=b\n# next\n\nx unix n - n - - x\n`)).entries;

    expect(found?.text).toBe(`${columns}\n  -o a=b\n`);
  });

  test.each(["[::1]:465", "127.0.0.1:smtps", "465", "mail.example.org:submission"])("of the service %s", (service) => {
    expect(only(`${service} inet n - n - - smtpd\n`).service).toBe(service);
  });

  test("the byte A0 is no white space: many letters end with it in UTF-8", () => {
    const { entries } = parseMaster(Buffer.from(`${columns} -o smtpd_banner=voilà\n  -o a=à\n`));
    const options = Object.values(entries[0]?.entry.options ?? {});

    expect(options.map((value) => Buffer.from(value, "latin1").toString("utf8"))).toEqual(["voilà", "à"]);
  });

  test("bytes that are no UTF-8 are passed through", () => {
    const [found] = parseMaster(Buffer.from(`# caf\xe9\n${columns}\n  -o a=\xff\xfe\n`, "latin1")).entries;

    expect(Buffer.from(found?.entry.options.a ?? "", "latin1")).toEqual(Buffer.from([0xff, 0xfe]));
  });
});

test("every one of two entries of the same name is found", () => {
  const { entries } = parseMaster(Buffer.from(`${columns}\n${columns} -v\n`));

  expect(entries.map(({ line, entry }) => [line, entry.arguments])).toEqual([
    [1, []],
    [2, ["-v"]],
  ]);
});

test.each([
  ["too few columns", "smtp inet n - y - -\n", "7 columns"],
  ["a single word", "hello\n", "1 columns"],
  ["a type that there is not", "smtp banana n - y - - smtpd\n", '"banana" in the column type'],
  ["neither y, n nor -", "smtp inet n - maybe - - smtpd\n", '"maybe" in the column chroot'],
  ["a capital Y", "smtp inet Y - y - - smtpd\n", '"Y" in the column private'],
  ["no number of seconds", "smtp inet n - y x - smtpd\n", '"x" in the column wakeup'],
  ["no number of processes", "smtp inet n - y - 5? smtpd\n", '"5?" in the column process limit'],
  ["a brace that is never closed", `${columns}\n  -o { a = b\n`, "opening brace"],
])("broken: %s is reported with its line, and the rest is read", (_what, text, problem) => {
  const { entries, broken } = parseMaster(Buffer.from(`# first\n${columns}\n\n${text}${columns}\n`));

  expect(broken).toEqual([{ line: 4, text, problem: expect.stringContaining(problem) }]);
  expect(entries.map(({ line }) => line)).toEqual([2, 4 + text.split("\n").length - 1]);
});

test("broken: a first entry that begins with white space, as it would go on from a line that is not there", () => {
  const { entries, broken } = parseMaster(Buffer.from(`# first\n ${columns}\n${columns}\n`));

  expect(broken).toMatchObject([{ line: 2, text: ` ${columns}\n`, problem: expect.stringContaining("white space") }]);
  expect(entries.map(({ line }) => line)).toEqual([3]);
});

test.each(["-", "0", "60", "1000?"])("the wakeup time %s is right", (wakeup) => {
  expect(only(`pickup unix n - y ${wakeup} 1 pickup\n`)).toMatchObject({ wakeup, processLimit: "1" });
});
