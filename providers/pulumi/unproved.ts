// Warns at the end of a run that a change was not proved, where the proof was left out (--target,
// --exclude).
import * as pulumi from "@pulumi/pulumi";
import { isUnproved } from "../resources/proof/unproved.ts";
import { AuthProof } from "./resources.ts";
import type { SaslResource } from "./sasl-resource.ts";

/**
 * A warning that names what was changed after the last proof. It does not end the run, because the
 * operator left the proof out on purpose. The next complete `up` makes the proof, and rolls
 * everything back when that fails.
 */
export function warnOfUnproved(name: string, parts: readonly SaslResource[]): void {
  const proof = parts.find((part) => part instanceof AuthProof);
  if (proof === undefined || pulumi.runtime.isDryRun()) return;
  const others = parts.filter((part) => part !== proof);
  const rows = pulumi.all(others.map(({ urn, changedAt }) => pulumi.all([urn, changedAt])));
  pulumi.all([rows, proof.provedAt]).apply(async ([changes, provedAt]) => {
    const unproved = changes.filter(([, changedAt]) => isUnproved(changedAt, provedAt)).map(([urn]) => shortOf(urn));
    if (unproved.length === 0) return;
    await pulumi.log.warn(
      `${name}: changed and not proved: ${unproved.join(", ")}; run \`pulumi up\` without --target and --exclude: it makes the proof, or puts back what was changed`,
    );
  });
}

/** "StatOverride mail1-socket-directory" from a URN. */
function shortOf(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}
