// Further ways to get an engine, which the project configures and these commands do not know.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../paths.ts";
import type { EngineSource } from "./source.ts";

/**
 * The module that `config.engineSource` of package.json names; its default export is a source
 * (docs/decisions/0019).
 */
export async function furtherSources(project = projectRoot): Promise<EngineSource[]> {
  const { config } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    config?: { engineSource?: string };
  };
  const file = config?.engineSource === undefined ? undefined : join(project, config.engineSource);
  if (file === undefined || !existsSync(file)) return [];
  const { default: source } = (await import(pathToFileURL(file).href)) as { default: EngineSource };
  return [source];
}
