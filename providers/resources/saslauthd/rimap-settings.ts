// The IMAP server that saslauthd asks with the mechanism rimap. saslauthd logs in there with the
// client's login and password, over plain IMAP (saslauthd(8), auth_rimap.c in cyrus-sasl 2.1.28,
// which does not support TLS).
import { z } from "zod";
import { isLoopback } from "../../facts/loopback.ts";
import { tcpPort } from "../inputs.ts";

/**
 * The IMAP server that saslauthd asks with the mechanism rimap (-O). saslauthd does not support TLS
 * there.
 */
export const rimapSchema = z.strictObject({
  /**
   * Name or IPv4 address of the server. It stands unquoted in a default file, so only plain
   * characters are allowed.
   */
  host: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, "must be a host name or an IPv4 address"),
  /** Its IMAP port. Default 143. */
  port: tcpPort.optional(),
  /**
   * Allow the passwords of all users to cross the network in clear text: saslauthd does not use TLS
   * with an IMAP server on another machine. Default false.
   */
  allowCleartext: z.boolean().optional(),
});

export type RimapInputs = z.infer<typeof rimapSchema>;

const imapPort = 143;

/** The value of `-O`. */
export function mechanismOptionOf({ host, port }: RimapInputs): string {
  return port === undefined ? host : `${host}/${port}`;
}

/** Whether an option names the desired server; without a port it means 143. */
export function namesServer(option: string | null, { host, port = imapPort }: RimapInputs): boolean {
  const found = /^([^/]+)(?:\/(.*))?$/.exec(option ?? "");
  const service = found?.[2] ?? String(imapPort);
  return found?.[1] === host && (service === "imap" ? imapPort : Number(service)) === port;
}

/** Whether passwords would cross a network in clear text. */
export function crossesInClear({ host }: RimapInputs): boolean {
  return !isLoopback(host);
}
