// Where the compile cache of the provider process lands, and what the commands download.
import { rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../cli/paths.ts";
import { userCacheFolder } from "../../../providers/engine/cache-folder.ts";

// starting the programs under a machine that has other work, too
jest.setTimeout(60_000);

test.each([
  ["an absolute path", "/var/cache/me", "/var/cache/me"],
  ["nothing", undefined, join(homedir(), ".cache")],
  ["an empty text", "", join(homedir(), ".cache")],
  ["a relative path", "cache", join(homedir(), ".cache")],
  ["a tilde, which no shell has opened", "~/.cache", join(homedir(), ".cache")],
])("XDG_CACHE_HOME with %s", (_what, given, expected) => {
  expect(userCacheFolder(given === undefined ? {} : { XDG_CACHE_HOME: given })).toBe(expected);
});

/** The folder that the shell makes, and the one that the programs behind it use. */
async function folders(environment: Record<string, string>): Promise<string[]> {
  const script = join(projectRoot, "cli/bootstrap.sh");
  const paths = JSON.stringify(join(projectRoot, "cli/paths.ts"));
  const shown = `const { cacheRoot } = await import(${paths}); console.log(cacheRoot); console.log(process.env.NODE_COMPILE_CACHE)`;
  const env = { ...process.env, SASL_LAB_CACHE: "", ...environment };
  const { stdout } = await execa("sh", [script, "--eval", shown], { env, extendEnv: false });
  return stdout.split("\n");
}

test.each(["", "cache", "./x"])("the shell and the programs agree on a cache where it is %j", async (given) => {
  const expected = join(homedir(), ".cache/sasl-mail-host-lab");

  expect(await folders({ XDG_CACHE_HOME: given })).toEqual([expected, join(expected, "compile")]);
});

test("SASL_LAB_CACHE is taken as it is, and must be absolute", async () => {
  const folder = join(tmpdir(), `sasl-mail-host-cache-${process.pid}`);

  try {
    expect(await folders({ SASL_LAB_CACHE: folder })).toEqual([folder, join(folder, "compile")]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await expect(folders({ SASL_LAB_CACHE: "cache" })).rejects.toThrow(/SASL_LAB_CACHE must be an absolute path/);
});
