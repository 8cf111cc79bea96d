// What a Node says that does not take the types away, and one that has no compile cache: older ones, played by this one.
import { expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../cli/paths.ts";

jest.setTimeout(60_000);

const sentence = /^(Error: )?Node\.js 22\.18 or later is needed, which runs TypeScript by itself; \S+ is v\S+\. /;

const node = (...args: string[]) =>
  execa(process.execPath, args, { cwd: projectRoot, reject: false, env: { NODE_OPTIONS: "" } });

test("the program ends with one sentence and with Pulumi's number for a user who knows what to do", async () => {
  const run = await node("--no-strip-types", "--import", "pulumi-postfix-sasl/lean-sdk", "index.ts");

  expect(run.exitCode).toBe(32);
  expect(run.stderr).toMatch(sentence);
  expect(run.stderr.split("\n")).toHaveLength(1);
});

test("the provider process gives the same sentence as the reason of the resource", async () => {
  const script = 'import("pulumi-postfix-sasl/engine").catch((error) => console.log(String(error)))';

  const { stdout } = await node("--no-strip-types", "--eval", script);

  expect(stdout).toMatch(sentence);
});

test("the policy pack says it, too", async () => {
  const { stderr } = await node("--no-strip-types", "policy/main.cjs");

  expect(stderr).toMatch(/^Error: Node\.js 22\.18 or later is needed/m);
  expect(stderr).not.toContain("ERR_UNKNOWN_FILE_EXTENSION");
});

test("without the functions of a compile cache, as before Node 22.1, the provider process works", async () => {
  const script = `import * as module from "node:module";
for (const name of ["enableCompileCache", "flushCompileCache", "getCompileCacheDir"]) delete module.default[name];
module.syncBuiltinESMExports();
const engine = await import("pulumi-postfix-sasl/engine");
const { failures } = await engine.check("StatOverride", {}, { connection: { host: "mail1.example.org" } });
console.log(JSON.stringify(failures));
// longer than the engine waits before it writes the cache down
setTimeout(() => console.log("done"), 500);`;

  const { stdout, stderr } = await node("--input-type=module", "--eval", script);

  expect({ stdout, stderr }).toEqual({ stdout: "[]\ndone", stderr: "" });
});
