// What a fleet's run ends with: an exit code, a few lines, JSON; and the same plan as a matrix of a CI.
import { describe, expect, test } from "@jest/globals";
import type { Result } from "../../../../cli/fleet/host-results.ts";
import { githubMatrix, gitlabPipeline } from "../../../../cli/fleet/matrix.ts";
import { handovers, remainsIn } from "../../../../cli/fleet/move.ts";
import { asJson, exitOf, type FleetEnd, type ShardEnd, summaryOf } from "../../../../cli/fleet/summary.ts";

const shard = (results: readonly Result[], more: Partial<ShardEnd> = {}): ShardEnd => ({
  stack: "production-shard-01",
  ended: "done",
  seconds: 3,
  hosts: results.map((result, index) => ({
    host: `mail${index + 1}`,
    result,
    ...(result === "failed" ? { why: "gone – look" } : {}),
    ...(result === "to change" ? { changes: ["StatOverride"] } : {}),
  })),
  ...more,
});
const end = (command: string, shards: readonly ShardEnd[], interrupted = false): FleetEnd => ({
  command,
  stack: "production",
  seconds: 12.3,
  interrupted,
  shards,
});

describe("the exit code", () => {
  test.each<[string, FleetEnd, number]>([
    ["an up that changed hosts", end("up", [shard(["changed", "as wanted"])]), 0],
    ["a destroy", end("destroy", [shard(["given back"])]), 0],
    ["a preview that found something to do", end("preview", [shard(["to change"])]), 0],
    ["a look for drift that found none", end("drift", [shard(["as wanted"])]), 0],
    ["a look for drift that found some", end("drift", [shard(["as wanted", "to change"])]), 7],
    ["a look for drift that found a host too many", end("drift", [shard(["as wanted"], { leaving: ["mail9"] })]), 7],
    ["a look for drift on which a host failed", end("drift", [shard(["to change", "failed"])]), 1],
    ["a host that was not tried", end("up", [shard(["changed", "not tried"])]), 1],
    ["a shard that could not run", end("up", [shard([], { ended: "failed", why: "locked" })]), 1],
    ["a shard that was not begun", end("up", [shard([], { ended: "not begun" })]), 1],
    ["a stop by a signal", end("up", [shard(["changed"])], true), 130],
  ])("of %s", (_what, given, code) => {
    expect(exitOf(given)).toBe(code);
    expect(JSON.parse(asJson(given))).toMatchObject({ exitCode: code, stack: "production" });
  });
});

test("the summary names what failed, what would change, what leaves, what is left to do, and counts all", () => {
  const shards = [
    shard(["as wanted", "failed", "to change"], { leaving: ["mail9"] }),
    shard([], { stack: "production-shard-02", ended: "not begun" }),
  ];

  expect(summaryOf(end("up", shards)).split("\n")).toEqual([
    "production-shard-01: not in the list any more: mail9",
    "mail2 FAILED: gone – look",
    "mail3: up would change StatOverride",
    "not begun: production-shard-02; the same command goes on with them",
    "up production: 3 hosts in 2 shards, 12 s: 1 as wanted, 1 to change, 1 failed",
  ]);
});

describe("the matrix", () => {
  const host = { name: "mail1" };
  const shards = ["canary", "01", "02"].map((name) => ({ stack: `production-shard-${name}`, hosts: [host] }));

  test("of GitHub has the first shard apart, and each row in how many shards the hosts are split", () => {
    expect(githubMatrix(shards, 2)).toEqual({
      canary: [{ shard: "production-shard-canary", shards: 2, hosts: 1 }],
      rest: [
        { shard: "production-shard-01", shards: 2, hosts: 1 },
        { shard: "production-shard-02", shards: 2, hosts: 1 },
      ],
    });
  });

  test("of GitLab is a pipeline whose jobs have a resource group each", () => {
    expect(gitlabPipeline("production", shards, 2)).toMatchObject({
      stages: ["canary", "rest", "report"],
      "production-shard-canary": { stage: "canary", resource_group: "hosts-production-shard-canary" },
      "production-shard-02": {
        stage: "rest",
        script: ["npm run --silent fleet -- up --yes --stack production --shards 2 --only production-shard-02"],
      },
    });
  });

  test("has no more jobs than GitHub takes", () => {
    const many = Array.from({ length: 257 }, (_, index) => ({ stack: `s${index}`, hosts: [host] }));

    expect(() => githubMatrix(many, 257)).toThrow(/257 shards are more than the 256 jobs/);
  });
});

test("hosts are handed over together from one shard to another, and one that is at home stays", () => {
  const urn = (stack: string, host: string) => `urn:pulumi:${stack}::sasl-mail-host::sasl:index:SaslMailHost::${host}`;
  const state = (stack: string, ...hosts: string[]) => ({
    deployment: { resources: hosts.map((host) => ({ urn: urn(stack, host), type: "sasl:index:SaslMailHost" })) },
  });
  const states = new Map([
    ["production", state("production", "mail1", "mail2")],
    ["production-shard-01", state("production-shard-01", "mail3", "mail4")],
  ]);
  const homes = new Map([
    ["mail1", "production-shard-01"],
    ["mail2", "production-shard-01"],
    ["mail3", "production-shard-01"],
  ]);

  expect(handovers(states, homes)).toEqual([
    {
      from: "production",
      to: "production-shard-01",
      hosts: ["mail1", "mail2"],
      urns: [urn("production", "mail1"), urn("production", "mail2")],
    },
  ]);
});

describe("what a superfluous stack still has", () => {
  const of = (type: string, name: string) => ({ urn: `urn:pulumi:s::p::${type}::${name}`, type });
  const itself = [of("pulumi:pulumi:Stack", "p-s"), of("pulumi:providers:pulumi-nodejs", "default")];
  const mail1 = of("sasl:index:SaslMailHost", "mail1");
  const part = {
    urn: "urn:pulumi:s::p::sasl:index:SaslMailHost$pulumi-nodejs:dynamic/sasl:SaslPackage::mail1-packages",
    type: "pulumi-nodejs:dynamic/sasl:SaslPackage",
  };
  const record = of("aws:route53/record:Record", "mx");

  test.each([
    ["nothing, where only the stack itself and its provider are left", itself, { hosts: [], others: [] }],
    ["a host, named without its parts", [...itself, mail1, part, record], { hosts: ["mail1"], others: [] }],
    ["a resource of somebody else", [...itself, record], { hosts: [], others: ["mx"] }],
    ["a part of a host whose component is gone", [...itself, part], { hosts: [], others: ["mail1-packages"] }],
  ])("is %s", (_what, resources, remains) => {
    expect(remainsIn({ deployment: { resources } })).toEqual(remains);
  });
});
