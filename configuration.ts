// The stack's configuration, validated at one place: errors name the key and the host.
import * as pulumi from "@pulumi/pulumi";
import { limitsSchema } from "pulumi-postfix-sasl";
import { z } from "zod";
import { readAccounts, readBackend } from "./accounts.ts";
import { rolloutSchema } from "./rollout.ts";
import { parse, secret } from "./stack-key.ts";

const text = z.string().min(1);

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

/** Exactly one source: two files on the host, PEM (its key is the secret `tlsKey`), or made on the host. */
const tlsFields = z.strictObject({
  certificateFile: text.optional(),
  keyFile: text.optional(),
  certificate: text.optional(),
  selfSigned: z.boolean().optional(),
  serverName: text.optional(),
  certificateAuthority: text.optional(),
  expiryWarningDays: z.int().min(0).optional(),
  allowAuthOnPort25: z.boolean().optional(),
});

const tls = tlsFields
  .refine(({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined), {
    message: "certificateFile and keyFile must be given together",
  })
  .refine(
    ({ certificateFile, certificate, selfSigned }) =>
      [certificateFile !== undefined, certificate !== undefined, selfSigned === true].filter(Boolean).length === 1,
    {
      message:
        "give exactly one of certificateFile with keyFile, certificate (and the secret tlsKey), or selfSigned: true",
    },
  );

const hosts = z
  .array(
    z.strictObject({
      /** Part of every resource name of the host. */
      name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower case letters, digits and dashes"),
      connection,
      // for this host in the place of the stack's; those of tls are taken one by one
      tls: tlsFields.optional(),
      smtps: z.boolean().optional(),
      submission: z.boolean().optional(),
      limits: limitsSchema.optional(),
      allowCleartext: z.boolean().optional(),
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
    ...readBackend(config),
    accounts: readAccounts(config),
    allowCleartext: config.getBoolean("allowCleartext") ?? false,
    proofUsername: config.get("proofUsername") || undefined,
  };
  const tlsKey = secret(config, "tlsKey");
  const named = parse("hosts", hosts, config.requireObject("hosts"));
  const given = named.map((host) => ({ ...all, ...host, tls: withOwnSource(all.tls, host.tls ?? {}) }));
  if (tlsKey !== undefined && !given.some(({ tls }) => "certificate" in tls))
    throw new pulumi.RunError(
      "tlsKey is set, and no host has the tls.certificate that it would belong to: set that too, or take the key away with `pulumi config rm tlsKey`",
    );
  return {
    hosts: given.map((host) => ({ ...host, tls: tlsOf(host.tls, tlsKey, host.name) })),
    rollout: parse("rollout", rolloutSchema, config.getObject("rollout") ?? {}),
    takeOverFrom: config.get("takeOverFrom") || undefined,
    proofPassword: secret(config, "proofPassword"),
    secrets: {
      sshPassword: secret(config, "sshPassword"),
      sshKeyPassphrase: secret(config, "sshKeyPassphrase"),
      sudoPassword: secret(config, "sudoPassword"),
    },
  };
}

const sources: readonly string[] = ["certificateFile", "keyFile", "certificate", "selfSigned"];

/** The stack's `tls` with what the host says instead; a host that names a source has only that one. */
function withOwnSource(stack: object, host: object): object {
  const named = Object.keys(host).some((name) => sources.includes(name));
  const rest = Object.entries(stack).filter(([name]) => !named || !sources.includes(name));
  return { ...Object.fromEntries(rest), ...host };
}

/** TLS of one host; `undefined` = off. */
function tlsOf(given: object, key: pulumi.Output<string> | undefined, host: string) {
  if (Object.keys(given).length === 0) return undefined;
  const parsed = parse(`tls (host ${host})`, tls, given);
  if (parsed.certificate === undefined) return { ...parsed, key: undefined };
  if (key !== undefined) return { ...parsed, key };
  throw new pulumi.RunError(`tls (host ${host}).certificate needs its private key: set the secret tlsKey`);
}
