// When a host can be used: sshd greets, systemd has finished the boot, and logins are allowed.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { inside } from "./inside.ts";
import { findInit, findSupervisor } from "./processes.ts";
import type { LabHost } from "./record.ts";

const deadlineSeconds = 60;
const pause = 50;

/** Waits for a host whose supervisor was started. The error shows the end of the console's log. */
export async function waitUntilReady(host: LabHost, abort?: AbortSignal): Promise<void> {
  const deadline = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    abort?.throwIfAborted();
    const missing = await whatIsMissing(host);
    if (missing === undefined) return;
    if (findSupervisor(host.name) === undefined) throw await bootError(host, "it ended while it booted");
    if (performance.now() > deadline) throw await bootError(host, `${missing} after ${deadlineSeconds} s`);
    await sleep(pause);
  }
}

async function whatIsMissing(host: LabHost): Promise<string | undefined> {
  if (findInit(host.name) === undefined) return "no init";
  if (!(await greets(host.address))) return "sshd does not greet";
  const { stdout } = await inside(host, ["systemctl", "is-system-running"]);
  const state = stdout.trim();
  if (state !== "running" && state !== "degraded") return `systemd is "${state}"`;
  const { exitCode } = await inside(host, ["sh", "-c", "test -e /run/nologin || test -e /etc/nologin"]);
  return exitCode === 0 ? "logins are not allowed (nologin)" : undefined;
}

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(22, address);
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(1000, () => answer(false));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
    socket.once("data", (data) => answer(data.toString().startsWith("SSH-2.0-")));
  });
}

async function bootError(host: LabHost, reason: string): Promise<Error> {
  const log = existsSync(host.consoleLog) ? await readFile(host.consoleLog, "utf8") : "";
  const end = log.trimEnd().split(/\r?\n/).slice(-20).join("\n");
  return new Error(`Host ${host.name} is not ready: ${reason}${tooMany(end)}. The end of its console:\n${end}`);
}

/** Each systemd holds some of the kernel's inotify instances, and stock kernels give a user 128: enough for some 25 hosts at one time. */
function tooMany(console: string): string {
  return console.includes("inotify object: Too many open files")
    ? " (too many hosts at one time: `sysctl fs.inotify.max_user_instances=1024` gives them room)"
    : "";
}
