// An account in /etc/sasldb2: its observed state, the steps to the desired state, and what destroy
// restores.
// A locked account has no entry, which is how libsasl itself disables one (SASL_SET_DISABLE in
// sasl_setpass(3)).
import { createHash } from "node:crypto";
import { Failure } from "../../core/failure.ts";
import type { SasldbAccount } from "../../facts/sasldb-account.ts";
import { dropSasldbPassword, giveSasldbPasswordBack, setSasldbPassword } from "../../steps/account.ts";
import type { Step } from "../../steps/step.ts";

interface Desired {
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
  desired: Desired,
  found: SasldbAccount,
  foreign: boolean,
): Readonly<Record<string, unknown>> | undefined {
  if (!found.present) return desired.locked ? { ...desired } : undefined;
  if (foreign) return { ...desired, state: "there already, and not made by this resource" };
  return { ...desired, locked: false, state: found.matches ? "present" : "present, with another password" };
}

export function sasldbSteps(desired: Desired, found: SasldbAccount, foreign: boolean): readonly Step[] {
  const { name, password, locked } = desired;
  const { realm, present, matches } = found;
  if (present && foreign) throw notOurs(name, realm);
  if (locked)
    return present ? [dropSasldbPassword(name, realm, `lock ${name} in the realm ${realm}: it has an entry`)] : [];
  if (present && matches) return [];
  const why = present ? "it is another one" : "there is no entry";
  return [setSasldbPassword(name, realm, password, `set the password of ${name} in the realm ${realm}: ${why}`)];
}

/** What was there before, and marks of what this resource has set since. */
interface Before {
  readonly sasldb: SasldbAccount | null;
  readonly set?: readonly string[];
}

/**
 * Restores the password of an account that existed before, and removes one that did not exist,
 * unless somebody else has changed or removed it since. Where the default realm is another one
 * since, the entry of the earlier realm was not read, so only one that this resource set in the
 * present realm goes.
 */
export function sasldbBack(desired: Desired, found: SasldbAccount, before: Before): readonly Step[] {
  const { name } = desired;
  const { realm, present } = found;
  const secret = before.sasldb?.secret;
  const isMoved = realmLeft(found, before) !== undefined;
  if (secret !== undefined && !isMoved)
    return found.secret === secret || !isOurs(desired, found, before)
      ? []
      : [giveSasldbPasswordBack(name, realm, secret)];
  return present && (isOurs(desired, found, before) || (!isMoved && before.set === undefined))
    ? [dropSasldbPassword(name, realm, `remove ${name} from the realm ${realm}: it was not there before`)]
    : [];
}

/** What `sasldbBack` leaves, since somebody else has changed it, or the default realm. */
export function sasldbLeft(desired: Desired, found: SasldbAccount, before: Before): readonly string[] {
  const secret = before.sasldb?.secret;
  const realm = realmLeft(found, before);
  if (realm !== undefined)
    return [
      `${desired.name} in the realm ${realm} is left as it is: a login without a realm is looked for in ${found.realm} now; see whether it is there (sasldblistusers2), and ${secret === undefined ? `remove it (saslpasswd2 -d -u ${realm} ${desired.name})` : `give it its earlier password (saslpasswd2 -u ${realm} ${desired.name})`}`,
    ];
  if (secret === undefined && (!found.present || before.set === undefined)) return [];
  if (found.secret === secret || isOurs(desired, found, before)) return [];
  const what = found.present ? "changed its password" : "removed it";
  return [`${desired.name} in the realm ${found.realm} is left as it is: somebody else has ${what} since`];
}

/** The default realm of the first change, where a host with another name has another one now. */
function realmLeft(found: SasldbAccount, before: Before): string | undefined {
  const realm = before.sasldb?.realm;
  return realm === found.realm ? undefined : realm;
}

/** A mark of the entry; its password is in the clear, and in no record twice. */
export function sasldbMark({ secret }: SasldbAccount): string {
  return secret === undefined ? "no entry" : `secret ${createHash("sha256").update(secret).digest("hex")}`;
}

function isOurs({ locked }: Desired, found: SasldbAccount, { set = [] }: Before): boolean {
  return set.includes(sasldbMark(found)) || (found.present ? found.matches : locked);
}

function notOurs(name: string, realm: string): Failure {
  return new Failure({
    code: "account-not-ours",
    tried: `make the account ${name} in the realm ${realm} of /etc/sasldb2`,
    found: "it is there already, and this resource has not made it",
    left: ["nothing was changed"],
    next: "choose another name; or, where this is the same login, set adopt to true in its entry of accounts (in a program: adopt: true): its password becomes the one given here, and `pulumi destroy` gives the old one back",
  });
}
