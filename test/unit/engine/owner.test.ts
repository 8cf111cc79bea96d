// Whose a resource on the host is, where two of a program would have it.
import { expect, test } from "@jest/globals";
import type { Operation } from "../../../providers/engine/operation.ts";
import { isOwnedByOtherResource, ownerUrnOf } from "../../../providers/engine/owner.ts";
import { Run } from "../../../providers/engine/run.ts";

const run = new Run();
for (const urn of ["urn:first", "urn:second"]) run.noteChecked(urn, "id");
run.noteChecked("urn:swapped", "another id");
run.noteChecked("urn:undecided", undefined);
const of = (resourceUrn: string) => ({ run, id: "id", common: { resourceUrn } }) as Operation;
const record = (resource: string | null) => ({ owner: "project/stack", resource, before: {} });

test.each([
  ["nothing is remembered", null, "urn:second", false],
  ["an older version remembered no name", record(null), "urn:second", false],
  ["it is its own", record("urn:second"), "urn:second", false],
  ["the one that had it is no more in the program: it got another name", record("urn:old"), "urn:second", false],
  ["the one that had it becomes something else in this run", record("urn:swapped"), "urn:second", false],
  ["it is not known yet what the one that had it becomes", record("urn:undecided"), "urn:undecided", true],
  ["the other one is in the program, too: two proofs on one host", record("urn:first"), "urn:first", true],
])("the second one finds that %s", (_what, found, keeper, another) => {
  expect(ownerUrnOf(of("urn:second"), found)).toBe(keeper);
  expect(isOwnedByOtherResource(of("urn:second"), found)).toBe(another);
});
