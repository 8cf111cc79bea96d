// Pulumi's own release, where its download site is reachable: from the npm package `pulumi`, else
// from the SDK's installer.
import { createRequire } from "node:module";
import { join } from "node:path";
import { execa } from "execa";
import { note, timed } from "../progress.ts";
import { engineFolder, fill, holds } from "./cache.ts";
import type { EngineSource } from "./source.ts";
import { cliVersion } from "./versions.ts";

const site = "https://get.pulumi.com";
const origin = "installer";
const programs = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
const { resolve } = createRequire(import.meta.url);

export function officialRelease(folder = engineFolder): EngineSource {
  return {
    name: "Pulumi's release",
    ready: async () =>
      holds(folder, origin, programs) ? { folders: [folder], version: cliVersion, origin } : undefined,
    make: async () => {
      await requireSite();
      await fill(folder, origin, install);
    },
  };
}

/**
 * Sends a HEAD request for the file that would be fetched, because a firewall that drops packets
 * would otherwise cost minutes.
 */
async function requireSite(): Promise<void> {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const url = `${site}/releases/sdk/pulumi-v${cliVersion}-${process.platform}-${arch}.tar.gz`;
  const { ok, status } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5_000) }).catch(() => {
    throw new Error(`${site} cannot be reached`);
  });
  if (!ok) throw new Error(`${url} answers ${status}`);
}

async function install(work: string): Promise<string> {
  try {
    await timed(`installing pulumi ${cliVersion} with the npm package pulumi`, () => byNpmPackage(work));
    return join(work, "versions", cliVersion, "bin");
  } catch (error) {
    note(`the npm package pulumi: ${(error as Error).message}`);
    await timed(`installing pulumi ${cliVersion} with Pulumi's installer`, () => byInstaller(work));
    return join(work, "bin");
  }
}

/** The npm package fetches the CLI at its first run, into PULUMI_HOME. */
async function byNpmPackage(work: string): Promise<void> {
  const env = { PULUMI_VERSION: cliVersion, PULUMI_HOME: work, PULUMI_SKIP_UPDATE_CHECK: "1" };
  const { stdout } = await execa(process.execPath, [resolve("pulumi/run.js"), "version"], { env });
  if (!stdout.includes(cliVersion)) throw new Error(`it has brought version ${stdout}`);
}

/** The Automation API is loaded only here: it takes most of a second, and few runs need it. */
async function byInstaller(root: string): Promise<void> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  // The SDK requires an object of its own copy of semver.
  const ofSdk = createRequire(resolve("@pulumi/pulumi/package.json"));
  const { SemVer } = ofSdk("semver") as typeof import("semver");
  await PulumiCommand.install({ version: new SemVer(cliVersion), root });
}
