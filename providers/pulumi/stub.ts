// The dynamic provider that Pulumi stores as text with every resource. It is a constant that only loads the package: changing
// any code behind the `import` neither shows up as an update of every resource nor leaves old code running.
import type { dynamic } from "@pulumi/pulumi";
import type { Kind } from "../resources/catalogue.ts";

type Values = Record<string, unknown>;

/**
 * The provider of one kind: always the same object, since the SDK serialises an object only once.
 * Nothing may be captured here but the kind. Own lines that throw, log or count would end up in every state file.
 */
function stub(kind: Kind): dynamic.ResourceProvider {
  return {
    // assigned before anything is awaited: other calls do not wait for this one
    configure: async ({ config }: dynamic.ConfigureRequest) => {
      (globalThis as Values).saslMailHostConfiguration = config;
    },
    check: async (olds: Values, news: Values) =>
      (await import("pulumi-postfix-sasl/engine")).check(kind, olds, news) as never,
    diff: async (id: string, olds: Values, news: Values) =>
      (await import("pulumi-postfix-sasl/engine")).diff(kind, id, olds, news),
    create: async (inputs: Values) => (await import("pulumi-postfix-sasl/engine")).create(kind, inputs),
    read: async (id: string, properties?: Values) =>
      (await import("pulumi-postfix-sasl/engine")).read(kind, id, properties ?? {}),
    update: async (id: string, olds: Values, news: Values) =>
      (await import("pulumi-postfix-sasl/engine")).update(kind, id, olds, news),
    delete: async (id: string, properties: Values) =>
      (await import("pulumi-postfix-sasl/engine")).delete(kind, id, properties),
  };
}

const stubs = new Map<Kind, dynamic.ResourceProvider>();

export function stubOf(kind: Kind): dynamic.ResourceProvider {
  const known = stubs.get(kind) ?? stub(kind);
  stubs.set(kind, known);
  return known;
}
