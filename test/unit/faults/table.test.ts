// The fault table and its page: each row is named once, says how it is brought about and what is right, and stands in docs/faults.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import type { Fault, Outcome } from "../../faults/fault.ts";
import { pageOf } from "../../faults/page.ts";
import { faults, notRun } from "../../faults/table.ts";

const page = readFileSync(join(projectRoot, "docs/faults.md"), "utf8");
const all = [...faults, ...notRun];

const fault: Fault = {
  id: "mirror-dead",
  of: "faults.md 29",
  fault: "The mirror is dead",
  start: "bare",
  meets: "up",
  inject: [{ how: "`mv /srv/repo /srv/away`", when: "before", start: async () => undefined }],
  exit: "not 0",
  left: "as before",
};
const outcome: Outcome = {
  id: "mirror-dead",
  debian: 13,
  exitCode: 1,
  seen: ["found: <nothing>"],
  seconds: 4.2,
  left: "the host as it was before",
  wrong: [],
  date: "2026-12-01",
};

test("each row has a name of its own", () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test.each(faults)("$id is begun by something, and a failure of it is told in words", ({ inject, run, exit, says }) => {
  expect(exit !== "not 0" || (says ?? []).length > 0).toBe(true);
  for (const { how } of inject) expect(how.length).toBeGreaterThan(5);
  expect(inject.length > 0 || run !== undefined || exit === 0 || (says ?? []).length > 0).toBe(true);
});

test.each(all)("$id stands in docs/faults.md, with what was seen or why it was not run", ({ id }) => {
  expect(page.includes(`### ${id}\n`) || page.includes(`- \`${id}\` (`)).toBe(true);
});

test("docs/faults.md has no row that the table has not", () => {
  const named = [...page.matchAll(/^(?:### |- `)([a-z0-9-]+)/gm)].map(([, id]) => id);

  expect(named.filter((id) => !all.some((row) => row.id === id))).toEqual([]);
});

describe("the page", () => {
  test("has what was seen on each release, as text", () => {
    const text = pageOf([fault], [], [outcome]);

    expect(text).toContain("**1 rows, 1 runs (2026-12-01): 1 as they should, 0 not.**");
    expect(text).toContain(
      "Debian 13 (2026-12-01): exit status 1 after 4.2 s; left: the host as it was before; as it should: yes",
    );
    expect(text).toContain("> found: \\<nothing\\>");
  });

  test("says plainly what is not as it should", () => {
    expect(pageOf([fault], [], [{ ...outcome, wrong: ["exit status 0"] }])).toContain(
      "as it should: **no** – exit status 0",
    );
  });

  test("lists a row without a result as not carried out", () => {
    expect(pageOf([fault], [], [])).toContain(
      "- `mirror-dead` (faults.md 29): The mirror is dead. Not carried out yet.",
    );
  });
});
