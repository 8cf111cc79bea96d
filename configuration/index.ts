// The stack's configuration, validated at one place: errors name the key and the host.
import * as pulumi from "@pulumi/pulumi";
import { limitsSchema } from "pulumi-postfix-sasl";
import { z } from "zod";
import { accountsSchema, readPasswords } from "./accounts.ts";
import { backendFields, backendOf, readBackend } from "./backend.ts";
import { readHostSecrets, refuseIdleSecrets } from "./host-secrets.ts";
import { rolloutSchema } from "./rollout.ts";
import { parse, secret } from "./stack-key.ts";
import { tlsFields, tlsOf, withOwnSource } from "./tls.ts";

const text = z.string().min(1);

const outside = z.enum(["expected", "told", "not wanted"]);

const connection = z.strictObject({
  host: text,
  port: z.int().min(1).max(65535).optional(),
  user: text.optional(),
  privateKeyFile: text.optional(),
  agentSocketPath: text.optional(),
  hostKey: text.optional(),
  knownHostsFile: text.optional(),
  sshConfigFile: text.optional(),
  dialErrorLimit: z.int().min(0).optional(),
  perDialTimeout: z.number().min(1).optional(),
  get proxy(): z.ZodOptional<typeof connection> {
    return connection.optional();
  },
});

const hosts = z
  .array(
    z.strictObject({
      /** Part of every resource name of the host. */
      name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower case letters, digits and dashes"),
      connection,
      // for this host in the place of the stack's; those of tls are taken one by one
      ...backendFields,
      accounts: accountsSchema.optional(),
      tls: tlsFields.optional(),
      smtps: z.boolean().optional(),
      submission: z.boolean().optional(),
      limits: limitsSchema.optional(),
      allowCleartext: z.boolean().optional(),
      outside: outside.optional(),
      proofUsername: text.optional(),
    }),
  )
  .min(1, "must name at least one host")
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must not name a host twice");

export type HostSettings = ReturnType<typeof readConfiguration>["hosts"][number];

/** All of the configuration. Secrets stay wrapped, so that they are encrypted wherever they go. */
export function readConfiguration() {
  const config = new pulumi.Config();
  const all = {
    tls: config.getObject<object>("tls") ?? {},
    smtps: config.getBoolean("smtps") ?? true,
    submission: config.getBoolean("submission") ?? false,
    limits: parse("limits", limitsSchema, config.getObject("limits") ?? {}),
    accounts: parse("accounts", accountsSchema, config.getObject("accounts") ?? []),
    allowCleartext: config.getBoolean("allowCleartext") ?? false,
    outside: parse("outside", outside, config.get("outside") || "expected"),
    proofUsername: config.get("proofUsername") || undefined,
  };
  const backend = readBackend(config);
  const named = parse("hosts", hosts, config.requireObject("hosts"));
  const given = named.map((host) => ({
    ...all,
    ...host,
    accounts: host.accounts ?? all.accounts,
    tls: withOwnSource(all.tls, host.tls ?? {}),
  }));
  const names = named.map(({ name }) => name);
  const secretsOf = readHostSecrets(config, names);
  const listed = [all, ...given].flatMap(({ accounts }) => accounts);
  const withPasswords = readPasswords(config, listed);
  const complete = given.map((host) => {
    const { proofPassword, ldapBindPassword, tlsKey } = secretsOf(host.name);
    return {
      ...host,
      ...backendOf(backend, host, ldapBindPassword),
      accounts: withPasswords(host.accounts),
      tls: tlsOf(host.tls, tlsKey, host.name),
      proofPassword,
    };
  });
  refuseIdleSecrets(config, complete);
  return {
    hosts: complete,
    rollout: parse("rollout", rolloutSchema, config.getObject("rollout") ?? {}),
    takeOverFrom: config.get("takeOverFrom") || undefined,
    secrets: {
      sshPassword: secret(config, "sshPassword"),
      sshKeyPassphrase: secret(config, "sshKeyPassphrase"),
      sudoPassword: secret(config, "sudoPassword"),
    },
  };
}
