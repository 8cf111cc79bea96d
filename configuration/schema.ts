// All keys of the stack's configuration: what each may be, and what it means. There is no other list of them.
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { connectionSchema } from "./connection.ts";
import { hostSecretsSchema } from "./host-secrets.ts";
import { rolloutSchema } from "./rollout.ts";
import { settings } from "./settings.ts";

const text = z.string().min(1);

/** A key that must be encrypted in the stack's file. */
const secret = <Schema extends z.ZodType>(schema: Schema) => schema.meta({ ...schema.meta(), secret: true }).optional();

export const hostSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower case letters, digits and dashes")
    .describe("part of every resource name of the host"),
  connection: connectionSchema.describe("how the host is reached"),
  ...settings,
});

export const stackSchema = z.strictObject({
  hosts: z
    .array(hostSchema)
    .min(1, "must name at least one host")
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must not name a host twice")
    .describe("each with `name` and `connection`, and what this host has of its own"),
  ...settings,
  proofPassword: secret(
    inputSchemas.proofPassword.describe(
      "password of `proofUsername`; without the two a bogus login must get 535 (saslauthd answers), not 454",
    ),
  ),
  hostSecrets: secret(
    hostSecretsSchema.describe("`proofPassword`, `ldapBindPassword`, `tlsKey` of single hosts, by name"),
  ),
  sshPassword: secret(text.describe("for a login without a key")),
  sshKeyPassphrase: secret(text.describe("opens encrypted private keys, those of jump hosts too")),
  sudoPassword: secret(text.describe("for a sudo that asks")),
  tlsKey: secret(inputSchemas.pem.describe("the private key of `tls.certificate`, PEM")),
  accountPasswords: secret(
    z.record(z.string(), inputSchemas.accountPassword).describe("passwords of the `accounts`, by name"),
  ),
  ldapBindPassword: secret(inputSchemas.ldapBindPassword.describe("password of `ldap.bindDn`")),
  takeOverFrom: text
    .describe("a stack (`project/stack`) that gives its hosts to this one; else hosts of another stack are refused")
    .optional(),
  rollout: rolloutSchema
    .describe(
      "how many hosts go first (`canary`), and how many together after them (`batch`); each wave waits for the proof of the one before",
    )
    .optional(),
});

export type StackConfiguration = z.infer<typeof stackSchema>;
