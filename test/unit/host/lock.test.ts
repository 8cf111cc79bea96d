// The lock of a host: who has it, who waits, and what a lost connection means. By the real shell and flock(1), on a file in a folder.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { LockHolders } from "../../../providers/host/lock.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";
import { HostInFolder } from "../../support/host-in-folder.ts";

let folder: string;
let fake: FakeHost;
let hosts: HostInFolder[];
let lines: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  for (const name of ["bin", "run", "var"]) mkdirSync(join(folder, name));
  symlinkSync("/proc", join(folder, "proc"));
  fake = await fakeHost();
  hosts = [];
  lines = [];
});

afterEach(async () => {
  for (const host of hosts) await host.close();
  await fake[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A connection of its own, of the same process where the holders are the same. */
function connection(lockHolders = new LockHolders()): HostInFolder {
  const host = new HostInFolder(fake.connection(), folder, lockHolders);
  host.tellTo(Object.assign((line: string) => void lines.push(line), { warn: () => {}, delivered: async () => {} }));
  hosts.push(host);
  return host;
}

const lockFile = () => join(folder, "run/sasl-mail-host.lock");
const take = (host: HostInFolder, log: (line: string) => void = () => {}) =>
  host.readLocked("project/one", log, async () => "read");
const done: Fact<string> = {
  name: "the end of a command",
  question: sh`cat /var/done 2>/dev/null`,
  parse: ({ stdout }) => stdout.toString("utf8"),
};

test("another run waits for it, is told who has it, and gets it when that shell ends", async () => {
  const first = connection();
  await take(first);

  const second = await take(connection(), (line) => {
    lines.push(line);
    void first.close();
  });

  expect(second).toBe("read");
  expect(lines).toEqual([
    expect.stringMatching(/^wait for the lock of the host, held by project\/one, \S+@\S+, since /),
  ]);
  expect(readFileSync(lockFile(), "utf8")).toMatch(/^[0-9a-f]{16}-0 \d+ project\/one, /);
});

test("a second connection of the same process shares it", async () => {
  const holders = new LockHolders();
  await take(connection(holders));

  expect(await take(connection(holders), (line) => lines.push(line))).toBe("read");
  expect(lines).toEqual([]);
});

test("a holder that has not written its name yet holds it all the same", async () => {
  writeFileSync(lockFile(), "");
  const holder = spawn("flock", [lockFile(), "sh", "-c", "echo locked; read line"]);
  await new Promise((resolve) => holder.stdout.once("data", resolve));

  await take(connection(), (line) => {
    lines.push(line);
    holder.stdin.end("\n");
  });

  expect(lines).toEqual([expect.stringContaining("held by a run that has not written its name yet")]);
});

test("a file that cannot be opened is nobody's lock, and nothing goes on", async () => {
  rmSync(join(folder, "run"), { recursive: true });

  await expect(take(connection())).rejects.toThrow(/take the lock of the host[\s\S]*cannot be opened[\s\S]*findmnt/);
});

test("a connection that is opened again takes it again, after what the lost shell was doing", async () => {
  const host = connection();
  await take(host);
  const shell = await host.shell();
  const lost = shell.request("test", sh`sleep 2; echo all of it > /var/done`).catch((error: Error) => error.message);
  await sleep(300);

  fake.cut();
  const told = await lost;
  const found = await host.ask({ done });

  expect(told).toContain("a command that was running goes on without us");
  expect(found).toEqual({ done: "all of it\n" });
  expect(host.holdsLock).toBe(true);
  expect(lines).toEqual([expect.stringContaining("wait for the lock of the host, held by project/one")]);
});

test("a lost shell that does nothing, and of which the host does not know that it is lost, is ended", async () => {
  const host = connection();
  await take(host);
  const shell = await host.shell();
  fake.freeze();
  shell.close();

  expect(await host.ask({ done })).toEqual({ done: "" });
  expect(host.holdsLock).toBe(true);
});
