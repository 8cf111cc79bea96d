// TLS in the stack's configuration: for all hosts, and for one field by field.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { parse } from "./stack-key.ts";

const text = z.string().min(1);

/** What may stand in `tls` of the stack and of a host. */
export const tlsFields = z.strictObject({
  certificateFile: text.optional(),
  keyFile: text.optional(),
  certificate: text.optional(),
  selfSigned: z.boolean().optional(),
  serverName: text.optional(),
  certificateAuthority: text.optional(),
  expiryWarningDays: z.int().min(0).optional(),
  allowAuthOnPort25: z.boolean().optional(),
});

/** Exactly one source: two files on the host, PEM (its key is the secret `tlsKey`), or made on the host. */
const tls = tlsFields
  .refine(({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined), {
    message: "certificateFile and keyFile must be given together",
  })
  .refine(
    ({ certificateFile, certificate, selfSigned }) =>
      [certificateFile !== undefined, certificate !== undefined, selfSigned === true].filter(Boolean).length === 1,
    {
      message:
        "give exactly one of certificateFile with keyFile, certificate (and the secret tlsKey), or selfSigned: true",
    },
  );

const sources: readonly string[] = ["certificateFile", "keyFile", "certificate", "selfSigned"];

/** The stack's `tls` with what the host says instead; a host that names a source has only that one. */
export function withOwnSource(stack: object, host: object): object {
  const named = Object.keys(host).some((name) => sources.includes(name));
  const rest = Object.entries(stack).filter(([name]) => !named || !sources.includes(name));
  return { ...Object.fromEntries(rest), ...host };
}

/** TLS of one host; `undefined` = off. */
export function tlsOf(given: object, key: pulumi.Output<string> | undefined, host: string) {
  if (Object.keys(given).length === 0) return undefined;
  const parsed = parse(`tls (host ${host})`, tls, given);
  if (parsed.certificate === undefined) return { ...parsed, key: undefined };
  if (key !== undefined) return { ...parsed, key };
  throw new pulumi.RunError(
    `tls (host ${host}).certificate needs its private key: set the secret tlsKey, or hostSecrets.${host}.tlsKey for this host alone`,
  );
}
