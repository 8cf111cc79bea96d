// The source of a host's users: the stack's setting, or the host's own in its place.
import type { Settings } from "./settings.ts";

export type Backend = Pick<Settings, "mechanism" | "realmInLogin" | "cache" | "ldap" | "rimap">;

/**
 * `own` overrides `stack`. A host with its own mechanism does not inherit the stack's server, which
 * belongs to the stack's mechanism.
 */
export function backendUnder(stack: Backend, own: Backend): Backend {
  const asks = (server: string) => own.mechanism === undefined || own.mechanism === server;
  return {
    mechanism: own.mechanism ?? stack.mechanism,
    realmInLogin: own.realmInLogin ?? stack.realmInLogin,
    cache: own.cache ?? stack.cache,
    ldap: own.ldap ?? (asks("ldap") ? stack.ldap : undefined),
    rimap: own.rimap ?? (asks("rimap") ? stack.rimap : undefined),
  };
}
