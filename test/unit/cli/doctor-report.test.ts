// What the doctor says of the hosts of a stack, and how it ends.
import { expect, test } from "@jest/globals";
import type { Finding } from "../../../cli/doctor/diagnosis.ts";
import { asJson, asMarkdown, exitCodeOf, fleetAsText } from "../../../cli/doctor/report.ts";
import type { Examined, Unseen } from "../../../cli/doctor/subject.ts";

const right = {
  kind: "SaslPackage",
  name: "packages",
  right: true,
  changes: [],
  warnings: [],
  owner: "mail/dev",
} as const;
const change = {
  kind: "MasterService",
  name: "smtps",
  right: false,
  warnings: [],
  changes: ["add smtps\n+ a"],
  owner: null,
} as const;
const stop = {
  kind: "MasterService",
  name: "submission",
  right: false,
  warnings: [],
  changes: [],
  owner: null,
  inTheWay: { code: "port-configured-twice", found: "another entry", next: "rename it" },
} as const;

const host = (name: string, ...findings: Finding[]): Examined => ({
  name,
  host: `root@${name}:22`,
  release: "Debian GNU/Linux 13 (trixie)",
  findings,
  fromHere: [],
});
const unseen: Unseen = { name: "mail4", failed: "tried: log in\nfound: refused" };

test.each([
  ["where all is as wanted", [host("mail1", right)], 0],
  ["where something would be changed", [host("mail1", right), host("mail2", change)], 7],
  ["where something is in the way", [host("mail1", change), host("mail2", stop)], 1],
  ["where a host could not be looked at", [host("mail1", right), unseen], 1],
])("the exit status %s", (_what, results, expected) => {
  expect(exitCodeOf(results)).toBe(expected);
});

test("text has each host with its parts; the name of a part where there are several of its kind", () => {
  expect(
    fleetAsText([host("mail1", right, change, stop), unseen]),
  ).toBe(`mail1: root@mail1:22: Debian GNU/Linux 13 (trixie)
  SaslPackage (kept by the stack mail/dev): as wanted
  MasterService smtps: up would
    - add smtps
  + a
  MasterService submission: IN THE WAY
    found: another entry
    next: rename it
    code: port-configured-twice (docs/errors.md)

mail4: NOT LOOKED AT
    tried: log in
    found: refused
`);
});

test("JSON has the hosts by their names", () => {
  const hosts = JSON.parse(asJson([host("mail1", right, change), unseen]));

  expect(hosts).toMatchObject({
    mail1: {
      host: "root@mail1:22",
      findings: [{ verdict: "as wanted" }, { verdict: "up would", changes: ["add smtps\n+ a"] }],
    },
    mail4: { failed: unseen.failed },
  });
});

test("Markdown begins with one row a host", () => {
  const rows = asMarkdown([host("mail1", right), host("mail2", right, change), host("mail3", stop), unseen]).split(
    "\n",
  );

  expect(rows.slice(0, 6)).toEqual([
    "| host | `up` |",
    "| --- | --- |",
    "| mail1 | as wanted |",
    "| mail2 | would change: MasterService |",
    "| mail3 | would fail: MasterService |",
    "| mail4 | could not be looked at |",
  ]);
});
