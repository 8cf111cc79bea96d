// A run that leaves the proof out is warned of: what was changed since the last proof, by the names that `pulumi up` shows.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { unprovedAmong, warnOfUnproved } from "../../../providers/pulumi/unproved.ts";

// the SDK is loaded
jest.setTimeout(60_000);

const urn = (kind: string, name: string) =>
  `urn:pulumi:dev::mail::sasl:index:SaslMailHost$pulumi-nodejs:dynamic/sasl:${kind}::${name}`;
const part = (kind: string, name: string, changedAt: string) =>
  ({ urn: pulumi.output(urn(kind, name)), changedAt: pulumi.output(changedAt) }) as never;
const proof = (provedAt: string | undefined) => ({ provedAt: pulumi.output(provedAt) }) as never;
const resolvedOf = <Value>(output: pulumi.Output<Value>) => new Promise<Value>((resolve) => void output.apply(resolve));

const parts = [
  part("StatOverride", "mail1-socket-directory", "2026-01-02T00:00:00.000Z"),
  part("SaslPackage", "mail1-packages", "never by this program"),
  part("GroupMember", "mail1-member", "2025-12-31T00:00:00.000Z"),
];

const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  jest.spyOn(pulumi.log, "warn").mockImplementation(async (line) => void warned.push(line));
});
afterEach(() => void jest.restoreAllMocks());

test.each([
  ["what is newer than the proof", "2026-01-01T00:00:00.000Z", ["StatOverride mail1-socket-directory"]],
  ["nothing where the proof is the newest", "2026-01-03T00:00:00.000Z", []],
  [
    "all that was ever changed, where there was no proof",
    undefined,
    ["StatOverride mail1-socket-directory", "GroupMember mail1-member"],
  ],
])("unproved is %s", async (_what, provedAt, names) => {
  expect(await resolvedOf(unprovedAmong(parts, proof(provedAt)))).toEqual(names);
});

test("the warning names the host and what was changed, and how the proof is made", async () => {
  const unproved = pulumi.output(["StatOverride a", "GroupMember b"]);

  warnOfUnproved("mail1", unproved);
  await resolvedOf(unproved);

  expect(warned).toEqual([
    expect.stringMatching(
      /^mail1: changed and not proved: StatOverride a, GroupMember b; run `pulumi up` without --target/,
    ),
  ]);
});

test.each([
  ["where all is proved", false, []],
  ["in a preview, which changes nothing", true, ["StatOverride a"]],
])("there is none %s", async (_what, preview, names) => {
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(preview);
  const unproved = pulumi.output(names);

  warnOfUnproved("mail1", unproved);
  await resolvedOf(unproved);

  expect(warned).toEqual([]);
});
