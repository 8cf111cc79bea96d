// The IMAP server that saslauthd asks with the mechanism rimap: it logs in there with what the client gave, over plain IMAP
// (saslauthd(8), auth_rimap.c in cyrus-sasl 2.1.28, which knows no TLS).
import { z } from "zod";
import { isLoopback } from "./cleartext.ts";
import { tcpPort } from "./inputs.ts";

/** The IMAP server that saslauthd asks with the mechanism rimap (-O). It knows no TLS there. */
export const rimapSchema = z.strictObject({
  /** Name or IPv4 address of the server. It stands unquoted in a default file, so it is made of plain characters. */
  host: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, "must be a host name or an IPv4 address"),
  /** Its port for IMAP. Default 143. */
  port: tcpPort.optional(),
  /** Let the passwords of all users cross the network in clear text: saslauthd speaks no TLS with an IMAP server on another machine. Default false. */
  allowCleartext: z.boolean().optional(),
});

export type RimapInputs = z.infer<typeof rimapSchema>;

const imapPort = 143;

/** What `-O` says. */
export function mechanismOptionOf({ host, port }: RimapInputs): string {
  return port === undefined ? host : `${host}/${port}`;
}

/** Whether an option names the wanted server; without a port it means 143. */
export function namesServer(option: string | null, { host, port = imapPort }: RimapInputs): boolean {
  const found = /^([^/]+)(?:\/(.*))?$/.exec(option ?? "");
  const service = found?.[2] ?? String(imapPort);
  return found?.[1] === host && (service === "imap" ? imapPort : Number(service)) === port;
}

/** Whether passwords would cross a network in clear text. */
export function crossesInClear({ host }: RimapInputs): boolean {
  return !isLoopback(host);
}
