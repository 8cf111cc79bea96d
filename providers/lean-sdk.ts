// Makes the Pulumi SDK start faster, when it is loaded before it: `node --import pulumi-postfix-sasl/lean-sdk`. At every start the SDK
// loads the TypeScript compiler and npm's dependency resolver, half of its start-up time, for programs that turn functions into text
// or into cloud archives. Here both are loaded when they are first used. And it notes a stack trace for each output of each resource, for a
// message that its authors would read: half of a fleet's program. Here these promises are noted without, and all other traces are written by
// Node, which runs these files as they are, and not by source-map-support. Whoever compiles a program of their own has Node's
// `--enable-source-maps`. Measured in docs/performance.md.
import { readFileSync } from "node:fs";
import * as module from "node:module";
import { fileURLToPath } from "node:url";

/** The compiler comes from the project, or where it has none from the SDK's own folder. */
const late = /^(typescript|@npmcli\/arborist)$|\/@pulumi\/pulumi\/vendor\/typescript@[^/]+\/typescript\.js$/;
const mark = ".loaded-late.cjs";

const unneeded = "source-map-support/register";
const emptyMark = ".left-out.cjs";

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
    if (specifier === unneeded) return { url: `${found.url}${emptyMark}`, format: "commonjs", shortCircuit: true };
    if (!late.test(specifier)) return found;
    return { url: `${found.url}${mark}`, format: "commonjs", shortCircuit: true };
  },
  load(url, context, next) {
    if (url.endsWith(emptyMark)) return { format: "commonjs", source: "", shortCircuit: true };
    if (noting.test(url))
      return {
        format: "commonjs",
        source: readFileSync(fileURLToPath(url), "utf8") + withoutStack,
        shortCircuit: true,
      };
    if (!url.endsWith(mark)) return next(url, context);
    const path = JSON.stringify(fileURLToPath(url.slice(0, -mark.length)));
    // `__esModule` is asked for at once, by code that would copy everything out of a module that has it not; and it is this file that
    // asks for the real one, since what the SDK asks for comes back here
    const here = JSON.stringify(import.meta.filename);
    const source = `let real;
const load = () => (real ??= require("node:module").createRequire(${here})(${path}));
module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : load()[key]) });`;
    return { format: "commonjs", source, shortCircuit: true };
  },
});
