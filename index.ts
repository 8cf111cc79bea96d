// The program: the stack's configuration → hosts, wave after wave → one SaslMailHost each →
// outputs.
import { SaslMailHost } from "pulumi-postfix-sasl";
import { reportFailedResourcesOnce } from "./configuration/failed-resources.ts";
import { type HostSettings, readConfiguration } from "./configuration/index.ts";
import { waves } from "./configuration/rollout.ts";

reportFailedResourcesOnce();
const { hosts, rollout } = readConfiguration();

function mailHost(
  { name, connection, proofUsername, proofPassword, ...settings }: HostSettings,
  before: SaslMailHost[],
) {
  return new SaslMailHost(
    name,
    {
      ...settings,
      connection,
      hostName: name,
      proof: { username: proofUsername, password: proofPassword },
    },
    { dependsOn: before },
  );
}

const made: [HostSettings, SaslMailHost][] = [];
let before: SaslMailHost[] = [];
for (const wave of waves(hosts, rollout)) {
  const these = wave.map((host) => [host, mailHost(host, before)] as [HostSettings, SaslMailHost]);
  made.push(...these);
  before = these.map(([, host]) => host);
}

/** The results of the run for each host, from which `npm run status` makes a table. */
export const mail = Object.fromEntries(
  made.map(([{ name, connection }, host]) => [
    name,
    {
      address: connection.host,
      release: host.release,
      state: host.state,
      ports: host.ports,
      mechanisms: host.mechanisms,
      provedAt: host.provedAt,
      certificateExpires: host.certificateExpires,
      versions: host.versions,
      transcript: host.transcript,
    },
  ]),
);
