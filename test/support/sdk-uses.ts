// What programs do with the parts of the Pulumi SDK that `lean-sdk` loads late: each prints something that must not depend on it.

/** Name → body of an ES module. */
export const sdkUses: Readonly<Record<string, string>> = {
  "a function turned into text": `import pulumi from "@pulumi/pulumi";
console.log((await pulumi.runtime.serializeFunction(() => () => 42)).text);`,

  // without its place, which only a debugger that was there first can tell
  "a function that cannot be turned into text": `import pulumi from "@pulumi/pulumi";
const native = Math.max.bind(null, 1);
const told = ({ message }) => console.log(message.replace(/: \\S*code\\.mjs\\(\\d+,\\d+\\)/g, ""));
await pulumi.runtime.serializeFunction(() => native(2)).catch(told);`,

  "the packages of a function": `import pulumi from "@pulumi/pulumi";
console.log([...(await pulumi.runtime.computeCodePaths({})).keys()].join());`,

  "the compiler, its names and what is in it": `import { createRequire } from "node:module";
const shim = createRequire(import.meta.resolve("@pulumi/pulumi"))("./typescript-shim");
const { version, SyntaxKind } = shim;
console.log(version, SyntaxKind.Unknown, "transpile" in shim, "nothing" in shim, Object.keys(shim).length > 1000, { ...shim }.version === version);`,

  "a command of the Automation API": `import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
await PulumiCommand.get({ root: "/nowhere" }).catch(({ message, code }) => console.log(code, message));`,

  "settings that the Automation API reads": `import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
const workDir = mkdtempSync(".lab-");
writeFileSync(workDir + "/Pulumi.yaml", "name: read\\nruntime: nodejs\\n");
const settings = LocalWorkspace.prototype.projectSettings.call({ workDir });
console.log(JSON.stringify(await settings));
rmSync(workDir, { recursive: true });`,

  "a promise that the SDK notes": `import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
const promise = Promise.resolve("settled");
console.log(await debuggable.debuggablePromise(promise, "what it is"), promise._debugCtx, Error.stackTraceLimit);`,

  "a run that is traced": `import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
const tracing = createRequire(import.meta.resolve("@pulumi/pulumi/cmd/run/run.js"))("./tracing");
tracing.newSpan("before").end();
tracing.stop();
const server = createServer((request, response) => {
  request.on("data", (text) => console.log(JSON.parse(text).map(({ name }) => name).join()));
  request.on("end", () => { response.end(); server.close(); });
}).listen(0);
await once(server, "listening");
tracing.start(\`http://localhost:\${server.address().port}/api/v2/spans\`);
tracing.newSpan("traced").end();`,

  "the debugger of functions": `import { createRequire } from "node:module";
const hooks = createRequire(import.meta.resolve("@pulumi/pulumi/cmd/run/index.js"))("../../runtime/closure/v8Hooks");
await hooks.isInitializedAsync();
console.log(Object.keys(hooks).sort().join(), typeof (await hooks.getSessionAsync()).post, hooks.getScriptUrl("0"));`,
};
