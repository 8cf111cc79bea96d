// What the state holds for each mail host. The stack's outputs would be simpler, but a run that
// failed for one host has none at all.
import { type OutputOf, plainValues, resolved } from "../providers/recipe/entry.ts";
import { mailHostOutputs } from "../providers/recipe/mail-host.ts";
import { isUnproved } from "../providers/resources/proof/unproved.ts";
import type { HostOutput } from "./status-table.ts";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The output of `pulumi stack export`. */
export interface Checkpoint {
  readonly deployment: { readonly resources?: readonly Resource[] };
}

/** A host of the configuration. */
export interface Named {
  readonly name: string;
  readonly connection: { readonly host: string };
}

/**
 * One entry for each host of the configuration, in its order; for a host that was never reached it
 * has only the address.
 */
export function statusInState({ deployment }: Checkpoint, hosts: readonly Named[]): Record<string, HostOutput> {
  const resources = deployment.resources ?? [];
  return Object.fromEntries(hosts.map(({ name, connection }) => [name, statusOf(resources, name, connection.host)]));
}

function statusOf(resources: readonly Resource[], name: string, address: string): HostOutput {
  const component = resources.find(({ type, urn }) => type === "sasl:index:SaslMailHost" && urn.endsWith(`::${name}`));
  const parts = resources.filter(({ parent }) => component !== undefined && parent === component.urn);
  const outputOf = ({ entry, output }: OutputOf) =>
    parts.find(({ urn }) => urn.endsWith(`::${name}-${entry}`))?.outputs?.[output];
  const { transcript, ...seen } = resolved(mailHostOutputs, plainValues(outputOf));
  const changed = parts.filter(
    ({ type, outputs }) => !type.endsWith("AuthProof") && isUnproved(outputs?.changedAt, seen.provedAt),
  );
  const unproved = changed.length === 0 ? undefined : changed.map(({ type }) => type.slice(type.lastIndexOf(":") + 1));
  const known = Object.entries({ ...seen, unproved }).filter(([, value]) => value !== undefined);
  return { address, ...Object.fromEntries(known) };
}
