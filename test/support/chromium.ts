// A Chromium for tests: one that is installed, else Debian's, which root installs with apt.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { type Browser, chromium } from "playwright-core";
import { timed } from "../../cli/progress.ts";

const names = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome"];

/** The smallest package of Debian that has a whole Chromium without its window. */
const debianPackage = "chromium-headless-shell";

/** The reason where there is none. */
export type Chromium = { readonly browser: Browser } | { readonly missing: string };

export async function startChromium(): Promise<Chromium> {
  const executablePath = installed() ?? (await install());
  if (executablePath === undefined)
    return { missing: `no Chromium is installed here, and only root can do it: apt-get install ${debianPackage}` };
  // Its sandbox refuses to run as root.
  return { browser: await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 }) };
}

function installed(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

async function install(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  await timed(`installing ${debianPackage} (about 300 MB) with apt`, async () => {
    const options = { env: { DEBIAN_FRONTEND: "noninteractive" } };
    await execa("apt-get", ["-qq", "update"], options);
    const flags = ["-qq", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    await execa("apt-get", [...flags, "install", debianPackage, "fonts-dejavu-core"], options);
  });
  return installed();
}
