// An account in the host's own files: its observed state, the steps to the desired state, and what
// destroy restores.
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../core/failure.ts";
import type { LocalAccount } from "../../facts/local-account.ts";
import { type AccountChange, addAccount, changeAccount, giveAccountBack, removeAccount } from "../../steps/account.ts";
import type { Step } from "../../steps/step.ts";

interface Desired {
  readonly name: string;
  readonly password: string;
  readonly locked: boolean;
  readonly adopt: boolean;
  readonly shell?: string | undefined;
  readonly state: "present";
}

type Found = LocalAccount | "elsewhere" | null;

/** Lower user IDs belong to the system and to packages (Debian Policy 9.2.2). */
const firstPersonalId = 1000;

const noShell = "/usr/sbin/nologin";

/**
 * The inputs as observed on the host. `foreign`: the account existed before, and `adopt` is not
 * set.
 */
export function localSeen(
  desired: Desired,
  found: Found,
  foreign: boolean,
): Readonly<Record<string, unknown>> | undefined {
  if (found === null) return undefined;
  if (found === "elsewhere") return { ...desired, state: "known to the name service, but not to /etc/passwd" };
  if (foreign) return { ...desired, state: "there already, and not made by this resource" };
  const shell = desiredShell(desired);
  const complaints = [
    ...(found.matches ? [] : ["another password"]),
    ...(shell === undefined || found.shell === shell || desired.shell !== undefined
      ? []
      : [`the shell ${found.shell}`]),
    ...(found.stale && found.matches ? ["a password that must be changed"] : []),
    ...(found.expired ? ["its last day over"] : []),
  ];
  return {
    ...desired,
    locked: found.locked,
    shell: desired.shell === undefined ? undefined : found.shell,
    state: complaints.length === 0 ? "present" : `present, with ${complaints.join(" and ")}`,
  };
}

export function localSteps(desired: Desired, found: Found, foreign: boolean): readonly Step[] {
  const { name, password, locked } = desired;
  if (found === "elsewhere") throw notLocal(name);
  if (found === null) {
    return [
      addAccount(name, desired.shell ?? noShell),
      changeAccount(name, { password, ...(locked ? { locked } : {}) }, `set the password of ${name}`),
    ];
  }
  if (foreign) throw notOurs(name, found);
  if (found.uid < firstPersonalId) throw systemAccount(name, found.uid);
  const shell = desiredShell(desired);
  const renewed = !found.matches || found.stale;
  const change: AccountChange = {
    ...(renewed ? { password } : {}),
    ...(shell === undefined || shell === found.shell ? {} : { shell }),
    ...(found.expired ? { unexpire: true } : {}),
    // A new password has no lock.
    ...((renewed ? false : found.locked) === locked ? {} : { locked }),
  };
  const what = [
    ...(change.password === undefined ? [] : [found.matches ? "its password must be changed" : "another password"]),
    ...(change.shell === undefined ? [] : [`the shell ${found.shell}`]),
    ...(change.unexpire === undefined ? [] : ["its last day over"]),
    ...(found.locked === locked ? [] : [locked ? "not locked" : "locked"]),
  ];
  return Object.keys(change).length === 0
    ? []
    : [changeAccount(name, change, `correct ${name}: found ${what.join(", ")}`)];
}

/** What was there before, and marks of what this resource has set since. */
interface Before {
  readonly local: LocalAccount | null;
  readonly set?: readonly string[];
}

/**
 * Restores the password, lock, dates and shell of an account that existed before, as far as nobody
 * else has changed them since; removes one that did not exist.
 */
export function localBack(desired: Desired, found: Found, before: Before): readonly Step[] {
  const { name } = desired;
  if (found === null || found === "elsewhere") return [];
  if (before.local === null && !isMadeHere(found, before.set)) return [];
  if (before.local === null) return [removeAccount(name, `remove the account ${name}: it was not there before`)];
  const { shadow, shell } = before.local;
  // This program only ever removes the date of expiry.
  const expires = found.shadow.expires === "" ? shadow.expires : found.shadow.expires;
  const changed = found.shadow.hash === shadow.hash ? found.shadow.changed : shadow.changed;
  const back = isTheirPassword(desired, found, before) ? { ...found.shadow, expires } : { ...shadow, changed, expires };
  const sameShadow = isDeepStrictEqual(found.shadow, back);
  const shellBack = found.shell !== shell && isOurShell(desired, found, before);
  return sameShadow && !shellBack
    ? []
    : [giveAccountBack(name, sameShadow ? undefined : back, shellBack ? shell : undefined)];
}

/** What `localBack` leaves, since somebody else has changed it. */
export function localLeft(desired: Desired, found: Found, before: Before): readonly string[] {
  const { name } = desired;
  if (found === null || found === "elsewhere") return [];
  if (before.local === null)
    return isMadeHere(found, before.set)
      ? []
      : [`the account ${name} is left: somebody else has made or changed it since`];
  const left = [
    ...(isTheirPassword(desired, found, before) ? ["password or lock"] : []),
    ...(found.shell !== before.local.shell && !isOurShell(desired, found, before) ? ["shell"] : []),
  ];
  return left.map((what) => `the ${what} of the account ${name} is left: somebody else has changed it since`);
}

/**
 * Whether an account that this resource made is still the same one: another comment alone
 * (`usermod -c`) makes no other account of it. The hash has a random salt, so it is in no other
 * account; the marks of older versions have no user ID.
 */
export function isMadeHere(found: LocalAccount, set: readonly string[] = []): boolean {
  const [hash = "", , uid = ""] = localMarks(found);
  return found.loginOnly || (found.homeless === true && (set.includes(hash) || set.includes(uid)));
}

/**
 * Marks of the password with its lock, of the shell, and of the user ID. The hash itself is in no
 * record twice.
 */
export function localMarks({ shadow, shell, uid }: LocalAccount): string[] {
  return [`hash ${createHash("sha256").update(shadow.hash).digest("hex")}`, `shell ${shell}`, `uid ${uid}`];
}

function isOurPassword({ locked }: Desired, found: LocalAccount, { set = [] }: Before): boolean {
  const [mark = ""] = localMarks(found);
  return set.includes(mark) || (found.matches && found.locked === locked);
}

function isTheirPassword(desired: Desired, found: LocalAccount, before: Before): boolean {
  return found.shadow.hash !== before.local?.shadow.hash && !isOurPassword(desired, found, before);
}

function isOurShell({ shell }: Desired, found: LocalAccount, { set = [] }: Before): boolean {
  return found.shell === shell || set.includes(`shell ${found.shell}`);
}

/**
 * The desired shell; `undefined` = keep the current one, because the user of an adopted account may
 * need it.
 */
function desiredShell({ shell, adopt }: Desired): string | undefined {
  return shell ?? (adopt ? undefined : noShell);
}

/** The shells that let nobody in (nologin(8), false(1)). */
const closedShells = /\/(nologin|false)$/;

/**
 * An account with another shell may be the one that a person, or this program itself, logs in with:
 * a new password would keep them out, and open SSH and sudo to whoever knows it.
 */
function notOurs(name: string, { shell, uid }: LocalAccount): Failure {
  const isPersonal = !closedShells.test(shell);
  return new Failure({
    code: "account-not-ours",
    tried: `make the account ${name}`,
    found: `a user ${name} is on the host already (user ID ${uid}, shell ${shell}), and this resource has not made it`,
    left: ["nothing was changed"],
    next: isPersonal
      ? `this looks like the account of a person, whose password for SSH and sudo must not become that of the mail login: take ${name} out of accounts and its password out of accountPasswords (with the mechanisms pam, shadow and getpwent its own password works for mail already), or choose another name`
      : `choose another name; or, only where nobody uses this account for anything but mail logins (SFTP, cron), set adopt to true in its entry of accounts (in a program: adopt: true): its password becomes the one given here, and \`pulumi destroy\` gives the old one back`,
  });
}

function systemAccount(name: string, uid: number): Failure {
  return new Failure({
    code: "account-of-system",
    tried: `take over the account ${name}`,
    found: `its user ID is ${uid}: below ${firstPersonalId} are the accounts of the system`,
    left: ["nothing was changed"],
    next: "choose another name: a password for such an account would open more than the mail service",
  });
}

function notLocal(name: string): Failure {
  return new Failure({
    code: "account-from-directory",
    tried: `make the account ${name}`,
    found: `the name service knows a user ${name}, but /etc/passwd does not: it comes from a directory (LDAP, NIS), as \`getent passwd ${name}\` shows`,
    left: ["nothing was changed"],
    next: "choose another name; or take this account out of accounts, since that directory keeps it and its password",
  });
}
