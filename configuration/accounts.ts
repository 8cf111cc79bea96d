// The accounts to make, for all hosts or for one, each with its password from the key that holds
// all passwords.
import type * as pulumi from "@pulumi/pulumi";
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { nearest } from "./did-you-mean.ts";
import { placeOf } from "./stack-key.ts";

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

/**
 * Complaints about the passwords: one that is missing, or that belongs to no account of `all` the
 * hosts.
 */
export function passwordComplaints(passwords: Readonly<Record<string, string>>, all: Accounts): string[] {
  const logins = [...new Set(all.map(loginOf))];
  const known = Object.keys(passwords);
  const place = (name: string) => placeOf(["accountPasswords", name]);
  return [
    ...known
      .filter((name) => !logins.includes(name))
      .map((name) => {
        const meant = nearest(name, logins);
        return `${place(name)}: no host has the account${meant === undefined ? "" : `; did you mean ${meant}?`}`;
      }),
    ...logins
      .filter((login) => !known.includes(login))
      .map(
        (login) =>
          `${place(login)}: is missing: set it with \`pulumi config set --secret --path 'accountPasswords["${login}"]'\``,
      ),
  ];
}

/** The accounts with their passwords, which remain secret outputs. */
export function withPasswords(config: pulumi.Config, accounts: Accounts) {
  return accounts.map((account) => {
    const login = loginOf(account);
    const password = config
      .requireSecretObject<Record<string, string>>("accountPasswords")
      .apply((passwords) => String(passwords[login]));
    return { ...account, password };
  });
}

function loginOf({ name, realm }: { name: string; realm?: string | undefined }): string {
  return realm === undefined ? name : `${name}@${realm}`;
}
