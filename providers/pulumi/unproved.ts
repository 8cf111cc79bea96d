// What was changed and not proved, where the proof was left out of a run (--target, --exclude).
import * as pulumi from "@pulumi/pulumi";
import { isUnproved } from "../resources/proof/unproved.ts";
import type { AuthProof } from "./resources.ts";
import type { SaslResource } from "./sasl-resource.ts";

/** The parts that were changed after the last proof, as "StatOverride mail1-socket-directory". */
export function unprovedAmong(parts: readonly SaslResource[], proof: AuthProof): pulumi.Output<string[]> {
  const rows = pulumi.all(parts.map(({ urn, changedAt }) => pulumi.all([urn, changedAt])));
  return pulumi
    .all([rows, proof.provedAt])
    .apply(([changes, provedAt]) =>
      changes.filter(([, changedAt]) => isUnproved(changedAt, provedAt)).map(([urn]) => shortOf(urn)),
    );
}

/**
 * A warning that names what was changed after the last proof. It does not end the run, because the
 * operator left the proof out on purpose. The next complete `up` makes the proof, and rolls
 * everything back when that fails.
 */
export function warnOfUnproved(name: string, unproved: pulumi.Output<string[]>): void {
  if (pulumi.runtime.isDryRun()) return;
  unproved.apply(async (parts) => {
    if (parts.length === 0) return;
    await pulumi.log.warn(
      `${name}: changed and not proved: ${parts.join(", ")}; run \`pulumi up\` without --target and --exclude: it makes the proof, or puts back what was changed`,
    );
  });
}

/** "StatOverride mail1-socket-directory" from a URN. */
function shortOf(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}
