// The dynamic provider that Pulumi stores as text with every resource. It is a constant that only loads the package: changing
// any code behind the `import` neither shows up as an update of every resource nor leaves old code running.
import type { Kind } from "../resources/catalogue.ts";

/**
 * The text for one kind, in the form that the SDK's provider process runs: a CommonJS module whose `handler` gives the provider. It is
 * written by hand, since the SDK's serialiser needs the TypeScript compiler and would write another text for another version of it.
 * Nothing may stand here but the kind: own lines that throw, log or count would end up in every state file. It stands there twice for each
 * resource, in the inputs and in the outputs, and the engine may write the whole file after each of them: so it is short. `configure` assigns
 * before anything is awaited, since other calls do not wait for it.
 */
export function stubOf(kind: Kind): string {
  return `const to = (call) => async (...given) => (await import("pulumi-postfix-sasl/engine"))[call](${JSON.stringify(kind)}, ...given);
exports.handler = () => ({
  configure: async ({ config }) => { globalThis.saslMailHostConfiguration = config; },
  check: to("check"), diff: to("diff"), create: to("create"), read: to("read"), update: to("update"), delete: to("delete"),
});
`;
}
