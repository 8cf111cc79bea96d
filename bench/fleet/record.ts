// Writes down what a real host of the lab answers to a run with nothing to do, and the state of a stack that has it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireLab } from "../../lab/hosts/requirements.ts";
import { ours } from "../contenders/pulumi.ts";
import { makeHosts } from "../hosts.ts";
import { measure } from "../measure.ts";
import { startFakes } from "./fakes.ts";
import { ourFleet } from "./jobs.ts";
import { exported, type Recording } from "./recording.ts";

/** A first `up` of a host as it was made, then one that has nothing to do against a fake that asks that host. */
export async function record(folder: string, prefix = "bench-fleet"): Promise<Recording> {
  await requireLab();
  await using hosts = await makeHosts(prefix, folder, { debian: 13, count: 1, python: false, roundTrip: 0 });
  const real = await ours.prepare(join(folder, "real"), hosts.targets, 13);
  await measure(real.apply);
  const [{ name } = { name: "" }] = hosts.targets;
  const recording = { name, state: await exported(real), answersFile: join(folder, "answers.json") };
  writeFileSync(recording.answersFile, "{}");
  const place = join(folder, "fake");
  mkdirSync(place);
  await using fakes = await startFakes(place, 1, recording.answersFile, { labHost: name });
  await measure((await ourFleet(place, recording, fakes)).job.apply);
  return recording;
}
