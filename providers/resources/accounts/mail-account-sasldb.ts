// An account in /etc/sasldb2: its observed state, the steps to the desired state, and the rollback.
// A locked account has no entry, which is how libsasl itself disables one (SASL_SET_DISABLE in
// sasl_setpass(3)).

import { Failure } from "../../core/failure.ts";
import { type SasldbAccount, sasldbAccount } from "../../facts/sasldb-account.ts";
import { dropSasldbPassword, giveSasldbPasswordBack, setSasldbPassword } from "../../steps/account.ts";
import type { Step } from "../../steps/step.ts";

interface Wanted {
  readonly name: string;
  readonly password: string;
  readonly realm?: string | undefined;
  readonly locked: boolean;
  readonly state: "present";
}

/**
 * The inputs as observed on the host. `foreign`: the account existed before, and `adopt` is not
 * set.
 */
export function sasldbSeen(
  wanted: Wanted,
  found: SasldbAccount,
  foreign: boolean,
): Readonly<Record<string, unknown>> | undefined {
  if (!found.present) return wanted.locked ? { ...wanted } : undefined;
  if (foreign) return { ...wanted, state: "there already, and not made by this resource" };
  return { ...wanted, locked: false, state: found.matches ? "present" : "present, with another password" };
}

export function sasldbSteps(wanted: Wanted, found: SasldbAccount, foreign: boolean): readonly Step[] {
  const { name, password, locked } = wanted;
  const { realm, present, matches } = found;
  const { question } = sasldbAccount(name, realm, password);
  if (present && foreign) throw notOurs(name, realm);
  if (locked)
    return present
      ? [dropSasldbPassword(name, realm, question, `lock ${name} in the realm ${realm}: it has an entry`)]
      : [];
  if (present && matches) return [];
  const why = present ? "it is another one" : "there is no entry";
  return [
    setSasldbPassword(name, realm, password, question, `set the password of ${name} in the realm ${realm}: ${why}`),
  ];
}

/** Restores the password of an account that existed before; removes one that did not exist. */
export function sasldbBack(name: string, found: SasldbAccount, before: SasldbAccount | null): readonly Step[] {
  if (before?.secret !== undefined)
    return found.secret === before.secret ? [] : [giveSasldbPasswordBack(name, before.realm, before.secret)];
  const { realm } = found;
  const { question } = sasldbAccount(name, realm, "");
  return found.present
    ? [dropSasldbPassword(name, realm, question, `remove ${name} from the realm ${realm}: it was not there before`)]
    : [];
}

function notOurs(name: string, realm: string): Failure {
  return new Failure({
    code: "account-not-ours",
    tried: `make the account ${name} in the realm ${realm} of /etc/sasldb2`,
    found: "it is there already, and this resource has not made it",
    left: ["nothing was changed"],
    next: "choose another name, or say adopt: true: then its password becomes this one, and `pulumi destroy` gives the old one back",
  });
}
