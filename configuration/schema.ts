// All keys of the stack's configuration, with type and meaning. This is the only list of them.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { key, secretKey } from "./about.ts";
import { connectionSchema } from "./connection.ts";
import { hostSecretsSchema } from "./host-secrets.ts";
import { rolloutSchema } from "./rollout.ts";
import { settings } from "./settings.ts";

const text = z.string().min(1);
const lowerCase = /^[a-z0-9][a-z0-9-]*$/;
const { proofPassword, pem, accountPassword, ldapBindPassword } = inputSchemas;
const fleetPage = "docs/how-to/fleet.md";

interface Named {
  readonly name: string;
}

/** The first name that two hosts have. */
function twice(hosts: readonly Named[]): string | undefined {
  return hosts.find(({ name }, index) => hosts.slice(0, index).some((earlier) => earlier.name === name))?.name;
}

const hostSchema = z.strictObject({
  name: z
    .string()
    .regex(lowerCase, "must be lower case letters, digits and dashes")
    .meta({ description: "part of every resource name of the host" }),
  connection: connectionSchema.meta({ description: "how the host is reached", page: "docs/connections.md" }),
  group: key(text, "the group in `groups` that it belongs to"),
  ...settings,
});

export const stackSchema = z.strictObject({
  hosts: z
    .array(hostSchema)
    .min(1, 'must name at least one host; README.md, "Your own host", has the commands')
    .refine((all) => twice(all) === undefined, {
      error: ({ input }) => `two are called ${twice(input as Named[])}: each host needs a name of its own`,
    })
    .meta({ description: "each with `name` and `connection`, and what this host has of its own", page: fleetPage }),
  hostsFile: key(
    text,
    "a file with further hosts, a list like `hosts` in YAML or JSON, relative to the project: for many hundreds of them",
    { page: `${fleetPage}#many-hosts` },
  ),
  groups: key(
    z.record(z.string(), z.strictObject(settings)),
    "by name, what some hosts have in common: it stands between the stack's word and the host's own",
    { default: "none", page: `${fleetPage}#groups` },
  ),
  ...settings,
  proofPassword: secretKey(
    proofPassword,
    "password of `proofUsername`; without the two only an invented login is tried, which saslauthd must refuse",
  ),
  sshPassword: secretKey(text, "for a login without a key"),
  sshKeyPassphrase: secretKey(text, "opens encrypted private keys, those of jump hosts too"),
  sudoPassword: secretKey(text, "for a sudo that asks"),
  hostSecrets: secretKey(
    hostSecretsSchema,
    "secrets of single hosts, by name, in the place of the stack's: `proofPassword`, `sshPassword`, `sshKeyPassphrase`, `sudoPassword`, `accountPasswords`, `ldapBindPassword`, `tlsKey`",
    { page: `${fleetPage}#a-host-of-its-own-kind` },
  ),
  tlsKey: secretKey(pem, "the private key of `tls.certificate`, PEM"),
  accountPasswords: secretKey(z.record(z.string(), accountPassword), "passwords of the `accounts`, by name"),
  ldapBindPassword: secretKey(ldapBindPassword, "password of `ldap.bindDn`"),
  rollout: key(
    rolloutSchema,
    "how many hosts go first (`canary`), and how many together after them (`batch`); each wave waits for the proof of the one before",
    { default: "{canary: 1}", page: `${fleetPage}#roll-out` },
  ),
});

/** The list of hosts alone, as a file of its own has it. */
export const hostsSchema = z.strictObject({ hosts: z.array(hostSchema) });

export type StackConfiguration = z.infer<typeof stackSchema>;
