// One case on one release: all contenders made ready, then run in turn, so that a machine whose speed drifts is the same for all.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Debian } from "../lab/hosts/index.ts";
import type { Case } from "./cases.ts";
import type { Contender, Job, Target } from "./contender.ts";
import { type HostSet, makeHosts } from "./hosts.ts";
import { type Measured, measure, median } from "./measure.ts";

export interface Row {
  readonly case: string;
  readonly what: string;
  readonly debian: Debian;
  readonly contender: string;
  readonly runs: readonly Measured[];
  readonly wall: number;
  readonly cpu: number;
}

interface Ready {
  readonly contender: Contender;
  readonly job: Job;
  readonly hosts: HostSet | undefined;
}

export async function runCase(one: Case, debian: Debian, runs: number, folder: string): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const ready: Ready[] = [];
  for (const contender of one.contenders) {
    const place = join(folder, contender.name.replaceAll(" ", "-"));
    mkdirSync(place);
    const hosts = contender.withoutHosts
      ? undefined
      : stack.use(
          await makeHosts(`bench-${contender.name.toLowerCase().replaceAll(" ", "-")}`, place, {
            debian,
            count: one.hosts,
            python: contender.python ?? false,
            roundTrip: one.roundTrip,
          }),
        );
    const job = await contender.prepare(place, hosts?.targets ?? noTargets(one.hosts), debian);
    // also a warm-up: caches are full, and what is measured works
    await measure(job.apply);
    await hosts?.prove();
    const command = one.commandOf(job);
    if (!one.cold && command !== undefined) await measure(command);
    ready.push({ contender, job, hosts });
  }
  const measured = new Map<Contender, Measured[]>(ready.map(({ contender }) => [contender, []]));
  for (let run = 1; run <= runs; run += 1) {
    for (const { contender, job, hosts } of ready) {
      if (one.cold) {
        await job.forget?.();
        await hosts?.reset();
      }
      const command = one.commandOf(job);
      if (command === undefined) continue;
      const figures = await measure(command);
      if (one.cold) await hosts?.prove();
      measured.get(contender)?.push(figures);
      process.stderr.write(
        `bench: ${one.name} on Debian ${debian}, run ${run} of ${runs}: ${contender.name} ${figures.wall.toFixed(2)} s\n`,
      );
    }
  }
  return ready.map(({ contender }) => {
    const figures = measured.get(contender) ?? [];
    return {
      case: one.name,
      what: one.what,
      debian,
      contender: contender.name,
      runs: figures,
      wall: median(figures.map(({ wall }) => wall)),
      cpu: median(figures.map(({ cpu }) => cpu)),
    };
  });
}

function noTargets(count: number): Target[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `nobody-${index}`,
    address: "",
    port: 0,
    privateKeyFile: "",
    knownHostsFile: "",
  }));
}
