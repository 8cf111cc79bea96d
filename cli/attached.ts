// Runs a program that takes over the terminal, and passes signals on exactly once.
import { spawn } from "node:child_process";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Pulumi ends gently on the first signal and at once on the second, which leaves a half-done update. So it must not get one Ctrl-C twice:
 * a terminal sends SIGINT to all its processes, and `npm run` sends it to us again. Without a terminal the program gets a process group
 * of its own, and what reaches us is passed on, copies within a second left out.
 */
export function runAttached(program: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const terminal = Boolean(process.stdin.isTTY);
  const child = spawn(program, args, { ...options, stdio: "inherit", detached: !terminal });
  let passedOn = 0;
  const passOn = (signal: NodeJS.Signals): void => {
    if (terminal && signal === "SIGINT") return;
    if (passedOn > 0 && performance.now() - passedOn < 1000) return;
    passedOn = performance.now();
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, passOn);
  return new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}
