// What a run loads, counted: every module costs time in each of the processes that Pulumi starts.
import { expect, jest, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { modulesLoadedBy, printedBy, printedIn } from "../../support/loaded-modules.ts";
import { sdkUses } from "../../support/sdk-uses.ts";

const checked = `const engine = await import("pulumi-postfix-sasl/engine");
const { inputs } = await engine.check("StatOverride", {}, { connection: { host: "mail1.example.org" } });
await engine.diff("StatOverride", "id", inputs, inputs);`;

// starting Node and the SDK several times
jest.setTimeout(30_000);

/** As Pulumi.yaml has it for the program. */
const lean = ["--import", "pulumi-postfix-sasl/lean-sdk"];

const packagesOf = (modules: readonly string[]) =>
  [...new Set(modules.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))].sort();

/** A resource more is a file or two more; a package more is what this guards against. */
const notOurs = (modules: readonly string[]) => modules.filter((url) => !url.includes("/providers/"));

test("a preview that asks no host loads neither SSH nor SMTP, and one package in all", async () => {
  const modules = await modulesLoadedBy(checked);

  expect(packagesOf(modules)).toEqual(["zod"]);
  expect(notOurs(modules).length).toBeLessThanOrEqual(102);
});

test("a refresh loads SSH, but no SMTP", async () => {
  const read = `await engine.read("StatOverride", "id", { ...inputs, wanted: inputs }).catch(() => {});`;

  const modules = await modulesLoadedBy(`${checked}\n${read}`);

  expect(packagesOf(modules)).toContain("ssh2");
  expect(packagesOf(modules)).not.toContain("nodemailer");
  expect(notOurs(modules).length).toBeLessThanOrEqual(175);
});

test("a program loads neither SSH nor SMTP, and the SDK's slow parts only when they are used", async () => {
  const modules = await modulesLoadedBy(`await import("pulumi-postfix-sasl");`, ...lean);
  const packages = packagesOf(modules.filter((url) => !url.endsWith(".loaded-late.cjs")));

  expect(packages).toContain("@pulumi/pulumi");
  for (const name of ["ssh2", "nodemailer", "typescript", "@npmcli/arborist"]) expect(packages).not.toContain(name);
  expect(notOurs(modules).length).toBeLessThanOrEqual(400);
});

test("stack traces, of which the SDK notes many, are written by Node and by nobody else", async () => {
  const processes = ["run", "dynamic-provider", "run-policy-pack"].map((name) => `@pulumi/pulumi/cmd/${name}/index.js`);
  const first = processes.map(
    (path) => `createRequire(import.meta.resolve("${path}"))("source-map-support/register");`,
  );

  const modules = await modulesLoadedBy(`import { createRequire } from "node:module";\n${first.join("\n")}`, ...lean);

  const packages = packagesOf(modules.filter((url) => !url.endsWith(".left-out.cjs")));
  expect(packages).not.toContain("source-map-support");
});

test("the SDK notes its promises without a stack trace, and leaves the length of others as it was", async () => {
  const noted = `import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
const promise = Promise.resolve("settled");
console.log(await debuggable.debuggablePromise(promise, "what it is"), promise._debugCtx, promise._debugStackTrace, Error.stackTraceLimit);`;

  expect(await printedBy(noted, ...lean)).toBe("settled what it is Error 10");
});

test("the SDK's start leaves V8's flags alone, so that Node takes the code that it compiled before", async () => {
  const started = `import { createRequire } from "node:module";
import { cachedDataVersionTag } from "node:v8";
const before = cachedDataVersionTag();
const run = createRequire(import.meta.resolve("@pulumi/pulumi/cmd/run/index.js"));
await run("../../runtime/closure/v8Hooks").isInitializedAsync();
console.log(cachedDataVersionTag() === before);`;

  expect([await printedBy(started, ...lean), await printedBy(started)]).toEqual(["true", "false"]);
});

test("a run that is not traced loads nothing for it", async () => {
  const untraced = `import { createRequire } from "node:module";
const tracing = createRequire(import.meta.resolve("@pulumi/pulumi/cmd/run/run.js"))("./tracing");
tracing.newSpan("before").end();
tracing.stop();`;

  expect(packagesOf(await modulesLoadedBy(untraced, ...lean))).toEqual(["@opentelemetry/api", "@pulumi/pulumi"]);
});

test.each(["a function turned into text", "the packages of a function", "a run that is traced"])(
  "%s: the same with the SDK's parts loaded late",
  async (use) => {
    const code = sdkUses[use] ?? "";

    expect(await printedBy(code, ...lean)).toBe(await printedBy(code));
  },
);

test("a function that cannot be turned into text is told with its place, although the debugger started only then", async () => {
  const refused = `import pulumi from "@pulumi/pulumi";
const native = Math.max.bind(null, 1);
await pulumi.runtime.serializeFunction(() => native(2)).catch((error) => console.log(error.message));`;

  expect(await printedBy(refused, ...lean)).toMatch(/code\.mjs\(3,\d+\): captured\s+'native'/);
});

test("SASL_MAIL_HOST_PLAIN_SDK leaves the SDK as it is", async () => {
  const asked = `import { createRequire } from "node:module";
const run = createRequire(import.meta.resolve("@pulumi/pulumi/cmd/run/index.js"));
run("source-map-support/register");
await import("@pulumi/pulumi");
console.log(Object.keys(run.cache).some((path) => /\\.(left-out|loaded-late|debugs-late|traces-late)\\.cjs$/.test(path)));`;
  const plain = { SASL_MAIL_HOST_PLAIN_SDK: "1" };

  expect(await printedIn(projectRoot, asked, lean)).toBe("true");
  expect(await printedIn(projectRoot, asked, lean, plain)).toBe("false");
});
