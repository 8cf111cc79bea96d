// The real ssh-agent, on a socket of its own.
import { join } from "node:path";
import { execa } from "execa";
import type { OperatorKey } from "./operator-key.ts";

export interface Agent {
  readonly socket: string;
  add(...keys: readonly Pick<OperatorKey, "file">[]): Promise<void>;
  remove(key: Pick<OperatorKey, "file">): Promise<void>;
  stop(): void;
}

export async function startAgent(folder: string): Promise<Agent> {
  const socket = join(folder, "agent.sock");
  // it goes to the background when it listens
  const { stdout } = await execa("ssh-agent", ["-s", "-a", socket]);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
  const env = { SSH_AUTH_SOCK: socket };
  return {
    socket,
    add: async (...keys) => {
      await execa("ssh-add", ["-q", ...keys.map(({ file }) => file)], { env });
    },
    remove: async ({ file }) => {
      await execa("ssh-add", ["-q", "-d", file], { env });
    },
    stop: () => void process.kill(pid),
  };
}
