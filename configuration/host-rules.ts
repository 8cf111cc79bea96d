// Invalid combinations on one host, with the names of the stack's file. The resources would refuse
// most of them too, but later and with the names of their inputs.
import { inputRules } from "pulumi-postfix-sasl";
import type { Host } from "./host.ts";
import { hasSecret, type StackSecretValues, secretIn } from "./host-secrets.ts";
import { placeOf, setCommand } from "./stack-key.ts";
import type { Wrong } from "./wrong.ts";

export function hostComplaints(stack: StackSecretValues, host: Host): Wrong[] {
  const wrong = (key: string, says: string): Wrong => ({ host: host.name, key, says });
  return [
    ...portComplaints(host).map(({ key, says }) => wrong(key, says)),
    ...backendComplaints(stack, host).map(({ key, says }) => wrong(key, says)),
    ...host.accounts.flatMap((account) =>
      inputRules
        .account({ ...account, store: account.store ?? "system" })
        .map(({ property, reason }) => wrong(`accounts.${property}`, `${account.name}: ${reason}`)),
    ),
    ...realmComplaints(host).map(({ key, says }) => wrong(key, says)),
    ...certificateComplaints(stack, host).map(({ key, says }) => wrong(key, says)),
  ];
}

function portComplaints({ tls, smtps, submission, allowCleartext, finalState }: Host) {
  const ports = inputRules.ports(tls, smtps, submission);
  const inClear = finalState === "running" && tls === undefined && !allowCleartext;
  return [
    ...(ports === undefined ? [] : [{ key: submission ? "submission" : "smtps", says: ports }]),
    ...(inClear
      ? [
          {
            key: "finalState",
            says: "running without tls leaves passwords in clear text on the network: configure tls, or say allowCleartext: true",
          },
        ]
      : []),
  ];
}

function realmComplaints(host: Host) {
  const says = inputRules.realm(host);
  return says === undefined ? [] : [{ key: "options.smtpd_sasl_local_domain", says }];
}

function backendComplaints(stack: StackSecretValues, host: Host) {
  const { name, ldap, rimap, mechanism, realmInLogin, cache } = host;
  const password = ldap?.bindDn !== undefined && hasSecret(stack, name, "ldapBindPassword") ? "set" : undefined;
  return inputRules
    .mechanism({ mechanism, realmInLogin, cache, ldap, rimap, ldapBindPassword: password })
    .map(({ property, reason }) => ({
      key: property,
      says:
        property === "ldapBindPassword"
          ? `${reason}: set it with ${setCommand(["ldapBindPassword"], { secret: true })}`
          : reason,
    }));
}

/**
 * Errors that the PEM text alone shows: a key of another certificate, a name that it is not valid
 * for.
 */
function certificateComplaints(stack: StackSecretValues, { name, tls, connection }: Host) {
  const key = secretIn(stack, name, "tlsKey");
  if (tls?.certificate === undefined || key === undefined) return [];
  const serverName = tls.serverName ?? connection.host;
  const own = stack.hostSecrets?.[name]?.tlsKey === undefined ? "tlsKey" : placeOf(["hostSecrets", name, "tlsKey"]);
  return inputRules
    .certificate({ certificate: tls.certificate, key, serverName, selfSigned: false, validDays: 1, renewDays: 0 })
    .map(({ property, reason }) => ({ key: property === "key" ? own : "tls.certificate", says: reason }));
}
