// What holds for one host: its own word, else that of its group, else the stack's.
import { backendUnder } from "./backend.ts";
import type { Connection } from "./connection.ts";
import type { Settings } from "./settings.ts";
import { withOwnSource } from "./tls.ts";

/** A host as it stands in `hosts`. */
export interface GivenHost extends Settings {
  readonly name: string;
  readonly connection: Connection;
  readonly group?: string | undefined;
}

export type Host = ReturnType<typeof hostOf>;

/** Without its secrets. */
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
    // true means: where that is safe
    cache: cache === false ? cache : undefined,
    accounts: accounts ?? [],
    // Pulumi.yaml gives an empty list to a key that nobody has set
    saslauthdOptions: saslauthdOptions?.length === 0 ? undefined : saslauthdOptions,
  };
}

/** tls and options are taken field by field, everything else as a whole. */
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
