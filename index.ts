// The program: the stack's configuration → hosts, wave after wave → one SaslMailHost each →
// outputs.
import { type Output, output } from "@pulumi/pulumi";
import { SaslMailHost } from "pulumi-postfix-sasl";
import { reportFailedResourcesOnce } from "./configuration/failed-resources.ts";
import { type HostSettings, readConfiguration } from "./configuration/index.ts";
import { failedAmong, ifDone, lineOf, type Outcome, outcomeOf } from "./configuration/outcome.ts";
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

interface Made {
  readonly name: string;
  readonly address: string;
  readonly host: SaslMailHost;
  readonly outcome: Output<Outcome>;
}

const made: Made[] = [];
let before: SaslMailHost[] = [];
let failed: Output<readonly string[]> = output([]);
for (const wave of waves(hosts, rollout)) {
  const earlier = failed;
  const these = wave.map((settings) => {
    const { name, connection } = settings;
    const host = mailHost(settings, before);
    return { name, address: connection.host, host, outcome: outcomeOf(host, earlier) };
  });
  made.push(...these);
  before = these.map(({ host }) => host);
  failed = failedAmong(earlier, Object.fromEntries(these.map(({ name, outcome }) => [name, outcome])));
}

/** The results of the run for each host, for other programs. */
export const mail = Object.fromEntries(
  made.map(({ name, address, host, outcome }) => [
    name,
    {
      address,
      release: ifDone(outcome, host.release),
      state: ifDone(outcome, host.state),
      ports: ifDone(outcome, host.ports),
      mechanisms: ifDone(outcome, host.mechanisms),
      provedAt: ifDone(outcome, host.provedAt),
      certificateExpires: ifDone(outcome, host.certificateExpires),
      versions: ifDone(outcome, host.versions),
    },
  ]),
);

/** How the run ended, one line a host. The engine prints the outputs in alphabetical order. */
export const summary = Object.fromEntries(made.map(({ name, host, outcome }) => [name, lineOf(host, outcome)]));
