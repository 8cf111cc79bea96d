// The state of a stack with much in it, made from that of a stack with one: a first `up` of a thousand hosts is not what is measured here.
import type { Target } from "../contender.ts";

interface Export {
  deployment: { resources: { readonly urn: string }[] };
}

/** A copy of the things of one name under another, and what else is different about it: keys at any depth, with their new values. */
export interface Copy {
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** The host, in the place of the one that the state is of. */
export function copyOf({ name, address, port, privateKeyFile }: Target): Copy {
  return { name, changes: { hostName: name, connection: { host: address, port, privateKeyFile, dialErrorLimit: 10 } } };
}

/** `one` is the exported state of a stack; of what is named `name…` in it there is a copy for each of `copies`. */
export function multiplied(one: string, name: string, copies: readonly Copy[]): string {
  const state = JSON.parse(one) as Export;
  const { resources } = state.deployment;
  const isOwn = ({ urn }: { urn: string }) => urn.includes(`::${name}`);
  const own = resources.filter(isOwn);
  state.deployment.resources = [
    ...resources.filter((resource) => !isOwn(resource)),
    ...copies.flatMap((copy) => own.map((resource) => changed(resource, name, copy) as { urn: string })),
  ];
  return JSON.stringify(state);
}

function changed(value: unknown, name: string, copy: Copy): unknown {
  if (typeof value === "string") return value.replaceAll(`::${name}`, `::${copy.name}`);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => changed(item, name, copy));
  const fields = Object.entries(value).map(([key, inner]) => {
    // where dependencies of properties are listed the same keys hold lists
    const other = key in copy.changes && !Array.isArray(inner);
    return [key, other ? copy.changes[key] : changed(inner, name, copy)];
  });
  return Object.fromEntries(fields);
}
