// The settings of one host: its own override those of its group, which override the stack's.
import { backendUnder } from "./backend.ts";
import type { Connection } from "./connection.ts";
import type { Settings } from "./settings.ts";
import { withOwnSource } from "./tls.ts";

/** A host as given in `hosts`. */
export interface GivenHost extends Settings {
  readonly name: string;
  readonly connection: Connection;
  readonly group?: string | undefined;
}

export type Host = ReturnType<typeof hostOf>;

/** The settings of a host without its secrets. */
export function hostOf(stack: Settings, group: Settings, { name, connection, group: _, ...own }: GivenHost) {
  const { accounts, allowCleartext, cache, mechanism, realmInLogin, saslauthdOptions, smtps, submission, ...said } =
    under(under(stack, group), own);
  return {
    ...said,
    name,
    connection,
    smtps: smtps ?? true,
    submission: submission ?? false,
    allowCleartext: allowCleartext ?? false,
    mechanism: mechanism ?? "pam",
    realmInLogin: realmInLogin ?? false,
    // True means: cache where that is safe.
    cache: cache === false ? cache : undefined,
    accounts: accounts ?? [],
    // Pulumi.yaml gives an empty list as the default of an omitted key.
    saslauthdOptions: saslauthdOptions?.length === 0 ? undefined : saslauthdOptions,
  };
}

/**
 * tls and options are merged field by field, a certificate source replaces the stack's, ldap and
 * rimap go with their mechanism, and everything else is replaced as a whole.
 */
function under(stack: Settings, own: Settings) {
  return {
    ...stack,
    ...own,
    ...backendUnder(stack, own),
    tls: withOwnSource(stack.tls, own.tls),
    options:
      stack.options === undefined && own.options === undefined ? undefined : { ...stack.options, ...own.options },
  };
}
