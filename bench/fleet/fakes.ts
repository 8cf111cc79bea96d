// The process with the SSH hosts that do not exist, and where each of them is reached.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Target } from "../contender.ts";

export interface Fakes extends AsyncDisposable {
  readonly pid: number;
  readonly targets: readonly Target[];
}

/** The key that lets the operator in. */
export interface UserKey {
  readonly file: string;
  readonly publicLine: string;
}

/** What the hosts answer stands in `answersFile`; with `labHost` what does not is asked there. With `mute` the last host never says a word. */
export async function startFakes(
  folder: string,
  count: number,
  answersFile: string,
  userKey: UserKey,
  { labHost, mute = false }: { labHost?: string; mute?: boolean } = {},
): Promise<Fakes> {
  const words = [`${count}`, answersFile, userKey.publicLine, ...(labHost === undefined ? [] : [labHost])];
  const child = spawn(process.execPath, [join(import.meta.dirname, "servers.ts"), ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { ports, hostKey } = JSON.parse(line) as { ports: number[]; hostKey: string };
  const knownHostsFile = join(folder, "known_hosts");
  writeFileSync(knownHostsFile, ports.map((port) => `[127.0.0.1]:${port} ${hostKey}\n`).join(""));
  const reached = mute ? ports.slice(1) : ports.slice(0, count);
  return {
    pid: child.pid ?? 0,
    targets: reached.map((port, index) => ({
      name: `h${String(index + 1).padStart(4, "0")}`,
      address: "127.0.0.1",
      port,
      privateKeyFile: userKey.file,
      knownHostsFile,
    })),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
