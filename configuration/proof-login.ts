// The login that proves a host: a user and a password that belong together, or neither.
import { hasSecret, type StackSecretValues } from "./host-secrets.ts";
import { placeOf, setCommand } from "./stack-key.ts";
import type { Wrong } from "./wrong.ts";

interface Stack extends StackSecretValues {
  readonly proofUsername?: string | undefined;
}

interface Host {
  readonly name: string;
  /** The host's own, that of its group, or the stack's. */
  readonly proofUsername?: string | undefined;
}

export function proofComplaints(stack: Stack, { name, proofUsername }: Host): Wrong[] {
  const ownPassword = stack.hostSecrets?.[name]?.proofPassword !== undefined;
  const ownPath = ["hostSecrets", name, "proofPassword"];
  const ownUser = proofUsername !== stack.proofUsername;
  const wrong = (key: string, says: string) => [{ host: name, key, says }];
  const set = setCommand(ownPath, { secret: true });
  if (proofUsername === undefined) {
    if (!hasSecret(stack, name, "proofPassword")) return [];
    return wrong(
      ownPassword ? placeOf(ownPath) : "proofPassword",
      "is the password of nobody: set proofUsername, too, or take it away (a login that exists nowhere is tried then)",
    );
  }
  if (!hasSecret(stack, name, "proofPassword"))
    return wrong(
      "proofUsername",
      `has no password: set ${ownUser ? set : setCommand(["proofPassword"], { secret: true })}, or take it away (a login that exists nowhere is tried then)`,
    );
  if (ownUser && !ownPassword) {
    const owner =
      stack.proofUsername === undefined
        ? "the stack's proofPassword belongs to the stack's proofUsername, which is not set"
        : `proofPassword is that of ${stack.proofUsername}`;
    return wrong("proofUsername", `${proofUsername} needs a password of its own: set ${set}; ${owner}`);
  }
  return [];
}
