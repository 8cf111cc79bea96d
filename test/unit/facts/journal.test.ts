// The journal as a host tells it: what is whole is read, what is not is damaged or unknown by its file, and nothing is taken for "nothing was changed".
import { describe, expect, test } from "@jest/globals";
import { type Journal, journal } from "../../../providers/facts/journal.ts";
import { answer } from "../../support/fake-answers.ts";

const folder = "/var/lib/sasl-mail-host/journal";
const format = "sasl-mail-host journal 2";
const sum = "a".repeat(64);
const daemons = { saslauthd: "running", postfix: "stopped", port25: "silent" };
const opened = (...rows: string[]) =>
  `opened ${Buffer.from(rows.map((row) => `${row}\n`).join("")).toString("base64")}\n`;
const whole = opened(format, "saslauthd running", "postfix stopped", "port25 silent", "end");
const head = (...rows: string[]) => [format, ...rows, "end"].map((row) => `head ${row}\n`).join("");
const file = (...rows: string[]) => `${head(...rows)}current absent\npath /etc/a b\n`;
const read = (text: string): Journal => {
  const found = journal.parse(answer(text));
  if (found === null) throw new Error("no journal");
  return found;
};

test("where there is no folder, none is open", () => {
  expect(journal.parse(answer("none\n"))).toBeNull();
});

test.each([
  ["no answer", ""],
  ["another first line", "entry 0001\n"],
  ["an entry whose name is no number", `${whole}entry 00x1\n`],
  ["an entry without a name", `${whole}entry \n`],
])("unreadable: %s", (_what, text) => {
  expect(() => journal.parse(answer(text))).toThrow(`read the journal in ${folder}`);
});

test("entries are in the order of their numbers, each with what it needs", () => {
  const { daemons: found, entries } = read(
    `${whole}entry 10000\n${head("kind command", "story make the account bob")}entry 9999\n${file(`before ${sum}`, "after other", "open yes")}`,
  );

  expect(found).toEqual(daemons);
  expect(entries).toEqual([
    { kind: "file", name: "9999", path: "/etc/a b", before: sum, after: "other", current: "absent", isPublic: true },
    { kind: "command", name: "10000", description: "make the account bob" },
  ]);
});

test("lines of a file that does not say that it is open stay on the host", () => {
  const [entry] = read(`${whole}entry 0001\n${file("before absent", `after ${sum}`)}`).entries;

  expect(entry).toMatchObject({ kind: "file", isPublic: false });
});

describe("an entry is damaged", () => {
  const incomplete = "head is of another version or not whole";
  const unclear = "head does not say what was changed";

  test.each([
    ["that the host says is", "problem sums is\u0007 missing\n", "sums is? missing"],
    ["of another version", head("kind command").replace("journal 2", "journal 3"), incomplete],
    ["without its end mark", head("kind command").replace("head end\n", ""), incomplete],
    ["without a head", "", incomplete],
    ["without the state before", file(`after ${sum}`), unclear],
    ["without the state after", file("before absent"), unclear],
    ["with a digest that is none", file(`before ${sum}0`, "after absent"), unclear],
    ["with a word that is no state", file("before absent", "after gone"), unclear],
    ["without its path", head("before absent", `after ${sum}`), unclear],
  ])("%s", (_what, text, problem) => {
    expect(read(`${whole}entry 0001\n${text}`).entries).toEqual([
      { kind: "damaged", name: "0001", problem: `${folder}/0001: ${problem}` },
    ]);
  });

  test("and the others are read", () => {
    const { entries } = read(`${whole}entry 0001\nproblem gone\nentry 0002\n${head("kind command", "story x")}`);

    expect(entries.map(({ kind }) => kind)).toEqual(["damaged", "command"]);
  });

  test("with no more of the host's words than fit a message", () => {
    const [entry] = read(`${whole}entry 0001\nproblem ${"x".repeat(500)}\n`).entries;

    expect(entry).toMatchObject({ problem: `${folder}/0001: ${"x".repeat(200)}` });
  });
});

describe("which daemons ran is not known, and why,", () => {
  const missing = `${folder}/opened is empty or cannot be read`;
  const unclear = `${folder}/opened does not say which daemons ran`;

  test.each([
    ["where the file is empty", "opened \n", missing],
    [
      "where it is of another version",
      opened("sasl-mail-host journal 1", "end"),
      `${folder}/opened begins with "sasl-mail-host journal 1" and not with "${format}"`,
    ],
    [
      "where it is cut off",
      opened(format, "saslauthd running"),
      `${folder}/opened is cut off: its last line is not "end"`,
    ],
    ["where it has only its first line", opened(format), `${folder}/opened is cut off: its last line is not "end"`],
    ["where a daemon is missing", opened(format, "saslauthd running", "port25 served", "end"), unclear],
    ["where saslauthd is missing", opened(format, "postfix running", "port25 served", "end"), unclear],
    ["where port 25 is missing", opened(format, "saslauthd running", "postfix running", "end"), unclear],
    [
      "where a word is none of the states",
      opened(format, "saslauthd running", "postfix perhaps", "port25 served", "end"),
      unclear,
    ],
  ])("%s", (_what, text, reason) => {
    expect(read(`${text}entry 0001\n${head("kind command")}`)).toEqual({
      daemons: reason,
      hasOpened: true,
      entries: [{ kind: "command", name: "0001", description: "" }],
    });
  });

  test.each([["served"], ["silent"]])("else it is, with port 25 %s", (port25) => {
    expect(read(opened(format, "saslauthd stopped", "postfix running", `port25 ${port25}`, "end")).daemons).toEqual({
      saslauthd: "stopped",
      postfix: "running",
      port25,
    });
  });
});
