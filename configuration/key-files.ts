// The files on this machine that the connections name, each checked once with a passphrase and once
// without: private keys, and known host keys.
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

/**
 * One line for each invalid file, with the first host for which it is invalid: a passphrase may be
 * that of one host alone.
 */
export function keyFileComplaints(hosts: readonly Host[], hasPassphrase: (host: string) => boolean): string[] {
  const checked = new Set<string>();
  const complaints = new Map<string, string>();
  for (const [index, { name, connection }] of hosts.entries()) {
    const opens = hasPassphrase(name);
    for (const { key, file, wrong } of filesIn(connection, `hosts[${index}].connection`, opens)) {
      const check = JSON.stringify([file, opens]);
      if (complaints.has(file) || checked.has(check)) continue;
      checked.add(check);
      const says = wrong();
      if (says !== undefined) complaints.set(file, `${key} (host ${name}): ${file} ${says}`);
    }
  }
  return [...complaints.values()];
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
