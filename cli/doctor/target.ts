// One host of the command line as the doctor looks at it: with the defaults, and a certificate
// where one is named.
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { dashed } from "../inventory/host.ts";
import type { Subject } from "./subject.ts";

export interface TargetOptions {
  readonly key?: string;
  readonly knownHosts?: string;
  readonly sshConfig?: string;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly serverName?: string;
}

/** `entry` is the host as an entry of `hosts` in a stack's configuration. */
export function subjectAt(target: string, options: TargetOptions): { subject: Subject; entry: object } {
  const [, user, address = "", port] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:@]+)(?::(\d+))?$/.exec(target) ?? [];
  const given = {
    host: address.replace(/^\[(.*)\]$/, "$1"),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(options.key === undefined ? {} : { privateKeyFile: options.key }),
    ...(options.knownHosts === undefined ? {} : { knownHostsFile: options.knownHosts }),
    ...(options.sshConfig === undefined ? {} : { sshConfigFile: options.sshConfig }),
  };
  // A secret that a pipeline does not have is an empty variable there.
  const sudoPassword = process.env.SUDO_PASSWORD || undefined;
  const parsed = connectionSchema.safeParse({
    ...given,
    dialErrorLimit: 1,
    ...(sudoPassword === undefined ? {} : { sudoPassword }),
  });
  if (!parsed.success) throw unusable(target, parsed.error.issues);
  const { certificate, certificateKey } = options;
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Error("--certificate and --certificate-key go together; no host was contacted");
  const tls =
    certificate === undefined || certificateKey === undefined
      ? undefined
      : {
          certificateFile: certificate,
          keyFile: certificateKey,
          serverName: options.serverName ?? given.host,
        };
  const name = dashed(given.host);
  return {
    subject: { name, connection: parsed.data, settings: { tls } },
    entry: { name, connection: given, ...(tls && { tls }) },
  };
}

/** Where the fields of the connection come from that the target itself does not have. */
const givenBy: Readonly<Record<string, string>> = {
  privateKeyFile: "--key",
  knownHostsFile: "--known-hosts",
  sshConfigFile: "--ssh-config",
  sudoPassword: "SUDO_PASSWORD",
};

function unusable(target: string, issues: readonly { path: PropertyKey[]; message: string }[]): Error {
  const all = issues.map(({ path, message }) => ({ place: path.map(String).join("."), message }));
  const inTarget = all.filter(({ place }) => !(place in givenBy)).map(({ place, message }) => `${place} ${message}`);
  const complaints = [
    ...(inTarget.length === 0 ? [] : [`"${target}" is no [user@]host[:port] (${inTarget.join("; ")})`]),
    ...all.flatMap(({ place, message }) => (place in givenBy ? [`${givenBy[place]}: ${message}`] : [])),
  ];
  return new Error(`${complaints.join("; ")}; no host was contacted`);
}
