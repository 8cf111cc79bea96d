// Who knows the users of a host: the stack's word, or the host's own in its place.
import type { Settings } from "./settings.ts";

export type Backend = Pick<Settings, "mechanism" | "realmInLogin" | "cache" | "ldap" | "rimap">;

/** `own` in the place of `stack`. With a mechanism of its own nobody gets the server that only the stack's would ask. */
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
