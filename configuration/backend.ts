// Who knows the users of a host: the stack's word, or the host's own in its place.
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { settings } from "./settings.ts";

type Name = "mechanism" | "realmInLogin" | "cache" | "ldap" | "rimap";
type Backend = { readonly [name in Name]?: z.infer<(typeof settings)[name]> };

/**
 * What holds for one host. One with a mechanism of its own does not get the server that only the stack's would ask. What does not go
 * together is refused by the resource, which knows why.
 */
export function backendOf(stack: Backend, host: Backend, bindPassword: pulumi.Output<string> | undefined) {
  const asks = (server: string) => host.mechanism === undefined || host.mechanism === server;
  const ldap = host.ldap ?? (asks("ldap") ? stack.ldap : undefined);
  return {
    mechanism: host.mechanism ?? stack.mechanism ?? "pam",
    realmInLogin: host.realmInLogin ?? stack.realmInLogin ?? false,
    // true means: where that is safe
    cache: (host.cache ?? stack.cache) === false ? false : undefined,
    ldap: ldap === undefined ? undefined : { ...ldap, ...(ldap.bindDn === undefined ? {} : { bindPassword }) },
    rimap: host.rimap ?? (asks("rimap") ? stack.rimap : undefined),
  };
}
