// What the state holds for each mail host. The stack's outputs would be simpler, but a run that
// failed for one host has none at all.
import { type OutputOf, plainValues, resolved } from "../providers/recipe/entry.ts";
import { mailHostOutputs } from "../providers/recipe/mail-host.ts";
import { isUnproved } from "../providers/resources/proof/unproved.ts";
import type { HostStatus } from "./host-status.ts";
import { hostIn } from "./urn.ts";

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The output of `pulumi stack export`. */
export interface Checkpoint {
  readonly deployment: { readonly resources?: readonly Resource[] };
}

/** The proof of a host, without secrets. */
export interface Proof {
  /** In ISO 8601, UTC. */
  readonly provedAt: string;
  /** What client (C:) and server (S:) said. */
  readonly transcript: readonly string[];
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
export function statusInState(checkpoint: Checkpoint, hosts: readonly Named[]): Record<string, HostStatus> {
  return Object.fromEntries(hosts.map(({ name, connection }) => [name, statusOf(checkpoint, name, connection.host)]));
}

/** The SMTP dialogues of a host's last proof; `undefined` where none was made yet. */
export function proofInState(checkpoint: Checkpoint, name: string): Proof | undefined {
  const { provedAt, transcript } = seenIn(partsIn(checkpoint, name), name);
  return typeof provedAt === "string" && Array.isArray(transcript) ? { provedAt, transcript } : undefined;
}

/** The resources of a host. */
export function partsIn({ deployment: { resources = [] } }: Checkpoint, name: string): Resource[] {
  const component = resources.find(({ urn }) => hostIn(urn) === name);
  return resources.filter(({ parent }) => component !== undefined && parent === component.urn);
}

function seenIn(parts: readonly Resource[], name: string) {
  const outputOf = ({ entry, output }: OutputOf) =>
    parts.find(({ urn }) => urn.endsWith(`::${name}-${entry}`))?.outputs?.[output];
  return resolved(mailHostOutputs, plainValues(outputOf));
}

function statusOf(checkpoint: Checkpoint, name: string, address: string): HostStatus {
  const parts = partsIn(checkpoint, name);
  const { transcript, ...seen } = seenIn(parts, name);
  const changed = parts.filter(
    ({ type, outputs }) => !type.endsWith("AuthProof") && isUnproved(outputs?.changedAt, seen.provedAt),
  );
  const unproved = changed.length === 0 ? undefined : changed.map(({ type }) => type.slice(type.lastIndexOf(":") + 1));
  const known = Object.entries({ ...seen, unproved }).filter(([, value]) => value !== undefined);
  return { address, ...Object.fromEntries(known) };
}
