// What is measured, made ready for so many hosts: a stack whose state says that all of them are as wanted.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Job, Target } from "../contender.ts";
import { bare, ours } from "../contenders/pulumi.ts";
import { measure } from "../measure.ts";
import type { Fakes } from "./fakes.ts";
import { exported, imported, type Recording } from "./recording.ts";
import { copyOf, multiplied } from "./state.ts";

export interface Fleet {
  readonly job: Job;
  /** Of the stack, as the file backend keeps it. */
  readonly stateFile: string;
}

/** This project on hosts that answer as the recorded one. */
export async function ourFleet(folder: string, { name, state }: Recording, { targets }: Fakes): Promise<Fleet> {
  const job = await ours.prepare(folder, targets, 13);
  await imported(job, multiplied(state, name, targets.map(copyOf)));
  const apply = { ...job.apply, env: { ...job.apply.env, HOME: folder } };
  return { job: { ...job, apply }, stateFile: stateFileOf(folder, "sasl-mail-host") };
}

/** The bare engine with as many resources. */
export async function bareFleet(folder: string, count: number): Promise<Fleet> {
  const nobody = Array.from({ length: count }, () => ({}) as Target);
  const first = join(folder, "first");
  mkdirSync(first);
  const one = await bare.prepare(first, nobody.slice(0, 1), 13);
  await measure(one.apply);
  const state = JSON.parse(await exported(one)) as { deployment: { resources: { urn: string }[] } };
  const { deployment } = state;
  const perHost = deployment.resources.filter(({ urn }) => urn.includes("::resource-")).length;
  deployment.resources = deployment.resources.filter(({ urn }) => !/::resource-[2-9]$/.test(urn));
  const all = Array.from({ length: count * perHost }, (_, index) => ({
    name: `resource-${index + 1}`,
    changes: { number: index + 1 },
  }));
  const job = await bare.prepare(folder, nobody, 13);
  await imported(job, multiplied(JSON.stringify(state), "resource-1", all));
  return { job, stateFile: stateFileOf(folder, "bare") };
}

function stateFileOf(folder: string, project: string): string {
  return join(folder, "state", ".pulumi", "stacks", project, "bench.json");
}
