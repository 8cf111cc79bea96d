// The host named "dev" is the one the committed stack "dev" points to: its key and known_hosts stand in the checkout,
// at a place that is the same on every machine.
import { chown, copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkoutState } from "../paths.ts";
import type { LabHost } from "./record.ts";

const devName = "dev";
const folder = join(checkoutState, "dev");

/** Copies what a login needs into this checkout. */
export async function publishDevHost(host: LabHost): Promise<void> {
  if (host.name !== devName) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await giveToCaller(checkoutState);
  await giveToCaller(folder);
  for (const [from, name] of [
    [host.privateKeyFile, "id_ed25519"],
    [host.knownHostsFile, "known_hosts"],
  ] as const) {
    await copyFile(from, join(folder, name));
    await giveToCaller(join(folder, name));
  }
}

/** Takes the copies away again. */
export async function withdrawDevHost(name: string): Promise<void> {
  if (name === devName) await rm(folder, { recursive: true, force: true });
}

/** Under sudo the files would belong to root, and the person who called could not use the key. */
async function giveToCaller(path: string): Promise<void> {
  const { SUDO_UID, SUDO_GID } = process.env;
  if (SUDO_UID && SUDO_GID) await chown(path, Number(SUDO_UID), Number(SUDO_GID));
}
