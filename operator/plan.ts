// The resources of a mail host with plain inputs, as SaslMailHost makes them: for a look without the engine.
import { serviceOptions } from "../providers/pulumi/mail-services.ts";
import type { Part } from "./diagnosis.ts";

/** Files on the host; `undefined` = no TLS, as on the page. */
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
    { kind: "SaslPackage", inputs: {} },
    { kind: "StatOverride", inputs: {} },
    { kind: "GroupMember", inputs: {} },
    { kind: "SaslauthdService", inputs: {} },
    ...(certificate === undefined ? [] : [certificatePart(certificate)]),
    { kind: "MasterService", inputs: { options } },
    { kind: "SmtpdConf", inputs: {} },
    {
      kind: "PostfixService",
      inputs: {
        state: running ? "running" : "stopped",
        enabled: running,
        ports: running ? [25] : [25, 465],
        tlsPorts: running ? [465] : [],
        cleartextAuth: !running,
        proves: false,
      },
    },
  ];
}

function certificatePart({ certificateFile, keyFile, serverName }: Certificate): Part {
  return { kind: "TlsCertificate", inputs: { name: "smtpd", serverName, files: { certificateFile, keyFile } } };
}
