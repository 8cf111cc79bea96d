// The report of a whole fleet: that of `npm run report`, over the states of all shards.
import { writeFileSync } from "node:fs";
import { reportFrom } from "../report/collect.ts";
import type { Report } from "../report/content.ts";
import { asHtml } from "../report/html.ts";
import { asMarkdown } from "../report/markdown.ts";
import type { Checkpoint } from "../status-in-state.ts";
import type { Shard } from "./assignment.ts";
import type { FleetHost } from "./inventory.ts";
import type { Plan } from "./plan.ts";
import { schedule } from "./schedule.ts";
import type { ShardResult } from "./shard-run.ts";

export interface Reports {
  readonly html?: string;
  readonly markdown?: string | true;
}

/** The states of the shards, with their secrets encrypted; one that is not made yet is empty. */
export async function statesOf(plan: Plan, atOnce: number): Promise<Map<string, Checkpoint>> {
  const states = new Map<string, Checkpoint>();
  const rules = { atOnce, canary: false, maxFailures: 1, stop: new AbortController().signal };
  await schedule(plan.shards, rules, async ({ stack }) => {
    const text = (await plan.engine.state(stack)) ?? '{"deployment":{}}';
    states.set(stack, JSON.parse(text) as Checkpoint);
    return 0;
  });
  return states;
}

export async function writeReports(
  { html, markdown }: Reports,
  plan: Plan,
  states: ReadonlyMap<string, Checkpoint>,
  seen: ReadonlyMap<string, ShardResult> = new Map(),
): Promise<void> {
  if (html === undefined && markdown === undefined) return;
  const madeAt = new Date();
  const parts = plan.shards.map((shard) => partOf(shard, madeAt, states.get(shard.stack), seen.get(shard.stack)));
  const report: Report = {
    stack: plan.base,
    madeAt,
    looked: parts.length > 0 && parts.every(({ looked }) => looked),
    hosts: parts.flatMap(({ hosts }) => hosts),
  };
  if (html !== undefined) writeFileSync(html, await asHtml(report));
  if (typeof markdown === "string") writeFileSync(markdown, asMarkdown(report));
  else if (markdown) process.stdout.write(asMarkdown(report));
}

/** Of a run that was more than a look the state is the result, but for what has failed, which no state has. */
function partOf(
  { stack, hosts }: Shard<FleetHost>,
  madeAt: Date,
  checkpoint: Checkpoint = { deployment: {} },
  result?: ShardResult,
): Report {
  const report = reportFrom({ stack, madeAt, hosts, checkpoint, look: result?.look });
  const failed = new Map(result?.hosts.flatMap(({ host, why, result }) => (result === "failed" ? [[host, why]] : [])));
  return {
    ...report,
    hosts: report.hosts.map((host) => {
      const why = failed.get(host.name);
      if (why === undefined || host.status.now !== undefined) return host;
      const now = { reached: false, changes: [], resourcesToChange: 0, failed: why };
      return { ...host, status: { ...host.status, now } };
    }),
  };
}
