// Secrets of one host that override the stack's. They have a key of their own, since a single
// secret inside `hosts` would encrypt all of it, and no review could read it.
import type * as pulumi from "@pulumi/pulumi";
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { nearest } from "./did-you-mean.ts";
import { placeOf, removeCommand } from "./stack-key.ts";

const { proofPassword, accountPassword, ldapBindPassword, pem } = inputSchemas;
const text = z.string().min(1);

/** One text each; the passwords of accounts are a map and stand apart. */
const secrets = {
  proofPassword: proofPassword.optional(),
  sshPassword: text.optional(),
  sshKeyPassphrase: text.optional(),
  sudoPassword: text.optional(),
  ldapBindPassword: ldapBindPassword.optional(),
  tlsKey: pem.optional(),
};

type Name = keyof typeof secrets;
const names = Object.keys(secrets) as readonly Name[];
export type HostSecrets = { readonly [name in Name]: pulumi.Output<string> | undefined };

export const hostSecretsSchema = z.record(
  z.string(),
  z.strictObject({ ...secrets, accountPasswords: z.record(z.string(), accountPassword).optional() }),
);

/** The keys of the stack that hold them. */
export type StackSecretValues = { readonly [name in Name]?: string | undefined } & {
  readonly hostSecrets?: z.infer<typeof hostSecretsSchema> | undefined;
};

/** The properties of a host that secrets belong to. */
export interface Owner {
  readonly name: string;
  readonly tls?: { readonly certificate?: string | undefined } | undefined;
  readonly ldap?: { readonly bindDn?: string | undefined } | undefined;
}

const owners = [
  { secret: "tlsKey", of: "tls.certificate", has: ({ tls }: Owner) => tls?.certificate !== undefined },
  { secret: "ldapBindPassword", of: "ldap.bindDn", has: ({ ldap }: Owner) => ldap?.bindDn !== undefined },
] as const;

/** Whether a secret exists for the host: its own, or the stack's. */
export function hasSecret(stack: StackSecretValues, host: string, name: Name): boolean {
  return secretIn(stack, host, name) !== undefined;
}

/** The secret itself, in plain text: only to validate it, never to pass it on. */
export function secretIn(stack: StackSecretValues, host: string, name: Name): string | undefined {
  return stack.hostSecrets?.[host]?.[name] ?? stack[name];
}

/** The secrets of a host, its own or the stack's, which remain secret outputs. */
export function secretsOf(config: pulumi.Config, stack: StackSecretValues, host: string): HostSecrets {
  const secretOf = (name: Name) => {
    if (stack.hostSecrets?.[host]?.[name] === undefined)
      return stack[name] === undefined ? undefined : config.requireSecret(name);
    return config
      .requireSecretObject<Record<string, Record<Name, string>>>("hostSecrets")
      .apply((all) => String(all[host]?.[name]));
  };
  return Object.fromEntries(names.map((name) => [name, secretOf(name)])) as HostSecrets;
}

/** Unused secrets: the setting that needs one was probably forgotten or mistyped. */
export function idleSecrets(stack: StackSecretValues, hosts: readonly Owner[]): string[] {
  const own = stack.hostSecrets ?? {};
  const known = hosts.map(({ name }) => name);
  const strange = Object.keys(own).filter((host) => !known.includes(host));
  const idle = (key: readonly string[], found: string) =>
    `${placeOf(key)}: is set, and ${found} that it would belong to: set that too, or take it away with ${removeCommand(key)}`;
  return [
    ...strange.map((host) => {
      const meant = nearest(host, known);
      return `${placeOf(["hostSecrets", host])}: no host has this name${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    }),
    ...owners.flatMap(({ secret, of, has }) => [
      ...(stack[secret] !== undefined && !hosts.some(has) ? [idle([secret], `no host has the ${of}`)] : []),
      ...hosts
        .filter((host) => own[host.name]?.[secret] !== undefined && !has(host))
        .map(({ name }) => idle(["hostSecrets", name, secret], `${name} has no ${of}`)),
    ]),
  ];
}
