// The committed stack "staging", for a preview: the real engine and the real program, for hosts that nobody has.
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import type { Engine } from "../../cli/engine/source.ts";
import { beginStack } from "../engine/new-stack.ts";
import { projectRoot } from "../paths.ts";
import { type Pulumi, pulumiFor } from "./pulumi.ts";

export const example = "Pulumi.staging.yaml";

/** State and a copy of the stack's file stand in `folder`; nothing is written to the checkout. */
export async function exampleStack(engine: Engine, folder: string): Promise<Pulumi> {
  const name = "staging";
  const configFile = join(folder, example);
  const stateFolder = join(folder, "state");
  mkdirSync(stateFolder, { recursive: true });
  copyFileSync(join(projectRoot, example), configFile);
  // as the comment in the file says
  const environment = { ...engineEnvironment(engine, { stateFolder }), PULUMI_CONFIG_PASSPHRASE: "example" };
  await beginStack({ name, project: projectRoot, folder, env: environment });
  return pulumiFor({ project: projectRoot, environment, at: ["--stack", name, "--config-file", configFile] });
}
