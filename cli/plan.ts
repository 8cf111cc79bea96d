// The resources of a mail host with plain inputs, as SaslMailHost makes them, to read a host
// without the engine.
import {
  certificateInputs,
  firstOptions,
  packagesFor,
  postfixInputs,
  serviceOptions,
} from "../providers/pulumi/mail-services.ts";
import type { Part } from "./diagnosis.ts";

/** Files on the host; `undefined` = no TLS, as in the original procedure. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly serverName: string;
}

export function planOf(certificate: Certificate | undefined): Part[] {
  const running = certificate !== undefined;
  const chain =
    certificate === undefined
      ? undefined
      : { smtpd_tls_chain_files: `${certificate.keyFile},${certificate.certificateFile}` };
  const options = serviceOptions(running ? "implicit" : "none", certificate, {}, chain);
  return [
    { kind: "SaslPackage", inputs: { packages: packagesFor(certificate) } },
    { kind: "StatOverride", inputs: {} },
    { kind: "GroupMember", inputs: {} },
    { kind: "SaslauthdService", inputs: {} },
    ...(certificate === undefined
      ? []
      : [{ kind: "TlsCertificate", inputs: certificateInputs(certificate, certificate.serverName) } as const]),
    { kind: "MasterService", inputs: { options, initialOptions: firstOptions("smtps") } },
    { kind: "SmtpdConf", inputs: {} },
    {
      kind: "PostfixService",
      inputs: postfixInputs(undefined, { tls: running, smtps: true, submission: false }),
    },
  ];
}
