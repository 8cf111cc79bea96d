// What was written down of a real host, and the state of a stack going in and out as text. Secrets are in it in plain text: a stack has a
// key of its own, and these passwords are made up.
import { execa } from "execa";
import type { Job } from "../contender.ts";

export interface Recording {
  /** Of the host. */
  readonly name: string;
  readonly state: string;
  readonly answersFile: string;
}

export async function exported({ apply: { cwd, env = process.env } }: Job): Promise<string> {
  const words = ["stack", "export", "--show-secrets", "--stack", "bench"];
  return (await execa("pulumi", words, { cwd, env, extendEnv: false })).stdout;
}

export async function imported({ apply: { cwd, env = process.env } }: Job, state: string): Promise<void> {
  await execa("pulumi", ["stack", "import", "--stack", "bench"], { cwd, env, extendEnv: false, input: state });
}
