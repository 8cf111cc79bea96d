// The dynamic provider that Pulumi stores as text with every resource. It is a constant that only
// loads the package: a change of the code behind the `import` neither appears as an update of every
// resource nor leaves old code running.
import type { Kind } from "../resources/catalogue.ts";

/**
 * The text for one kind, in the form that the SDK's provider process runs: a CommonJS module whose
 * `handler` returns the provider. It is written manually, since the SDK's serialiser needs the
 * TypeScript compiler and would write another text for another version of it. It must contain
 * nothing but the kind: further lines that throw, log or count would end up in every state file. It
 * is short because each resource has it twice, in the inputs and in the outputs, and the engine may
 * write the whole file after each resource. `configure` assigns before anything is awaited, since
 * other calls do not wait for it.
 */
export function stubOf(kind: Kind): string {
  return `const to = (call) => async (...given) => (await import("pulumi-postfix-sasl/engine"))[call](${JSON.stringify(kind)}, ...given);
exports.handler = () => ({
  configure: async ({ config }) => { globalThis.saslMailHostConfiguration = config; },
  check: to("check"), diff: to("diff"), create: to("create"), read: to("read"), update: to("update"), delete: to("delete"),
});
`;
}
