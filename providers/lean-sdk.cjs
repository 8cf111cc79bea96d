// Makes the Pulumi SDK start faster: to be loaded before it, with `node --require`. At every start the SDK loads the TypeScript compiler
// and npm's dependency resolver, half of its start-up time, for programs that turn functions into text or into cloud archives. Here
// both are loaded when they are first used. Measured in docs/performance.md.
const { registerHooks } = require("node:module");
const { fileURLToPath } = require("node:url");

/** The compiler comes from the project, or where it has none from the SDK's own folder. */
const late = /^(typescript|@npmcli\/arborist)$|\/@pulumi\/pulumi\/vendor\/typescript@[^/]+\/typescript\.js$/;
const marked = ".loaded-late.cjs";

// not in Node before 22.15: there everything is as always
registerHooks?.({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (!late.test(specifier) || !context.parentURL?.includes("/@pulumi/pulumi/")) return found;
    return { url: `${found.url}${marked}`, format: "commonjs", shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.endsWith(marked)) return next(url, context);
    const path = fileURLToPath(url.slice(0, -marked.length));
    // `__esModule` is asked for at once, by code that copies everything out of modules that have it not
    const source = `let real;
const load = () => (real ??= require("node:module").createRequire(${JSON.stringify(path)})(${JSON.stringify(path)}));
module.exports = new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : load()[key]) });`;
    return { format: "commonjs", source, shortCircuit: true };
  },
});
