// Two entries of `hosts` that lead to the same machine: each would undo the changes of the other.
import type { Connection } from "./connection.ts";

interface Host {
  readonly name: string;
  readonly connection: Connection;
}

/**
 * One line for each host with the same address as an earlier one. Only the text of the addresses is
 * compared.
 */
export function sameHostComplaints(hosts: readonly Host[]): string[] {
  const known = new Map<string, string>();
  return hosts.flatMap(({ name, connection }, index) => {
    const way = routeKey(connection);
    const first = known.get(way);
    if (first === undefined) known.set(way, name);
    return first === undefined
      ? []
      : [
          `hosts[${index}].connection (host ${name}): the same address and port as ${first}: a host stands in the list once; take one of the two out`,
        ];
  });
}

/** The path to a host: a private address behind another jump host is another machine. */
function routeKey({ host, port, sshConfigFile, proxy }: Connection): string {
  const usual = sshConfigFile === undefined ? 22 : "ssh_config's";
  const name = host.toLowerCase().replace(/\.$/, "");
  return `${proxy === undefined ? "" : `${routeKey(proxy)} `}${name}:${port ?? usual}`;
}
