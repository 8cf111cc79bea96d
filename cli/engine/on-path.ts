// A Pulumi that the user installed, which is always preferred.
import { realpathSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { execa } from "execa";
import { cacheRoot } from "../paths.ts";
import { note } from "../progress.ts";
import { isProgram } from "./cache.ts";
import type { EngineSource } from "./source.ts";
import { atLeast, cliVersion } from "./versions.ts";

export const onPath: EngineSource = {
  name: "PATH",
  async ready() {
    const program = findOnPath("pulumi");
    if (program === undefined) return undefined;
    const version = await versionOf(program);
    if (version === undefined || !atLeast(version, cliVersion)) {
      note(`${program} is ${version ?? "of unknown version"}, ${cliVersion} is needed: not used`);
      return undefined;
    }
    // Package managers link only the CLI into a bin folder; its plugins are then next to the link's
    // target.
    const beside = join(dirname(realpathSync(program)), "pulumi-language-nodejs");
    if (!isProgram(beside) && findOnPath("pulumi-language-nodejs") === undefined) {
      note(`${program} has no pulumi-language-nodejs: not used`);
      return undefined;
    }
    return { folders: [dirname(program)], version, origin: "PATH" };
  },
};

/**
 * The first program of that name on PATH, without our own cache, which comes first in a nested run.
 */
export function findOnPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.startsWith(cacheRoot + sep))
    .map((folder) => join(folder, name))
    .find((path) => isProgram(path) && !isNpmPackage(path));
}

/**
 * The npm package `pulumi` is not an engine: it fetches one at its first run. npm, Yarn and Bun
 * link its script, pnpm writes a shell script that starts it.
 */
function isNpmPackage(path: string): boolean {
  return (
    dirname(path).endsWith(join("node_modules", ".bin")) ||
    realpathSync(path).endsWith(join("node_modules", "pulumi", "run.js"))
  );
}

async function versionOf(pulumi: string): Promise<string | undefined> {
  const { stdout } = await execa(pulumi, ["version"], { reject: false, env: { PULUMI_SKIP_UPDATE_CHECK: "1" } });
  return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout ?? "")?.[1];
}
