// The private key files that the connections name, each checked once.
import { inputRules } from "pulumi-postfix-sasl";
import type { Connection } from "./connection.ts";

interface Host {
  readonly name: string;
  readonly connection: Connection;
}

/** One line for each invalid file, with the first host that names it. */
export function keyFileComplaints(hosts: readonly Host[], hasPassphrase: (host: string) => boolean): string[] {
  const files = new Map<string, { key: string; host: string }>();
  for (const [index, { name, connection }] of hosts.entries()) {
    for (const { place, file } of filesIn(connection, `hosts[${index}].connection`))
      if (!files.has(file)) files.set(file, { key: `${place}.privateKeyFile (host ${name})`, host: name });
  }
  return [...files].flatMap(([file, { key, host }]) => {
    const says = inputRules.privateKeyFile(file, hasPassphrase(host));
    return says === undefined ? [] : [`${key}: ${file} ${says}`];
  });
}

function filesIn({ privateKeyFile, proxy }: Connection, place: string): { place: string; file: string }[] {
  return [
    ...(privateKeyFile === undefined ? [] : [{ place, file: privateKeyFile }]),
    ...(proxy === undefined ? [] : filesIn(proxy, `${place}.proxy`)),
  ];
}
