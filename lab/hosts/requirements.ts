// What this machine must have to boot hosts, and the plain reason when it has not.
import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { timed } from "../../cli/progress.ts";
import { cacheRoot } from "../paths.ts";
import { missingCapabilities } from "./capabilities.ts";
import { cgroupRoots } from "./cgroups.ts";
import { command, dockerLine, type Obstacle, told } from "./obstacle.ts";
import { rootObstacle } from "./sudo.ts";

/** This machine cannot boot hosts; the message says why and what to do. */
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
export async function findObstacle(): Promise<Obstacle | undefined> {
  if (process.platform !== "linux")
    return {
      what: "hosts are systemd-nspawn containers and need Linux",
      next: "a machine or a virtual machine with Linux",
    };
  if (process.getuid?.() !== 0) return rootObstacle() ?? { what: "hosts need root", next: `sudo ${command}` };
  const lacking = missingCapabilities();
  if (lacking.length > 0)
    return { what: `root lacks CAP_${lacking.join(" and CAP_")} here`, next: dockerLine(lacking) };
  return cgroupObstacle() ?? packageObstacle() ?? (await kernelObstacle());
}

/** Throws LabUnavailable, or leaves the machine with everything the lab needs. */
export async function requireLab(): Promise<void> {
  const obstacle = await findObstacle();
  if (obstacle) throw new LabUnavailable(`no host can be booted here: ${told(obstacle)}`);
  const missing = missingPackages();
  if (missing.length > 0) await timed(`installing ${missing.join(", ")}`, () => installPackages(missing));
}

export function missingPackages(): string[] {
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

function cgroupObstacle(): Obstacle | undefined {
  const roots = cgroupRoots();
  const next = dockerLine();
  if (roots.length === 0) return { what: "there are no control groups for systemd under /sys/fs/cgroup", next };
  for (const root of roots) {
    try {
      accessSync(root, constants.W_OK);
    } catch {
      return { what: `the control groups under ${root} cannot be written`, next };
    }
  }
  return undefined;
}

function packageObstacle(): Obstacle | undefined {
  const missing = missingPackages();
  if (missing.length === 0 || existsSync("/usr/bin/apt-get")) return undefined;
  return { what: "programs are missing, and there is no apt-get", next: `install ${missing.join(", ")}` };
}

const notMounted = 42;

/** Tries what a host needs of the kernel, in name spaces of its own: a network, and an overlay on the folder the hosts are kept in. */
async function kernelObstacle(): Promise<Obstacle | undefined> {
  await mkdir(cacheRoot, { recursive: true });
  const folder = await mkdtemp(join(cacheRoot, "probe-"));
  try {
    const script = `cd "$1" && mkdir lower upper work root && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root || exit ${notMounted}`;
    const tried = await execa("unshare", ["--mount", "--net", "sh", "-c", script, "sh", folder], { reject: false });
    if (!tried.failed) return undefined;
    if (tried.exitCode !== notMounted)
      return { what: `the kernel gives no name spaces for mounts and network: ${tried.stderr}`, next: dockerLine() };
    return {
      what: `the file system of ${cacheRoot} takes no overlay, as a container's own files do not`,
      next: `SASL_LAB_CACHE=/a/folder/on/ext4/or/xfs ${command}; ${dockerLine()}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
