// The process with the SSH hosts that do not exist, and where each of them is reached.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { generateKeyPair } from "../../test/support/key-pair.ts";
import type { Target } from "../contender.ts";

export interface Fakes extends AsyncDisposable {
  readonly pid: number;
  readonly targets: readonly Target[];
}

/**
 * What the hosts answer stands in `answersFile`; with `labHost` what does not is asked there. With `mute` the last host never says a word.
 * The operator's home is `folder`, with the key and the known hosts: a path for each host would be the larger part of a configuration that
 * reaches the program in one variable of its environment, in which Linux has room for 128 KiB.
 */
export async function startFakes(
  folder: string,
  count: number,
  answersFile: string,
  { labHost, mute = false }: { labHost?: string; mute?: boolean } = {},
): Promise<Fakes> {
  const userKey = generateKeyPair("ed25519");
  const words = [`${count}`, answersFile, userKey.public, ...(labHost === undefined ? [] : [labHost])];
  const child = spawn(process.execPath, [join(import.meta.dirname, "servers.ts"), ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { ports, hostKey } = JSON.parse(line) as { ports: number[]; hostKey: string };
  mkdirSync(join(folder, ".ssh"));
  writeFileSync(join(folder, ".ssh", "id"), userKey.private, { mode: 0o600 });
  const known = ports.map((port) => `[127.0.0.1]:${port} ${hostKey}\n`);
  writeFileSync(join(folder, ".ssh", "known_hosts"), known.join(""));
  const reached = mute ? ports.slice(1) : ports.slice(0, count);
  return {
    pid: child.pid ?? 0,
    targets: reached.map((port, index) => ({
      name: `h${String(index + 1).padStart(4, "0")}`,
      address: "127.0.0.1",
      port,
      privateKeyFile: "~/.ssh/id",
      knownHostsFile: "",
    })),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
