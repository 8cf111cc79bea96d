// Writes down what a real host of the lab answers to a run with nothing to do, and the state of a stack that has it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireLab } from "../../lab/hosts/requirements.ts";
import { ours } from "../contenders/pulumi.ts";
import { makeHosts } from "../hosts.ts";
import { measure } from "../measure.ts";
import { startFakes, type UserKey } from "./fakes.ts";
import { exported, imported, type Recording } from "./recording.ts";
import { copyOf, multiplied } from "./state.ts";

/** A first `up` of a host as it was made, then one that has nothing to do against a fake that asks that host. */
export async function record(folder: string, userKey: UserKey): Promise<Recording> {
  await requireLab();
  await using hosts = await makeHosts("bench-fleet", folder, { debian: 13, count: 1, python: false, roundTrip: 0 });
  const real = await ours.prepare(join(folder, "real"), hosts.targets, 13);
  await measure(real.apply);
  const [{ name } = { name: "" }] = hosts.targets;
  const recording = { name, state: await exported(real), answersFile: join(folder, "answers.json") };
  writeFileSync(recording.answersFile, "{}");
  await using fakes = await startFakes(folder, 1, recording.answersFile, userKey, { labHost: name });
  const job = await ours.prepare(join(folder, "fake"), fakes.targets, 13);
  await imported(job, multiplied(recording.state, name, fakes.targets.map(copyOf)));
  await measure(job.apply);
  return recording;
}
