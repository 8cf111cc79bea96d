// The engine that the lab builds from its Go module, with a stand-in for the language host: for machines that reach package registries only.
import { engineFolder, holds } from "../../cli/engine/cache.ts";
import type { EngineSource } from "../../cli/engine/source.ts";
import { cliVersion } from "../../cli/engine/versions.ts";
import { projectRoot } from "../../cli/paths.ts";
import { addCompanions } from "./companions.ts";

const origin = "built";

/** package.json names this module to the commands of cli/. */
const built: EngineSource = {
  name: "a build from its Go module",
  async ready() {
    if (!holds(engineFolder, origin, ["pulumi"])) return undefined;
    // The stand-in belongs to this checkout, the binary does not: refresh it each time, so that a change in it is never missed.
    await addCompanions(engineFolder);
    return { folders: [engineFolder], version: cliVersion, origin, environment };
  },
  // most runs find it ready and never load the builder
  make: async () => (await import("./build.ts")).buildEngine(engineFolder, origin),
};

const environment: NodeJS.ProcessEnv = {
  SASL_LAB_NODE: process.execPath,
  SASL_LAB_PROJECT: projectRoot,
  // A machine that had to build the engine cannot download plugins either: no waiting for that.
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
};

export default built;
