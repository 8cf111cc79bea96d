// What to do next, each advice once with the hosts that it is for.
import type { Report, ReportedHost } from "./content.ts";
import { endsSoon } from "./facts.ts";
import { verdictOf } from "./verdict.ts";

export interface Advice {
  readonly hosts: readonly string[];
  /** To be typed in the checkout. */
  readonly command?: string;
  /** The words after the command, or all of them. */
  readonly does: string;
}

export function adviceFor({ stack, madeAt, hosts }: Report): Advice[] {
  const named = (holds: (host: ReportedHost) => boolean) => hosts.filter(holds).map(({ name }) => name);
  const differing = named((host) => ["differs", "not there", "not wanted"].includes(verdictOf(host)));
  const unseen = named((host) => verdictOf(host) === "not looked at");
  const all: Advice[] = [
    {
      hosts: named((host) => verdictOf(host) === "failed"),
      does: "mend the cause that is told with the host, then look again; docs/how-to/rescue.md has more",
    },
    {
      hosts: unseen,
      command: `npm run doctor -- --stack ${stack} ${unseen.join(" ")}`,
      does: "looks at what its first up would do",
    },
    {
      hosts: differing,
      command: `npm run pulumi -- up --stack ${stack}`,
      does: "makes it as wanted and proves it; where the host is right, change the configuration in the place of that",
    },
    {
      hosts: named((host) => endsSoon(host, madeAt)),
      does: "renew the certificate",
    },
  ];
  return all.filter(({ hosts }) => hosts.length > 0);
}
