// The dynamic provider that Pulumi stores as text with every resource. It is a constant that only loads the package: changing
// any code behind the `import` neither shows up as an update of every resource nor leaves old code running.
import type { dynamic } from "@pulumi/pulumi";
import type { Kind } from "../resources/catalogue.ts";

/**
 * The provider of one kind: always the same object, since the SDK serialises an object only once.
 * Nothing may be captured here but the kind. Own lines that throw, log or count would end up in every state file.
 * Each function is one line without types, so that its text is the same here and in the JavaScript of the packed package.
 */
function stub(kind: Kind): dynamic.ResourceProvider {
  return {
    // assigned before anything is awaited: other calls do not wait for this one
    configure: async ({ config }) => void Object.assign(globalThis, { saslMailHostConfiguration: config }),
    check: async (olds, news) => (await import("pulumi-postfix-sasl/engine")).check(kind, olds, news),
    diff: async (id, olds, news) => (await import("pulumi-postfix-sasl/engine")).diff(kind, id, olds, news),
    create: async (inputs) => (await import("pulumi-postfix-sasl/engine")).create(kind, inputs),
    read: async (id, properties) => (await import("pulumi-postfix-sasl/engine")).read(kind, id, properties ?? {}),
    update: async (id, olds, news) => (await import("pulumi-postfix-sasl/engine")).update(kind, id, olds, news),
    delete: async (id, properties) => (await import("pulumi-postfix-sasl/engine")).delete(kind, id, properties),
  };
}

const stubs = new Map<Kind, dynamic.ResourceProvider>();

export function stubOf(kind: Kind): dynamic.ResourceProvider {
  const known = stubs.get(kind) ?? stub(kind);
  stubs.set(kind, known);
  return known;
}
