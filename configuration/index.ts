// The stack's configuration, validated in one place: errors name the key and the host.
import * as pulumi from "@pulumi/pulumi";
import { withStackSecrets } from "pulumi-postfix-sasl";
import { passwordComplaints, withPasswords } from "./accounts.ts";
import { groupComplaints } from "./groups.ts";
import { hostOf } from "./host.ts";
import { hostComplaints } from "./host-rules.ts";
import { hasSecret, idleSecrets, secretsOf } from "./host-secrets.ts";
import { keyFileComplaints } from "./key-files.ts";
import { usualStackFile } from "./plain-secrets.ts";
import { proofComplaints } from "./proof-login.ts";
import { readStack } from "./read.ts";
import { rolloutSchema } from "./rollout.ts";
import { sameHostComplaints } from "./same-host.ts";
import { unusable } from "./stack-key.ts";
import { tlsComplaints, tlsOf } from "./tls.ts";
import { optionWarnings } from "./unknown-options.ts";
import { linesOf } from "./wrong.ts";

export type HostSettings = ReturnType<typeof readConfiguration>["hosts"][number];

/**
 * The complete configuration. Secrets remain secret outputs, so that they are encrypted wherever
 * they are used. `file` shows which of them are encrypted where they came from.
 */
export function readConfiguration(file = usualStackFile()) {
  const config = new pulumi.Config();
  const { stack, settings } = readStack(file);
  const { groups = {} } = stack;
  const hosts = stack.hosts.map((host) => hostOf(settings, groups[host.group ?? ""] ?? {}, host));
  const elsewhere = [settings, ...Object.values(groups)].flatMap(({ accounts = [] }) => accounts);
  const complaints = [
    ...sameHostComplaints(stack.hosts),
    ...groupComplaints(stack.hosts, Object.keys(groups)),
    ...linesOf([
      ...hosts.flatMap((host) => tlsComplaints(host, hasSecret(stack, host.name, "tlsKey"))),
      ...hosts.flatMap((host) => hostComplaints(stack, host)),
      ...hosts.flatMap((host) => proofComplaints(stack, host)),
    ]),
    ...passwordComplaints(stack, hosts, elsewhere),
    ...idleSecrets(stack, hosts),
    ...keyFileComplaints(stack.hosts, (host) => hasSecret(stack, host, "sshKeyPassphrase")),
  ];
  if (complaints.length > 0) throw unusable(complaints);
  for (const warning of optionWarnings(hosts)) pulumi.log.warn(warning);
  return {
    hosts: hosts.map((host) => {
      const { proofPassword, ldapBindPassword, tlsKey, ...access } = secretsOf(config, stack, host.name);
      const { ldap } = host;
      return {
        ...host,
        connection: withStackSecrets(host.connection, access),
        ldap: ldap && { ...ldap, ...(ldap.bindDn === undefined ? {} : { bindPassword: ldapBindPassword }) },
        accounts: withPasswords(config, stack, host),
        tls: tlsOf(host.tls, tlsKey),
        proofPassword,
      };
    }),
    rollout: stack.rollout ?? rolloutSchema.parse({}),
  };
}
