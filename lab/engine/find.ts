// Looks for programs on PATH: a Pulumi that the user installed is always preferred.
import { accessSync, constants } from "node:fs";
import { realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { cacheRoot } from "../paths.ts";
import { atLeast, cliVersion } from "./versions.ts";

/** The user's own CLI with its language host, if it is new enough. */
export async function engineOnPath(): Promise<{ folders: string[]; version: string } | undefined> {
  const program = findOnPath("pulumi");
  if (!program) return undefined;
  const version = await versionOf(program);
  if (!version || !atLeast(version, cliVersion)) {
    process.stderr.write(`lab: ${program} is ${version ?? "of unknown version"}, ${cliVersion} is needed: not used\n`);
    return undefined;
  }
  // Package managers link the CLI alone into a bin folder; its plugins then lie next to the link's target.
  const beside = join(dirname(await realpath(program)), "pulumi-language-nodejs");
  if (!isProgram(beside) && !findOnPath("pulumi-language-nodejs")) {
    process.stderr.write(`lab: ${program} has no pulumi-language-nodejs: not used\n`);
    return undefined;
  }
  return { folders: [dirname(program)], version };
}

/** The first program of that name on PATH, our own cache left out: in a nested run that cache stands first. */
export function findOnPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.startsWith(cacheRoot))
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function versionOf(pulumi: string): Promise<string | undefined> {
  const { stdout } = await execa(pulumi, ["version"], { reject: false, env: { PULUMI_SKIP_UPDATE_CHECK: "1" } });
  return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout ?? "")?.[1];
}
