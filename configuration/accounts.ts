// The accounts to make, for all hosts or for one, each with its password from the key that holds
// all passwords.
import type * as pulumi from "@pulumi/pulumi";
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { nearest } from "./did-you-mean.ts";
import { placeOf, setCommand } from "./stack-key.ts";

const { name, store, realm, locked, adopt, shell } = inputSchemas.account;

export const accountsSchema = z.array(
  z.strictObject({
    name: name.describe("the login name"),
    store: store.describe("a user of the host, or an entry in /etc/sasldb2").optional(),
    realm: realm.describe("only for sasldb: the part behind the at sign of the login").optional(),
    locked: locked.describe("nobody gets in with it, whatever the password").optional(),
    adopt: adopt.describe("take over an account that was there before; else such a one is refused").optional(),
    shell: shell.describe("only for system: the login shell").optional(),
  }),
);

type Accounts = z.infer<typeof accountsSchema>;

/** A host with the accounts to make there. */
interface Host {
  readonly name: string;
  readonly accounts: Accounts;
}

/** The keys of the stack that hold passwords of accounts. */
interface Passwords {
  readonly accountPasswords?: Readonly<Record<string, string>> | undefined;
  readonly hostSecrets?:
    | Readonly<Record<string, { readonly accountPasswords?: Readonly<Record<string, string>> | undefined }>>
    | undefined;
}

/**
 * Complaints about the passwords: one that is missing on a host, or that belongs to no account.
 * `elsewhere` are the accounts of the stack and of groups, which may have no host.
 */
export function passwordComplaints(stack: Passwords, hosts: readonly Host[], elsewhere: Accounts): string[] {
  const shared = stack.accountPasswords ?? {};
  const ownOf = (host: string) => stack.hostSecrets?.[host]?.accountPasswords ?? {};
  const logins = [...new Set([...elsewhere, ...hosts.flatMap(({ accounts }) => accounts)].map(loginOf))];
  // An account that every host has a password of its own for needs none here: nobody would read it.
  const bare = hosts.flatMap(({ name, accounts }) => accounts.filter((each) => !(loginOf(each) in ownOf(name))));
  return [
    ...idle(["accountPasswords"], shared, logins, "no host has the account"),
    ...hosts.flatMap(({ name, accounts }) =>
      idle(
        ["hostSecrets", name, "accountPasswords"],
        ownOf(name),
        accounts.map(loginOf),
        `${name} has no such account`,
      ),
    ),
    ...[...new Set(bare.map(loginOf))]
      .filter((login) => !(login in shared))
      .map(
        (login) =>
          `${placeOf(["accountPasswords", login])}: is missing: set it with ${setCommand(["accountPasswords", login], { secret: true })}`,
      ),
  ];
}

/** One line for each password whose name is none of the logins. */
function idle(
  place: readonly string[],
  passwords: Readonly<Record<string, string>>,
  logins: readonly string[],
  found: string,
): string[] {
  return Object.keys(passwords)
    .filter((name) => !logins.includes(name))
    .map((name) => {
      const meant = nearest(name, logins);
      return `${placeOf([...place, name])}: ${found}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    });
}

/** The accounts with their passwords, the host's own or the stack's, which remain secret outputs. */
export function withPasswords(config: pulumi.Config, stack: Passwords, { name: host, accounts }: Host) {
  return accounts.map((account) => {
    const login = loginOf(account);
    const own = stack.hostSecrets?.[host]?.accountPasswords?.[login] !== undefined;
    const password = own
      ? config
          .requireSecretObject<Required<Passwords>["hostSecrets"]>("hostSecrets")
          .apply((all) => String(all?.[host]?.accountPasswords?.[login]))
      : config
          .requireSecretObject<Record<string, string>>("accountPasswords")
          .apply((passwords) => String(passwords[login]));
    return { ...account, password };
  });
}

function loginOf({ name, realm }: { name: string; realm?: string | undefined }): string {
  return realm === undefined ? name : `${name}@${realm}`;
}
