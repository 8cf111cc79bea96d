// The accounts that are made, for all hosts or for one, each with its password out of the key that holds all of them.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { refusePlain } from "./stack-key.ts";

const text = z.string().min(1);

export const accountsSchema = z.array(
  z.strictObject({
    name: text,
    store: z.enum(["system", "sasldb"]).optional(),
    realm: text.optional(),
    locked: z.boolean().optional(),
    adopt: z.boolean().optional(),
    shell: text.optional(),
  }),
);

type Accounts = z.infer<typeof accountsSchema>;

/** Gives a list of accounts their passwords. A password that belongs to no account of `all` the hosts is refused, as a missing one is. */
export function readPasswords(config: pulumi.Config, all: Accounts) {
  const known = Object.keys(config.getObject<object>("accountPasswords") ?? {});
  const idle = known.filter((name) => !all.some((account) => loginOf(account) === name));
  if (idle.length > 0) throw new pulumi.RunError(`accountPasswords has ${idle.join(", ")}, which is not in accounts`);
  if (known.length > 0) refusePlain(config, "accountPasswords", `--path 'accountPasswords["${known[0]}"]'`);
  return (accounts: Accounts) =>
    accounts.map((account) => {
      const login = loginOf(account);
      if (!known.includes(login)) {
        throw new pulumi.RunError(
          `accountPasswords has no password for ${login}: set it with \`pulumi config set --secret --path 'accountPasswords["${login}"]'\``,
        );
      }
      const password = config
        .requireSecretObject<Record<string, string>>("accountPasswords")
        .apply((passwords) => String(passwords[login]));
      return { ...account, password };
    });
}

function loginOf({ name, realm }: { name: string; realm?: string | undefined }): string {
  return realm === undefined ? name : `${name}@${realm}`;
}
