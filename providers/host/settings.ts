// How a host is reached: the input `connection`. The same shape as `remote.ConnectionArgs` of @pulumi/command, so that one
// object serves both, plus what that one lacks. Validated here before anything is opened.
import { z } from "zod";

/** One line of text that can not end a line, a word list or a C string. */
const oneLine = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^\P{Cc}*$/u, "must be one line without control characters");

const port = z.number().int().min(1).max(65535);
const secretText = z.string().min(1).max(65536);

const hop = {
  /** Name or address of the host, as known_hosts knows it. */
  host: oneLine.regex(/^[^-\s]\S*$/, "must be a host name or an address"),
  port: port.default(22),
  user: oneLine.regex(/^[^-\s]\S*$/, "must be a user name").default("root"),
  password: secretText.optional(),
  /** The private key itself, in OpenSSH or PEM form. */
  privateKey: secretText.optional(),
  privateKeyPassword: secretText.optional(),
  /** A file with the private key on the machine that runs Pulumi; relative to the project folder. Read at run time, never stored. */
  privateKeyFile: oneLine.optional(),
  /** Default: the environment variable SSH_AUTH_SOCK, where it is set. */
  agentSocketPath: oneLine.optional(),
  /** The only key that is accepted: "ssh-ed25519 AAAA…", or its fingerprint "SHA256:…". Without it known_hosts decides. */
  hostKey: oneLine.max(16384).optional(),
  /** Default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. Relative to the project folder. */
  knownHostsFile: oneLine.optional(),
  /** How many dials may fail before giving up: refused, reset, timed out, closed by a host that is still booting. */
  dialErrorLimit: z.number().int().min(0).max(1000).default(10),
  /** Seconds for one dial, key exchange and login included. */
  perDialTimeout: z.number().min(1).max(600).default(15),
};

export const hopSchema = z.strictObject(hop);

export const connectionSchema = z.strictObject({
  ...hop,
  /** Password for sudo, where `user` is not root and sudo asks for one. */
  sudoPassword: oneLine.optional(),
  /** A host to jump through. Its key is verified like the target's, before the target is dialled. */
  proxy: hopSchema.optional(),
});

export type Hop = z.infer<typeof hopSchema>;
export type Connection = z.infer<typeof connectionSchema>;

/** "root@mail1.example.org:22": how every message names a host. */
export function nameOf(hop: Pick<Hop, "user" | "host" | "port">): string {
  return `${hop.user}@${hop.host}:${hop.port}`;
}
