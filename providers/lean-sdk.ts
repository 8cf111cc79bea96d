// Makes the Pulumi SDK start faster when it is loaded first: `node --import
// pulumi-postfix-sasl/lean-sdk`. The SDK loads the TypeScript compiler and npm's dependency
// resolver at every start, for programs that serialise functions or build cloud archives; this is
// half of its start-up time. This module loads both at their first use. For the same programs the
// SDK starts V8's debugger and changes a V8 flag. Node then rejects its compile cache, and the two
// processes of a run, of which only one has the flag, discard each other's cache. This module
// delays that until the first function is serialised. The SDK also records a stack trace for each
// output of each resource, for a message to its own developers, which takes half of a large
// program's time. This module records these promises without a trace. All other traces come from
// Node, which runs these files unchanged, and not from source-map-support. A compiled program can
// use Node's `--enable-source-maps`. Measured in docs/performance.md.
import { readFileSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath } from "node:url";

/** Replaces a module of the SDK, or one that the SDK imports. */
interface Lever {
  asked(specifier: string): boolean;
  /** The suffix that is added to the module's URL. */
  readonly mark: string;
  /**
   * The replacement's source text, in CommonJS. `path` is the real module's. A module that is
   * required from this file is the real one.
   */
  source(path: string): string;
}

/** Loads the real module from this file. A request from the SDK would be replaced again. */
const real = (path: string) =>
  `require("node:module").createRequire(${JSON.stringify(import.meta.filename)})(${JSON.stringify(path)})`;

/** The compiler is the project's own or, where it has none, the copy in the SDK's folder. */
const late =
  /^(typescript|@npmcli\/arborist|normalize-package-data|execa|js-yaml)$|\/@pulumi\/pulumi\/vendor\/typescript@[^/]+\/typescript\.js$/;

const levers: readonly Lever[] = [
  {
    asked: (specifier) => specifier === "source-map-support/register",
    mark: ".left-out.cjs",
    source: () => "",
  },
  {
    asked: (specifier) => late.test(specifier),
    mark: ".loaded-late.cjs",
    // The importing code reads `__esModule` at once. Without it, that code would copy every export
    // or treat the whole module as `default`.
    source: (path) => `let real;
const load = () => (real ??= ${real(path)});
const get = (_, key) => (key === "__esModule" ? true : key === "default" && !load().__esModule ? load() : load()[key]);
module.exports = new Proxy({}, { get });`,
  },
  {
    asked: (specifier) => specifier === "./tracing",
    mark: ".traces-late.cjs",
    // A run without tracing records its one span on a no-op tracer.
    source: (path) => `let real;
const load = () => (real ??= ${real(path)});
const idle = { stop: () => {}, newSpan: (name) => require("@opentelemetry/api").trace.getTracer("nodejs-runtime").startSpan(name) };
const get = (_, key) => (key === "__esModule" ? true : ((real || process.env.TRACEPARENT ? undefined : idle[key]) ?? load()[key]));
module.exports = new Proxy({}, { get });`,
  },
  {
    asked: (specifier) => /(^\.|\/closure)\/v8Hooks$/.test(specifier),
    mark: ".debugs-late.cjs",
    // The debugger reports the scripts when it is enabled, before the real module listens. Enabling
    // it again repeats the reports.
    source: (path) => `let session;
const load = () => ${real(path)};
const post = (session, command) => new Promise((done, fail) => session.post(command, (error) => (error ? fail(error) : done())));
const start = async () => {
  const session = await load().getSessionAsync();
  await post(session, "Debugger.disable");
  await post(session, "Debugger.enable");
  return session;
};
exports.isInitializedAsync = async () => {};
exports.getSessionAsync = () => (session ??= start());
exports.getScriptUrl = (id) => load().getScriptUrl(id);`,
  },
];

const noting = /\/@pulumi\/pulumi\/runtime\/debuggable\.js$/;
const withoutStack = `
const noted = exports.debuggablePromise;
if (noted) exports.debuggablePromise = (promise, context) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try { return noted(promise, context); } finally { Error.stackTraceLimit = stackTraceLimit; }
};
`;

// Node before 22.15 has no such hooks: there the SDK loads as usual.
module.registerHooks?.({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (!context.parentURL?.includes("/@pulumi/pulumi/")) return found;
    const lever = levers.find(({ asked }) => asked(specifier));
    return lever === undefined ? found : { url: `${found.url}${lever.mark}`, format: "commonjs", shortCircuit: true };
  },
  load(url, context, next) {
    if (noting.test(url)) return commonJs(readFileSync(fileURLToPath(url), "utf8") + withoutStack);
    const lever = levers.find(({ mark }) => url.endsWith(mark));
    return lever === undefined
      ? next(url, context)
      : commonJs(lever.source(fileURLToPath(url.slice(0, -lever.mark.length))));
  },
});

function commonJs(source: string) {
  return { format: "commonjs", source, shortCircuit: true };
}
