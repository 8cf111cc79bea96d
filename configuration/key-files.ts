// The files on this machine that the connections name, each checked once: private keys, and known
// host keys.
import { inputRules } from "pulumi-postfix-sasl";
import type { Connection } from "./connection.ts";

interface Host {
  readonly name: string;
  readonly connection: Connection;
}

interface Named {
  /** The key in the stack's file: "hosts[0].connection.proxy.privateKeyFile". */
  readonly key: string;
  readonly file: string;
  readonly wrong: () => string | undefined;
}

/** One line for each invalid file, with the first host that names it. */
export function keyFileComplaints(hosts: readonly Host[], hasPassphrase: (host: string) => boolean): string[] {
  const files = new Map<string, Named & { host: string }>();
  for (const [index, { name, connection }] of hosts.entries()) {
    for (const named of filesIn(connection, `hosts[${index}].connection`, hasPassphrase(name)))
      if (!files.has(named.file)) files.set(named.file, { ...named, host: name });
  }
  return [...files.values()].flatMap(({ key, file, host, wrong }) => {
    const says = wrong();
    return says === undefined ? [] : [`${key} (host ${host}): ${file} ${says}`];
  });
}

/** With a pinned key known_hosts is not read. */
function filesIn(
  { privateKeyFile, knownHostsFile, hostKey, proxy }: Connection,
  place: string,
  hasPassphrase: boolean,
): Named[] {
  return [
    ...(privateKeyFile === undefined
      ? []
      : [
          {
            key: `${place}.privateKeyFile`,
            file: privateKeyFile,
            wrong: () => inputRules.privateKeyFile(privateKeyFile, hasPassphrase),
          },
        ]),
    ...(knownHostsFile === undefined || hostKey !== undefined
      ? []
      : [
          {
            key: `${place}.knownHostsFile`,
            file: knownHostsFile,
            wrong: () => inputRules.knownHostsFile(knownHostsFile),
          },
        ]),
    ...(proxy === undefined ? [] : filesIn(proxy, `${place}.proxy`, hasPassphrase)),
  ];
}
