// What this machine must have to boot hosts, and the plain reason when it has not.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { step } from "../../cli/progress.ts";
import { cacheRoot } from "../paths.ts";
import { cgroupRoots } from "./cgroups.ts";

/** This machine cannot boot hosts; the message says why and, where there is one, the way out. */
export class LabUnavailable extends Error {
  override name = "LabUnavailable";
}

/** A program that the lab or a test calls, and the Debian package that brings it. */
const programs: Record<string, string> = {
  "systemd-nspawn": "systemd-container",
  mmdebstrap: "mmdebstrap",
  "apt-ftparchive": "apt-utils",
  ip: "iproute2",
  "ssh-keygen": "openssh-client",
  busybox: "busybox",
};
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Why no host can be booted here, or nothing when one can. Installs nothing. */
export async function canBootHosts(): Promise<string | undefined> {
  if (process.platform !== "linux") return "hosts are systemd-nspawn containers and need Linux";
  if (process.getuid?.() !== 0) return "hosts need root: run it as root or with sudo";
  if (cgroupRoots().length === 0) return "no control groups for systemd under /sys/fs/cgroup";
  const missing = missingPackages();
  if (missing.length > 0 && !existsSync("/usr/bin/apt-get")) {
    return `missing programs, and no apt-get to install them: ${missing.join(", ")}`;
  }
  return overlayProblem();
}

/** Throws LabUnavailable, or leaves the machine with everything the lab needs. */
export async function requireLab(): Promise<void> {
  const reason = await canBootHosts();
  if (reason) throw new LabUnavailable(`Cannot boot hosts: ${reason}`);
  const missing = missingPackages();
  if (missing.length > 0) await step(`installing ${missing.join(", ")}`, () => installPackages(missing));
}

function missingPackages(): string[] {
  const folders = (process.env.PATH ?? "").split(":").concat("/usr/sbin", "/sbin");
  const packages = Object.entries(programs)
    .filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))))
    .map(([, name]) => name);
  return existsSync(keyring) ? packages : [...packages, "debian-archive-keyring"];
}

/** Debian packages of this machine. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  await execa("apt-get", [...wait, "update", "--quiet"], { env });
  await execa("apt-get", [...wait, "install", "--yes", "--quiet", "--no-install-recommends", ...packages], { env });
}

/** Tries what a host needs of the kernel, in name spaces of its own: a network, and an overlay on the folder the hosts are kept in. */
async function overlayProblem(): Promise<string | undefined> {
  await mkdir(cacheRoot, { recursive: true });
  const folder = await mkdtemp(join(cacheRoot, "probe-"));
  try {
    const script = `cd "$1" && mkdir lower upper work root && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root`;
    const tried = await execa("unshare", ["--mount", "--net", "sh", "-c", script, "sh", folder], { reject: false });
    if (!tried.failed) return undefined;
    return `no network name space or no overlay on ${cacheRoot} (another folder: SASL_LAB_CACHE): ${tried.stderr}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
