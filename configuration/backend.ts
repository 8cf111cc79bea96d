// The part of the stack's configuration that says who knows the users: for all hosts, or for one in their place.
import type * as pulumi from "@pulumi/pulumi";
import { ldapSchema, rimapSchema } from "pulumi-postfix-sasl";
import { z } from "zod";
import { parse, readObject } from "./stack-key.ts";

const mechanism = z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]);

/** What may stand with a host, in the place of the stack's. */
export const backendFields = {
  mechanism: mechanism.optional(),
  realmInLogin: z.boolean().optional(),
  cache: z.boolean().optional(),
  ldap: ldapSchema.optional(),
  rimap: rimapSchema.optional(),
};

type Backend = { readonly [name in keyof typeof backendFields]?: z.infer<(typeof backendFields)[name]> };

/** The stack's own. */
export function readBackend(config: pulumi.Config): Backend {
  return {
    mechanism: parse("mechanism", mechanism, config.get("mechanism") || "pam"),
    realmInLogin: config.getBoolean("realmInLogin") ?? false,
    cache: config.getBoolean("cache") ?? true,
    ldap: readObject(config, "ldap", ldapSchema),
    rimap: readObject(config, "rimap", rimapSchema),
  };
}

/**
 * What holds for one host. One with a mechanism of its own does not get the server that only the stack's would ask. What does not go
 * together is refused by the resource, which knows why.
 */
export function backendOf(stack: Backend, host: Backend, bindPassword: pulumi.Output<string> | undefined) {
  const asks = (server: string) => host.mechanism === undefined || host.mechanism === server;
  const ldap = host.ldap ?? (asks("ldap") ? stack.ldap : undefined);
  return {
    mechanism: host.mechanism ?? stack.mechanism,
    realmInLogin: host.realmInLogin ?? stack.realmInLogin,
    // true means: where that is safe
    cache: (host.cache ?? stack.cache) === false ? false : undefined,
    ldap: ldap === undefined ? undefined : { ...ldap, ...(ldap.bindDn === undefined ? {} : { bindPassword }) },
    rimap: host.rimap ?? (asks("rimap") ? stack.rimap : undefined),
  };
}
