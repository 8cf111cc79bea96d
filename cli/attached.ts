// Runs a program that uses the terminal, and forwards each signal exactly once.
import { spawn } from "node:child_process";

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Pulumi stops cleanly on the first signal and immediately on the second, which leaves an
 * incomplete update. So it must not receive one Ctrl-C twice: a terminal sends SIGINT to all its
 * processes, and `npm run` sends it to this process again. Without a terminal the program gets a
 * process group of its own; signals are forwarded, and copies within a second are dropped.
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
