// The stack's configuration, validated at one place: errors name the key and the host.
import * as pulumi from "@pulumi/pulumi";
import { passwordComplaints, withPasswords } from "./accounts.ts";
import { backendOf } from "./backend.ts";
import { hostComplaints } from "./host-rules.ts";
import { hasSecret, idleSecrets, secretsOf } from "./host-secrets.ts";
import { keyFileComplaints } from "./key-files.ts";
import { proofComplaints } from "./proof-login.ts";
import { readStack } from "./read.ts";
import { rolloutSchema } from "./rollout.ts";
import { sameHostComplaints } from "./same-host.ts";
import type { StackConfiguration } from "./schema.ts";
import { unusable } from "./stack-key.ts";
import { tlsComplaints, tlsOf, withOwnSource } from "./tls.ts";
import { linesOf } from "./wrong.ts";

export type HostSettings = ReturnType<typeof readConfiguration>["hosts"][number];

/** All of the configuration. Secrets stay wrapped, so that they are encrypted wherever they go. */
export function readConfiguration() {
  const config = new pulumi.Config();
  const stack = readStack();
  const hosts = stack.hosts.map((host) => hostOf(stack, host));
  const plain = hosts.map((host) => ({ ...host, ...backendOf(stack, host, undefined) }));
  const complaints = [
    ...sameHostComplaints(stack.hosts),
    ...linesOf([
      ...plain.flatMap((host) => tlsComplaints(host, hasSecret(stack, host.name, "tlsKey"))),
      ...plain.flatMap((host) => hostComplaints(stack, host)),
      ...stack.hosts.flatMap(({ name, proofUsername: own }) => proofComplaints(stack, { name, own })),
    ]),
    ...passwordComplaints(
      stack.accountPasswords ?? {},
      [stack, ...hosts].flatMap(({ accounts = [] }) => accounts),
    ),
    ...idleSecrets(stack, plain),
    ...keyFileComplaints(stack.hosts, stack.sshKeyPassphrase !== undefined),
  ];
  if (complaints.length > 0) throw unusable(complaints);
  const secret = (key: "sshPassword" | "sshKeyPassphrase" | "sudoPassword") =>
    stack[key] === undefined ? undefined : config.requireSecret(key);
  return {
    hosts: hosts.map((host) => {
      const { proofPassword, ldapBindPassword, tlsKey } = secretsOf(config, stack, host.name);
      return {
        ...host,
        ...backendOf(stack, host, ldapBindPassword),
        accounts: withPasswords(config, host.accounts),
        tls: tlsOf(host.tls, tlsKey),
        proofPassword,
      };
    }),
    rollout: stack.rollout ?? rolloutSchema.parse({}),
    takeOverFrom: stack.takeOverFrom,
    secrets: {
      sshPassword: secret("sshPassword"),
      sshKeyPassphrase: secret("sshKeyPassphrase"),
      sudoPassword: secret("sudoPassword"),
    },
  };
}

/** What holds for one host: its own word where it has one, else the stack's. */
function hostOf(stack: StackConfiguration, host: StackConfiguration["hosts"][number]) {
  return {
    ...host,
    smtps: host.smtps ?? stack.smtps ?? true,
    submission: host.submission ?? stack.submission ?? false,
    limits: host.limits ?? stack.limits,
    finalState: host.finalState ?? stack.finalState,
    allowCleartext: host.allowCleartext ?? stack.allowCleartext ?? false,
    proofUsername: host.proofUsername ?? stack.proofUsername,
    accounts: host.accounts ?? stack.accounts ?? [],
    tls: withOwnSource(stack.tls, host.tls),
  };
}
