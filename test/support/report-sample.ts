// Reports for tests and pictures: a host with three hand edits, as the engine has seen it, and a stack with two more beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reportFrom } from "../../cli/report/collect.ts";
import type { Report, ReportedHost } from "../../cli/report/content.ts";
import type { Checkpoint } from "../../cli/status-in-state.ts";
import { statusNow } from "../../cli/status-now.ts";
import { projectRoot } from "../../lab/paths.ts";

const kept = (file: string) => readFileSync(join(projectRoot, "test/unit/fixtures/drift", file), "utf8");

/** The state after an `up`; secrets in it are as Pulumi stores them. */
export const checkpoint = JSON.parse(kept("state.json")) as Checkpoint;

/** What a preview then reported: the socket directory was opened, saslauthd stopped, and the entry smtps of master.cf edited. */
export const events = kept("events.jsonl");

export const madeAt = new Date("2026-12-01T05:17:00Z");

/** The stack with its one host; `more` are further lines of the engine's log. */
export function reportOf(more: readonly object[] = []): Report {
  const hosts = [{ name: "mail1", connection: { host: "192.0.2.1" } }];
  const log = [events.trimEnd(), ...more.map((event) => JSON.stringify(event))].join("\n");
  return reportFrom({ stack: "production", madeAt, hosts, checkpoint, look: { log, status: statusNow(log, hosts) } });
}

/** One host that is as wanted, one with the hand edits, and one that does not answer. */
export function fleetReport(): Report {
  const report = reportOf();
  const [edited] = report.hosts as [ReportedHost];
  const { failed: _none, ...now } = { failed: undefined, reached: true, changes: [], resourcesToChange: 0 };
  const all = (verdict: "as wanted" | "not looked at") =>
    edited.steps.map((step) => ({ ...step, verdict, differences: [] }));
  const right: ReportedHost = { ...edited, name: "mail1", status: { ...edited.status, now }, steps: all("as wanted") };
  const silent: ReportedHost = {
    ...edited,
    name: "mail3",
    status: {
      ...edited.status,
      address: "192.0.2.3",
      certificateExpires: "2026-12-10T00:00:00.000Z",
      now: { ...now, reached: false, failed: "connect ECONNREFUSED 192.0.2.3:22 – check address, port and network" },
    },
    steps: all("not looked at"),
  };
  const second = { ...edited, name: "mail2", status: { ...edited.status, address: "192.0.2.2" } };
  return { ...report, hosts: [right, second, silent] };
}
