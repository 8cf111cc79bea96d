// What came out of each row, kept beside the hosts of the lab until it is written into
// docs/faults.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../../lab/paths.ts";
import type { Outcome } from "./fault.ts";

export const resultsFolder = join(cacheRoot, "faults");

const fileOf = (id: string, debian: number) => join(resultsFolder, `${debian}-${id}.json`);

export function keepOutcome(outcome: Outcome): void {
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(fileOf(outcome.id, outcome.debian), `${JSON.stringify(outcome, undefined, 1)}\n`);
}

export function hasOutcome(id: string, debian: number): boolean {
  return existsSync(fileOf(id, debian));
}

export function readOutcomes(): Outcome[] {
  if (!existsSync(resultsFolder)) return [];
  const files = readdirSync(resultsFolder).filter((name) => name.endsWith(".json"));
  return files.map((name) => JSON.parse(readFileSync(join(resultsFolder, name), "utf8")) as Outcome);
}
