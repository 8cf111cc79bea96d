// Makes the Pulumi SDK start faster when it is loaded first: `node --import
// pulumi-postfix-sasl/lean-sdk`. Every start of the SDK loads what few programs use: a compiler and
// a package reader for functions that become text, the Automation API's tools, and V8's debugger,
// which changes a flag of V8. Node then rejects its compile cache, and the two processes of a run,
// of which only one has the flag, discard each other's cache. This module loads these parts at
// their first use. The SDK also records a stack trace for each output of each resource, for a
// message to its own developers, which takes half of a large program's time. This module records
// these promises without a trace. All other traces come from Node, which runs these files
// unchanged, and not from source-map-support. A compiled program can use Node's
// `--enable-source-maps`. SASL_MAIL_HOST_PLAIN_SDK=1 leaves the SDK as it is. Each lever, its worth
// and the change of the SDK that would replace it are in docs/performance.md.
import { readFileSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath } from "node:url";

/** Replaces a module of the SDK, or one that the SDK imports. */
interface Lever {
  asked(specifier: string): boolean;
  /** The suffix that is added to the module's URL. */
  readonly mark: string;
  /** The replacement's source text, in CommonJS. `path` is the real module's. */
  source(path: string): string;
}

/**
 * A module that is loaded by its first use. `early` is the text of an object with what can be
 * answered before that; everything else is the real module's own. A module that is required from
 * this file is the real one: a request from the SDK would be replaced again. The target is a bound
 * function, so that a module that is called or constructed still can be. The importing code reads
 * `__esModule` at once. Without it, that code would copy every export or treat the whole module as
 * `default`.
 */
const loadedLate = (path: string, early = "{}") => `let real;
const load = () => (real ??= require("node:module").createRequire(${JSON.stringify(import.meta.filename)})(${JSON.stringify(path)}));
const early = ${early};
const forward = (trap) => (_, ...rest) => Reflect[trap](load(), ...rest);
module.exports = new Proxy(function () {}.bind(), {
  get: (_, key) => {
    if (key === "__esModule") return true;
    if (Object.hasOwn(early, key)) return early[key];
    return key === "default" && !load().__esModule ? load() : load()[key];
  },
  set: (_, key, value) => Reflect.set(load(), key, value),
  has: forward("has"),
  ownKeys: forward("ownKeys"),
  apply: forward("apply"),
  construct: (_, list) => Reflect.construct(load(), list),
  getOwnPropertyDescriptor: (_, key) => {
    const found = Reflect.getOwnPropertyDescriptor(load(), key);
    return found && { ...found, configurable: true };
  },
});`;

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
    source: (path) => loadedLate(path),
  },
  {
    asked: (specifier) => specifier === "./tracing",
    mark: ".traces-late.cjs",
    // A run without tracing records its one span on a no-op tracer.
    source: (path) =>
      loadedLate(
        path,
        `{
  get stop() { return real ? real.stop : () => {}; },
  get newSpan() {
    return real || process.env.TRACEPARENT ? load().newSpan : (name) => require("@opentelemetry/api").trace.getTracer("nodejs-runtime").startSpan(name);
  },
}`,
      ),
  },
  {
    asked: (specifier) => /(^\.|\/closure)\/v8Hooks$/.test(specifier),
    mark: ".debugs-late.cjs",
    // The debugger reports the scripts when it is enabled, before the real module listens. Enabling
    // it again repeats the reports.
    source: (path) =>
      loadedLate(
        path,
        `{
  isInitializedAsync: async () => {},
  getSessionAsync: () => (session ??= start()),
}`,
      ).concat(`
let session;
const post = (session, command) => new Promise((done, fail) => session.post(command, (error) => (error ? fail(error) : done())));
const start = async () => {
  const session = await load().getSessionAsync();
  await post(session, "Debugger.disable");
  await post(session, "Debugger.enable");
  return session;
};`),
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
if (!process.env.SASL_MAIL_HOST_PLAIN_SDK)
  module.registerHooks?.({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      // Only what CommonJS code asks for can be replaced by CommonJS text. Another form of the SDK
      // loads as usual.
      const byRequire = context.conditions.includes("require") && found.format !== "module";
      if (!context.parentURL?.includes("/@pulumi/pulumi/") || !byRequire) return found;
      const lever = levers.find(({ asked }) => asked(specifier));
      return lever === undefined ? found : { url: `${found.url}${lever.mark}`, format: "commonjs", shortCircuit: true };
    },
    load(url, context, next) {
      if (noting.test(url)) {
        const source = readFileSync(fileURLToPath(url), "utf8");
        return /^exports\.debuggablePromise = /m.test(source) ? commonJs(source + withoutStack) : next(url, context);
      }
      const lever = levers.find(({ mark }) => url.endsWith(mark));
      return lever === undefined
        ? next(url, context)
        : commonJs(lever.source(fileURLToPath(url.slice(0, -lever.mark.length))));
    },
  });

function commonJs(source: string) {
  return { format: "commonjs", source, shortCircuit: true };
}
