// Who can reach a socket: every folder above it must let them through, and the socket itself must let them write.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { openToAll } from "../../../providers/facts/file.ts";
import { answer } from "../../support/fake-answers.ts";

/** Asks about a real socket with these modes: of the folder, and of its own. */
async function asked(folderMode: number, socketMode: number): Promise<boolean> {
  const base = mkdtempSync(join(tmpdir(), "socket-"));
  chmodSync(base, 0o755);
  const folder = join(base, "of it's own");
  mkdirSync(folder);
  const path = join(folder, "mux");
  const server = createServer();
  await new Promise<void>((listening) => server.listen(path, listening));
  chmodSync(path, socketMode);
  chmodSync(folder, folderMode);
  try {
    const fact = openToAll(path);
    const { stdout, status } = spawnSync("/bin/sh", ["-c", fact.question.text]);
    return fact.parse(answer(stdout, status ?? 1));
  } finally {
    chmodSync(folder, 0o755);
    server.close();
    rmSync(base, { recursive: true });
  }
}

test.each([
  ["the folder lets all through, the socket takes all", 0o755, 0o777, true],
  ["the folder is for its group alone", 0o710, 0o777, false],
  ["the socket is for its group alone", 0o755, 0o770, false],
  ["to go through is enough", 0o711, 0o666, true],
])("%s", async (_what, folderMode, socketMode, open) => {
  expect(await asked(folderMode, socketMode)).toBe(open);
});

test("no socket is open to nobody, and half an answer is unreadable", () => {
  expect(openToAll("/a/mux").parse(answer("none\n"))).toBe(false);
  expect(() => openToAll("/a/mux").parse(answer("777\n755\n"))).toThrow("who can reach the socket /a/mux");
});
