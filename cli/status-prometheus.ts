// The status of a stack in the text format of Prometheus, for node_exporter's textfile collector
// (https://prometheus.io/docs/instrumenting/exposition_formats/). A value that is not known has no
// line.
import type { HostStatus } from "./host-status.ts";

type Metric = readonly [string, string, (host: HostStatus) => number | undefined];

const metrics: readonly Metric[] = [
  ["reached", "Whether the host answered (--now).", ({ now }) => now && Number(now.reached)],
  [
    "resources_to_change",
    "Resources that an up would change (--now).",
    ({ now }) => (now?.failed === undefined ? now?.resourcesToChange : undefined),
  ],
  [
    "postfix_running",
    "Whether Postfix runs (--now), else whether it ran when the last run ended.",
    ({ state }) => (state === undefined ? undefined : Number(state.startsWith("running"))),
  ],
  ["proved_timestamp_seconds", "When the last proof was made.", ({ provedAt }) => seconds(provedAt)],
  [
    "unproved_resources",
    "Resources that were changed after the last proof.",
    ({ provedAt, unproved }) => (provedAt === undefined ? undefined : (unproved?.length ?? 0)),
  ],
  [
    "certificate_expires_timestamp_seconds",
    "When the certificate on the ports expires.",
    ({ certificateExpires }) => seconds(certificateExpires),
  ],
];

export function prometheusText(hosts: Readonly<Record<string, HostStatus>>): string {
  return metrics
    .flatMap(([name, help, value]) => {
      const metric = `sasl_mail_host_${name}`;
      const rows = Object.entries(hosts).flatMap(([host, output]) => {
        const seen = value(output);
        return seen === undefined ? [] : [`${metric}{host="${host.replace(/[\\"]/g, "\\$&")}"} ${seen}`];
      });
      return rows.length === 0 ? [] : [`# HELP ${metric} ${help}`, `# TYPE ${metric} gauge`, ...rows];
    })
    .join("\n");
}

function seconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(Date.parse(time) / 1000);
}
