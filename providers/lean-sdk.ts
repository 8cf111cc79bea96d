// Makes the Pulumi SDK start faster, when it is loaded before it: `node --import pulumi-postfix-sasl/lean-sdk`. At every start the SDK
// loads the TypeScript compiler and npm's dependency resolver, half of its start-up time, for programs that turn functions into text
// or into cloud archives. Here both are loaded when they are first used. For the same programs it starts V8's debugger and changes one of
// V8's flags: after that no code of Node's compile cache is taken any more, and the two processes of a run, of which one has the flag,
// throw away each other's. Here that is done with the first function, too. And it notes a stack trace for each output of each resource, for a
// message that its authors would read: half of a fleet's program. Here these promises are noted without, and all other traces are written by
// Node, which runs these files as they are, and not by source-map-support. Whoever compiles a program of their own has Node's
// `--enable-source-maps`. Measured in docs/performance.md.
import { readFileSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath } from "node:url";

/** A module of the SDK's, or one that it asks for, and what it gets in its place. */
interface Lever {
  asked(specifier: string): boolean;
  /** Added to the address of the module. */
  readonly mark: string;
  /** The text, in CommonJS. `path` is the real module's; one that is asked for from this file is the real one. */
  source(path: string): string;
}

/** Loads the real module: not as the SDK does, whose requests come back here. */
const real = (path: string) =>
  `require("node:module").createRequire(${JSON.stringify(import.meta.filename)})(${JSON.stringify(path)})`;

/** The compiler comes from the project, or where it has none from the SDK's own folder. */
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
    // `__esModule` is asked for at once, by code that would copy everything out of a module that has it not, or take all of it for `default`
    source: (path) => `let real;
const load = () => (real ??= ${real(path)});
const get = (_, key) => (key === "__esModule" ? true : key === "default" && !load().__esModule ? load() : load()[key]);
module.exports = new Proxy({}, { get });`,
  },
  {
    asked: (specifier) => specifier === "./tracing",
    mark: ".traces-late.cjs",
    // a run that is not traced notes its one span with nobody
    source: (path) => `let real;
const load = () => (real ??= ${real(path)});
const idle = { stop: () => {}, newSpan: (name) => require("@opentelemetry/api").trace.getTracer("nodejs-runtime").startSpan(name) };
const get = (_, key) => (key === "__esModule" ? true : ((real || process.env.TRACEPARENT ? undefined : idle[key]) ?? load()[key]));
module.exports = new Proxy({}, { get });`,
  },
  {
    asked: (specifier) => /(^\.|\/closure)\/v8Hooks$/.test(specifier),
    mark: ".debugs-late.cjs",
    // the files of functions are told when the debugger is turned on, before the real module listens: so they are told once more
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

// not in Node before 22.15: there everything is as always
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
