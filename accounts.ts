// The part of the stack's configuration that says who knows the users, and which accounts are made.
import * as pulumi from "@pulumi/pulumi";
import { ldapSchema, rimapSchema } from "pulumi-postfix-sasl";
import { z } from "zod";
import { parse, readObject, refusePlain, secret } from "./stack-key.ts";

const text = z.string().min(1);

const mechanism = z.enum(["pam", "shadow", "getpwent", "sasldb", "ldap", "rimap", "kerberos5"]);

const accounts = z.array(
  z.strictObject({
    name: text,
    store: z.enum(["system", "sasldb"]).optional(),
    realm: text.optional(),
    locked: z.boolean().optional(),
    adopt: z.boolean().optional(),
    shell: text.optional(),
  }),
);

/** Who knows the users. What does not go together is refused by the resource, which knows why. */
export function readBackend(config: pulumi.Config) {
  const ldap = readObject(config, "ldap", ldapSchema);
  const bindPassword = secret(config, "ldapBindPassword");
  if (ldap === undefined && bindPassword !== undefined)
    throw new pulumi.RunError("ldapBindPassword is set, but ldap is not: which directory is it for?");
  return {
    mechanism: parse("mechanism", mechanism, config.get("mechanism") || "pam"),
    realmInLogin: config.getBoolean("realmInLogin") ?? false,
    // true means: where that is safe
    cache: config.getBoolean("cache") === false ? false : undefined,
    ldap: ldap === undefined ? undefined : { ...ldap, bindPassword },
    rimap: readObject(config, "rimap", rimapSchema),
  };
}

/** The accounts, each with its password out of the key that holds all of them. */
export function readAccounts(config: pulumi.Config) {
  const listed = parse("accounts", accounts, config.getObject("accounts") ?? []);
  const known = Object.keys(config.getObject<object>("accountPasswords") ?? {});
  const idle = known.filter((name) => !listed.some((account) => loginOf(account) === name));
  if (idle.length > 0) throw new pulumi.RunError(`accountPasswords has ${idle.join(", ")}, which is not in accounts`);
  if (known.length > 0) refusePlain(config, "accountPasswords", `--path 'accountPasswords["${known[0]}"]'`);
  return listed.map((account) => {
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
