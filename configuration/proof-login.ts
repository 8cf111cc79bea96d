// The login that proves a host: a user and a password that belong together, or neither.
import { hasSecret, type StackSecrets } from "./host-secrets.ts";
import type { Wrong } from "./wrong.ts";

interface Stack extends StackSecrets {
  readonly proofUsername?: string | undefined;
}

/** `own` is the `proofUsername` that stands with the host itself. */
export function proofComplaints(
  stack: Stack,
  host: { readonly name: string; readonly own?: string | undefined },
): Wrong[] {
  const username = host.own ?? stack.proofUsername;
  const ownPassword = stack.hostSecrets?.[host.name]?.proofPassword !== undefined;
  const wrong = (key: string, says: string) => [{ host: host.name, key, says }];
  const set = `\`pulumi config set --secret --path 'hostSecrets["${host.name}"].proofPassword'\``;
  if (username === undefined) {
    if (!hasSecret(stack, host.name, "proofPassword")) return [];
    return wrong(
      ownPassword ? `hostSecrets.${host.name}.proofPassword` : "proofPassword",
      "is the password of nobody: set proofUsername, too, or take it away (a login that exists nowhere is tried then)",
    );
  }
  if (!hasSecret(stack, host.name, "proofPassword"))
    return wrong(
      "proofUsername",
      `has no password: set ${host.own === undefined ? "`pulumi config set --secret proofPassword`" : set}, or take it away (a login that exists nowhere is tried then)`,
    );
  if (host.own !== undefined && host.own !== stack.proofUsername && !ownPassword)
    return wrong(
      "proofUsername",
      `${host.own} needs a password of its own: set ${set}; proofPassword is that of ${stack.proofUsername ?? "nobody else"}`,
    );
  return [];
}
