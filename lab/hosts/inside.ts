// Runs commands in a host by another way than SSH: from this machine into the name spaces of the host's init. Tests
// use it to look at a host without the product, and to break things by hand.
import { execa } from "execa";
import { findInit } from "./processes.ts";
import type { LabHost } from "./record.ts";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface InsideResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface InsideOptions {
  /** Given to the command as its standard input; without it the input is empty. */
  input?: string | Uint8Array;
  /** Milliseconds; after that the command is killed and an error thrown. */
  timeout?: number;
}

/** Runs a command as root in the host. A failing command is a result, not an error; output is kept byte for byte. */
export async function inside(
  host: Pick<LabHost, "name">,
  command: readonly string[],
  options: InsideOptions = {},
): Promise<InsideResult> {
  const [program, ...args] = enterCommand(host.name, command);
  const result = await execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    timeout: options.timeout ?? 300_000,
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
  });
  if (result.exitCode === undefined) throw new Error(`In host ${host.name}: ${result.shortMessage}`);
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
}

/** Writes a file in the host; its owner and mode stay, a new one belongs to root with mode 0644. */
export async function writeInside(
  host: Pick<LabHost, "name">,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  const { exitCode, stderr } = await inside(host, ["sh", "-c", 'cat > "$1"', "sh", file], { input: content });
  if (exitCode !== 0) throw new Error(`Could not write ${file} in host ${host.name}: ${stderr}`);
}

/** Gives this terminal to a command in the host; resolves with its exit code. */
export async function insideInteractive(host: Pick<LabHost, "name">, command: readonly string[]): Promise<number> {
  const [program, ...args] = enterCommand(host.name, command);
  const result = await execa(program, args, { reject: false, stdio: "inherit" });
  return result.exitCode ?? 1;
}

/** The command line, on this machine, that runs `command` in the host with a clean environment. */
export function enterCommand(name: string, command: readonly string[]): [string, ...string[]] {
  const init = findInit(name);
  if (init === undefined) throw new Error(`Host ${name} is not running; start it with: npm run lab -- start ${name}`);
  const spaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"];
  const environment = [`PATH=${path}`, "HOME=/root", "LANG=C.UTF-8", `TERM=${process.env.TERM ?? "dumb"}`];
  return ["nsenter", `--target=${init}`, ...spaces, "--", "/usr/bin/env", "-i", ...environment, ...command];
}
