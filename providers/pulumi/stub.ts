// The dynamic provider that Pulumi stores as text with every resource. It is a constant that only loads the package: changing
// any code behind the `import` neither shows up as an update of every resource nor leaves old code running.
import type { Kind } from "../resources/catalogue.ts";

/**
 * The text for one kind, in the form that the SDK's provider process runs: a CommonJS module whose `handler` gives the provider. It is
 * written by hand, since the SDK's serialiser needs the TypeScript compiler and would write another text for another version of it.
 * Nothing may stand here but the kind: own lines that throw, log or count would end up in every state file.
 */
export function stubOf(kind: Kind): string {
  const name = JSON.stringify(kind);
  return `const engine = () => import("pulumi-postfix-sasl/engine");
exports.handler = () => ({
  // assigned before anything is awaited: other calls do not wait for this one
  configure: async ({ config }) => { globalThis.saslMailHostConfiguration = config; },
  check: async (olds, news) => (await engine()).check(${name}, olds, news),
  diff: async (id, olds, news) => (await engine()).diff(${name}, id, olds, news),
  create: async (inputs) => (await engine()).create(${name}, inputs),
  read: async (id, properties) => (await engine()).read(${name}, id, properties ?? {}),
  update: async (id, olds, news) => (await engine()).update(${name}, id, olds, news),
  delete: async (id, properties) => (await engine()).delete(${name}, id, properties),
});
`;
}
