// TLS in the stack's configuration: for all hosts, and field by field for one host.
import type * as pulumi from "@pulumi/pulumi";
import { inputSchemas } from "pulumi-postfix-sasl";
import { z } from "zod";
import { setCommand } from "./stack-key.ts";
import type { Wrong } from "./wrong.ts";

const { certificateFile, keyFile, pem, serverName, expiryWarningDays } = inputSchemas;

/** The fields of `tls` in the stack and in a host. */
export const tlsFields = z.strictObject({
  certificateFile: certificateFile
    .describe("path on the host: the certificate with its chain; never written")
    .optional(),
  keyFile: keyFile.describe("path on the host: its key, without a passphrase; never written").optional(),
  certificate: pem.describe("PEM: the certificate with its chain; its key is the secret `tlsKey`").optional(),
  selfSigned: z.boolean().describe("made on the host, and signed by itself; for a lab").optional(),
  serverName: serverName
    .describe("the name, or address, that clients connect to: the certificate must hold for it")
    .optional(),
  certificateAuthority: pem.describe("PEM of who signed the certificate, where that is no public authority").optional(),
  expiryWarningDays: expiryWarningDays.describe("days before its end from which on every run warns").optional(),
  allowAuthOnPort25: z.boolean().describe("accept that main.cf turns AUTH on for port 25, too").optional(),
});

export type TlsFields = z.infer<typeof tlsFields>;

const sources: readonly string[] = ["certificateFile", "keyFile", "certificate", "selfSigned"];

/**
 * The stack's `tls` with the host's fields in place; a host that names a source has only that one.
 * `undefined` = off.
 */
export function withOwnSource(stack: TlsFields = {}, host: TlsFields = {}): TlsFields | undefined {
  const named = Object.keys(host).some((name) => sources.includes(name));
  const rest = Object.entries(stack).filter(([name]) => !named || !sources.includes(name));
  const whole = { ...Object.fromEntries(rest), ...host };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

/**
 * Requires exactly one source: two files on the host, PEM (its key is the secret `tlsKey`), or made
 * on the host.
 */
export function tlsComplaints({ name, tls }: { name: string; tls?: TlsFields | undefined }, hasKey: boolean): Wrong[] {
  if (tls === undefined) return [];
  const { certificateFile, keyFile, certificate, selfSigned } = tls;
  const given = [certificateFile !== undefined, certificate !== undefined, selfSigned === true];
  const wrong = (key: string, says: string) => [{ host: name, key, says }];
  if ((certificateFile === undefined) !== (keyFile === undefined))
    return wrong("tls", "certificateFile and keyFile must be given together");
  if (given.filter(Boolean).length !== 1)
    return wrong(
      "tls",
      "give exactly one of certificateFile with keyFile, certificate (and the secret tlsKey), or selfSigned: true",
    );
  if (certificate === undefined || hasKey) return [];
  return wrong(
    "tls.certificate",
    `needs its private key: set it with ${setCommand(["tlsKey"], { secret: true })} (the PEM text over standard input: < key.pem), or for this host alone with ${setCommand(["hostSecrets", name, "tlsKey"], { secret: true })}`,
  );
}

/** TLS of one host with its key, which remains a secret output. */
export function tlsOf(tls: TlsFields | undefined, key: pulumi.Output<string> | undefined) {
  return tls === undefined ? undefined : { ...tls, key: tls.certificate === undefined ? undefined : key };
}
