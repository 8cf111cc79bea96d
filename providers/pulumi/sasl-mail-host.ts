// The component: all resources of one host by the recipe, with the proof at the end.
import * as pulumi from "@pulumi/pulumi";
import { resolved } from "../recipe/entry.ts";
import { wrongRealm } from "../recipe/login-source.ts";
import { mailHostOutputs, mailHostRecipe } from "../recipe/mail-host.ts";
import { wrongPorts } from "../recipe/mail-services.ts";
import { addressForClients } from "../recipe/settings.ts";
import type { SaslMailHostArgs } from "./mail-host-args.ts";
import { makeParts } from "./parts.ts";
import type { AuthProof } from "./resources.ts";
import { unprovedAmong, warnOfUnproved } from "./unproved.ts";

/**
 * One host configured as Postfix with SMTP AUTH through saslauthd and proved by a real login: all
 * of the resources below, in their order, as one transaction. A failure, of the proof above all,
 * rolls back everything that this run changed on the host.
 */
export class SaslMailHost extends pulumi.ComponentResource {
  /** The proof, which waits for all other resources of the host. */
  declare readonly proof: AuthProof;
  /** Whether Postfix is "running" or "stopped". */
  declare readonly state: pulumi.Output<string>;
  /** The SMTP dialogue of the proof, without secrets. */
  declare readonly transcript: pulumi.Output<string[]>;
  /** When the proof was made, in ISO 8601, UTC. */
  declare readonly provedAt: pulumi.Output<string>;
  /** Package name → installed version. */
  declare readonly versions: pulumi.Output<Record<string, string>>;
  /** Debian's release: "Debian GNU/Linux 13 (trixie)". */
  declare readonly release: pulumi.Output<string>;
  /** Ports that the proof saw listening. */
  declare readonly ports: pulumi.Output<number[]>;
  /** Mechanisms that EHLO offered in the proof. */
  declare readonly mechanisms: pulumi.Output<string[]>;
  /** When the certificate expires, in ISO 8601, UTC; absent without TLS. */
  declare readonly certificateExpires: pulumi.Output<string | undefined>;
  /** What was changed after the proof, where that was left out (--target, --exclude). */
  declare readonly unproved: pulumi.Output<string[]>;

  constructor(name: string, args: SaslMailHostArgs, options?: pulumi.ComponentResourceOptions) {
    super("sasl:index:SaslMailHost", name, {}, options);
    const { connection, hostName, takeOverFrom, ...settings } = args;
    const { tls, smtps = true, submission = false } = settings;
    const wrong = wrongPorts(tls, smtps, submission) ?? wrongRealm(settings);
    if (wrong !== undefined) throw new pulumi.RunError(`${name}: ${wrong}`);

    const address = pulumi.output(connection).apply(({ host }) => host);
    const clientAddress = pulumi.output(connection).apply(addressForClients);
    const { parts, resolver } = makeParts(mailHostRecipe({ ...settings, address, clientAddress }), {
      name,
      common: { connection, transaction: true, hostName, takeOverFrom },
      parent: this,
      dependsOn: options?.dependsOn,
    });
    // The recipe ends with it.
    const proof = parts.at(-1) as AuthProof;
    const unproved = unprovedAmong(parts.slice(0, -1), proof);
    warnOfUnproved(name, unproved);

    const outputs = {
      ...resolved(mailHostOutputs, resolver),
      // Without TLS the output is `undefined` and not unknown, so that a preview shows it too.
      ...(tls === undefined ? { certificateExpires: pulumi.output(undefined) } : {}),
      unproved,
    };
    Object.assign(this, outputs, { proof });
    this.registerOutputs(outputs);
  }
}
