// Writing a file: exact bytes, owner and mode kept, a link stays a link, another editor's change is seen, nothing half is ever left.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Host } from "../../../providers/host/host.ts";
import type { Step, WriteFile } from "../../../providers/steps/step.ts";
import { apply as applyOn } from "../../../providers/transaction/apply.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";
import { keptSpecialMode } from "../../support/rights.ts";

const created = { owner: userInfo().username, group: execFileSync("id", ["-gn"]).toString().trim(), mode: "640" };
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

let fake: FakeHost;
let host: Host;
let folder: string;
let path: string;

beforeAll(async () => {
  // a file can not grow beyond 64 or 128 KiB: stands in for a full disk
  fake = await fakeHost({ loginShell: "ulimit -f 128; trap '' XFSZ" });
  host = new Host(fake.connection());
});
afterAll(async () => {
  await host.close();
  await fake[Symbol.asyncDispose]();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a folder $x "));
  path = join(folder, "a 'file'.cf");
});
afterEach(() => rmSync(folder, { recursive: true }));

const step = (content: Buffer | string, expected?: string): WriteFile => ({
  do: "write",
  path,
  content: Buffer.from(content),
  expected: expected === undefined ? undefined : Buffer.from(expected),
  created,
  reason: "test",
});
const apply = (...steps: Step[]) => applyOn(host, steps, { log: () => {}, done: () => {}, journalled: false });
const mode = (file: string) => (statSync(file).mode & 0o7777).toString(8);

describe("a new file", () => {
  test("is made with its mode and exact bytes", async () => {
    await apply(step(everyByte));

    expect(readFileSync(path)).toEqual(everyByte);
    expect(mode(path)).toBe("640");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test.each([
    ["quotes and shell text", `'"$(id)\`id\`\\n\${HOME}\n`],
    ["Windows line endings", "a\r\nb\r\n"],
    ["no newline at the end", "a\nb"],
    ["newlines at the end", "a\n\n\n"],
    ["nothing", ""],
    ["the end mark of a here-document", "EOF\n'\nEOF\n"],
  ])("of %s keeps them", async (_what, content) => {
    await apply(step(content));

    expect(readFileSync(path, "utf8")).toBe(content);
  });

  test("is not made where one has come since the look", async () => {
    writeFileSync(path, "somebody's");

    await expect(apply(step("ours"))).rejects.toThrow("the file changed between our look and our write");
    expect(readFileSync(path, "utf8")).toBe("somebody's");
  });
});

describe("an existing file", () => {
  test("keeps its mode", async () => {
    writeFileSync(path, "old");
    chmodSync(path, keptSpecialMode);

    await apply(step("new", "old"));

    expect(readFileSync(path, "utf8")).toBe("new");
    expect(mode(path)).toBe(keptSpecialMode.toString(8));
  });

  test("with a secret in it is known by its digest alone", async () => {
    writeFileSync(path, "old");
    const sha256 = (text: string) => ({ sha256: createHash("sha256").update(text).digest("hex") });

    await expect(apply({ ...step("new"), expected: sha256("other") })).rejects.toThrow("changed between our look");
    await apply({ ...step("new"), expected: sha256("old") });

    expect(readFileSync(path, "utf8")).toBe("new");
  });

  test("behind a link is replaced, and the link stays", async () => {
    mkdirSync(join(folder, "real"));
    const real = join(folder, "real", "file");
    writeFileSync(real, "old");
    symlinkSync("real/file", path);

    await apply(step("new", "old"));

    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe("new");
    expect(readdirSync(join(folder, "real"))).toEqual(["file"]);
  });

  test.each([
    ["was changed since the look", "edited"],
    ["was cut since the look", ""],
    ["is gone since the look", null],
  ])("is left alone when it %s", async (_what, content) => {
    if (content !== null) writeFileSync(path, content);

    await expect(apply(step("new", "old"))).rejects.toThrow("the file changed between our look and our write");
    expect(readdirSync(folder)).toHaveLength(content === null ? 0 : 1);
    if (content !== null) expect(readFileSync(path, "utf8")).toBe(content);
  });

  test("is whole, and no temporary file is left, when the disk takes no more", async () => {
    writeFileSync(path, "old");

    await expect(apply(step(Buffer.alloc(300_000, "x"), "old"))).rejects.toThrow(
      /File too large[\s\S]*the old file is untouched, no temporary file is left/,
    );
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

test("a folder that is not there is an error, and is not made", async () => {
  path = join(folder, "none", "file");

  await expect(apply(step("new"))).rejects.toThrow(/write .*none\/file[\s\S]*exit status/);
  expect(readdirSync(folder)).toEqual([]);
});
