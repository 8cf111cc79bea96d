// Secrets that belong to one host and stand in the place of the stack's. They have a key of their own, since a single secret inside
// `hosts` would make all of it secret, and no review could read it.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { parse, refusePlain, secret } from "./stack-key.ts";

const names = ["proofPassword", "ldapBindPassword", "tlsKey"] as const;

type Name = (typeof names)[number];
export type HostSecrets = { readonly [name in Name]: pulumi.Output<string> | undefined };

const text = z.string().min(1).optional();
const schema = z.record(z.string(), z.strictObject({ proofPassword: text, ldapBindPassword: text, tlsKey: text }));

/** What a host has that secrets belong to. */
interface Owner {
  readonly name: string;
  readonly tls: { readonly certificate?: string | undefined } | undefined;
  readonly ldap: { readonly bindDn?: string | undefined } | undefined;
}

const owners = [
  { secret: "tlsKey", of: "tls.certificate", has: ({ tls }: Owner) => tls?.certificate !== undefined },
  { secret: "ldapBindPassword", of: "ldap.bindDn", has: ({ ldap }: Owner) => ldap?.bindDn !== undefined },
] as const;

/** The secrets of a host by its name: its own, else the stack's. Refused: plain text, and a host that is not in `hosts`. */
export function readHostSecrets(config: pulumi.Config, hosts: readonly string[]): (host: string) => HostSecrets {
  const own = readOwn(config);
  const [first] = Object.keys(own);
  if (first !== undefined) refusePlain(config, "hostSecrets", `--path hostSecrets.${first}.proofPassword`);
  const strange = Object.keys(own).filter((host) => !hosts.includes(host));
  if (strange.length > 0) throw new pulumi.RunError(`hostSecrets has ${strange.join(", ")}, which is not in hosts`);
  const stack = Object.fromEntries(names.map((name) => [name, secret(config, name)])) as HostSecrets;
  const ofHost = (host: string, name: Name) =>
    own[host]?.[name] === undefined
      ? stack[name]
      : config.requireSecretObject<typeof own>("hostSecrets").apply((all) => String(all[host]?.[name]));
  return (host) => Object.fromEntries(names.map((name) => [name, ofHost(host, name)])) as HostSecrets;
}

/** A secret that nothing uses is refused: it stands in the file, and something else was forgotten or mistyped. */
export function refuseIdleSecrets(config: pulumi.Config, hosts: readonly Owner[]): void {
  const own = readOwn(config);
  for (const { secret: name, of, has } of owners) {
    if (config.get(name) && !hosts.some(has)) throw idle(name, `no host has the ${of}`);
    const host = hosts.find((host) => own[host.name]?.[name] !== undefined && !has(host));
    if (host !== undefined) throw idle(`hostSecrets.${host.name}.${name}`, `${host.name} has no ${of}`);
  }
}

function readOwn(config: pulumi.Config): z.infer<typeof schema> {
  return parse("hostSecrets", schema, config.getObject("hostSecrets") ?? {});
}

function idle(key: string, found: string): Error {
  const path = key.includes(".") ? `--path ${key}` : key;
  return new pulumi.RunError(
    `${key} is set, and ${found} that it would belong to: set that too, or take it away with \`pulumi config rm ${path}\``,
  );
}
