// Pulumi's own installer, where its download site can be reached.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { step } from "../progress.ts";
import { cliVersion } from "./versions.ts";

const site = "https://get.pulumi.com";

/** Installs the CLI with all its bundled plugins as `home`. Returns false where the site cannot be reached or the installer fails. */
export async function installEngine(home: string): Promise<boolean> {
  if (!(await reachable())) {
    process.stderr.write(`lab: ${site} cannot be reached: not installing from there\n`);
    return false;
  }
  const root = `${home}.unfinished`;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  try {
    await step(`installing pulumi ${cliVersion} with Pulumi's installer`, () => runInstaller(root));
    await writeFile(join(root, "bin", "origin"), "installer\n");
    await rename(join(root, "bin"), home);
    return true;
  } catch (error) {
    process.stderr.write(`lab: the installer failed, building instead: ${(error as Error).message}\n`);
    return false;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Asks for the head of the very file that the installer would fetch; a firewall that drops packets must not cost minutes. */
async function reachable(): Promise<boolean> {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const url = `${site}/releases/sdk/pulumi-v${cliVersion}-${process.platform}-${arch}.tar.gz`;
  try {
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}

/** The Automation API is loaded here only: it takes most of a second, and few runs come here. */
async function runInstaller(root: string): Promise<void> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  // The SDK wants an object of its own copy of semver.
  const ofSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  const { SemVer } = ofSdk("semver") as typeof import("semver");
  await PulumiCommand.install({ version: new SemVer(cliVersion), root });
}
