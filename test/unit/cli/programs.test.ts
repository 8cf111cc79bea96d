// How the programs of the project behave on a command line: help, wrong arguments, and a reader that has enough.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../cli/paths.ts";

jest.setTimeout(60_000);

const node = (...args: string[]) =>
  execa(process.execPath, args, { cwd: projectRoot, reject: false, env: { NODE_OPTIONS: "", PULUMI_STACK: "" } });

const programs = [
  "cli/status.ts",
  "cli/report.ts",
  "cli/doctor.ts",
  "cli/hosts.ts",
  "cli/forget.ts",
  "cli/give-back.ts",
  "lab/hosts/cli.ts",
  "lab/demo/cli.ts",
  "test/run.ts",
  "bench/run.ts",
];

test.each(programs)("%s --help shows its options", async (program) => {
  const { exitCode, stdout, stderr } = await node(program, "--help");

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: .*--help/s);
});

test.each([
  ["cli/status.ts", ["mail1"], /too many arguments.*mail1.*--stack NAME/s],
  ["cli/status.ts", ["--jsn"], /unknown option '--jsn'/],
  ["cli/report.ts", ["--html"], /'--html <file>' argument missing/],
  ["cli/report.ts", ["mail1"], /too many arguments.*--stack NAME/s],
  ["cli/doctor.ts", ["mail1", "mail2"], /too many arguments.*--stack NAME/],
  ["cli/doctor.ts", ["mail1", "--json"], /--json and --markdown are for the hosts of a stack/],
  ["cli/doctor.ts", ["--stack", "dev", "--key", "k"], /how the hosts of a stack are reached.*configuration/],
  ["cli/doctor.ts", ["root@"], /"root@" is no \[user@\]host\[:port\].*no host was contacted/],
  ["cli/forget.ts", [], /missing required argument 'host'.*--stack NAME/s],
  ["cli/give-back.ts", ["mail1", "mail2"], /too many arguments.*--stack NAME/s],
  ["lab/hosts/cli.ts", ["make"], /unknown command 'make'/],
  ["lab/demo/cli.ts", ["--debian", "7"], /Allowed choices are/],
  ["test/run.ts", ["--al"], /unknown option '--al'/],
])("%s %j is refused in a few lines", async (program, args, says) => {
  const { exitCode, stdout, stderr } = await node(program, ...args);

  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(says);
  expect(stderr.split("\n").length).toBeLessThan(4);
});

describe("a program that says much", () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-program-"));
    file = join(folder, "talks.ts");
    writeFileSync(
      file,
      `import { runProgram } from ${JSON.stringify(join(projectRoot, "cli/program.ts"))};
await runProgram("talks", async () => {
  for (let line = 0; line < 200; line += 1) {
    process.stdout.write("x".repeat(4096));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return 3;
});`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("goes on to its end when its reader goes away, and says nothing of it", async () => {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());

    const [exitCode] = await once(child, "close");

    expect({ exitCode, said }).toEqual({ exitCode: 3, said: "" });
  });

  test("fails in one line when its words cannot be written", async () => {
    const { exitCode, stderr } = await execa("sh", ["-c", 'exec "$0" "$1" >/dev/full', process.execPath, file], {
      reject: false,
    });

    expect(stderr).toMatch(/^talks: the output cannot be written: .*ENOSPC.*$/);
    expect(exitCode).toBe(1);
  });
});
