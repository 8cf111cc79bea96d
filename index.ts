// The program: the stack's configuration → hosts → one SaslMailHost each → outputs.
import { SaslMailHost, withStackSecrets } from "pulumi-postfix-sasl";
import { readConfiguration } from "./configuration.ts";

const { hosts, tls, smtps, submission, limits, ...rest } = readConfiguration();
const { allowCleartext, takeOverFrom, proofUsername, proofPassword, secrets } = rest;

const mailHosts = hosts.map(({ name, connection }) => {
  const host = new SaslMailHost(name, {
    connection: withStackSecrets(connection, secrets),
    hostName: name,
    takeOverFrom,
    proof: { username: proofUsername, password: proofPassword },
    allowCleartext,
    tls,
    smtps,
    submission,
    limits,
  });
  return [
    name,
    {
      address: connection.host,
      state: host.state,
      provedAt: host.provedAt,
      versions: host.versions,
      certificateExpires: host.certificateExpires,
      transcript: host.transcript,
    },
  ];
});

/** What each host shows after the run. */
export const mail = Object.fromEntries(mailHosts);
