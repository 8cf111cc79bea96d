// Says at the end of a run that something was changed and not proved: where Pulumi was told to leave the proof out (--target, --exclude).
import * as pulumi from "@pulumi/pulumi";
import { isUnproved } from "../resources/unproved.ts";
import type { AuthProof } from "./resources.ts";

/** A resource as far as it counts here. */
interface Part {
  readonly urn: pulumi.Output<string>;
  readonly changedAt: pulumi.Output<string>;
}

/**
 * A warning that names what was changed after the last proof. It does not end the run: whoever leaves the proof out has asked for it; the
 * next whole `up` makes the proof, and puts everything back when that fails.
 */
export function warnOfUnproved(name: string, parts: readonly Part[], proof: AuthProof): void {
  if (pulumi.runtime.isDryRun()) return;
  const rows = pulumi.all(parts.map(({ urn, changedAt }) => pulumi.all([urn, changedAt])));
  pulumi.all([rows, proof.provedAt]).apply(async ([changes, provedAt]) => {
    const unproved = changes.filter(([, changedAt]) => isUnproved(changedAt, provedAt)).map(([urn]) => shortOf(urn));
    if (unproved.length === 0) return;
    await pulumi.log.warn(
      `${name}: changed and not proved: ${unproved.join(", ")}; run \`pulumi up\` without --target and --exclude: it makes the proof, or puts back what was changed`,
    );
  });
}

/** "StatOverride mail1-socket-directory" out of a URN. */
function shortOf(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.slice(type.lastIndexOf(":") + 1)} ${name}`;
}
