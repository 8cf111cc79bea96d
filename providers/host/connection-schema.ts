// How a host is reached: the input `connection`. It has the shape of `remote.ConnectionArgs` of
// @pulumi/command, so that one object serves both, and some fields that are missing there. It is
// validated here before anything is opened. It holds only what is given: what ssh_config or a
// default adds is determined at each dial (hop.ts), so that it never gets into the state.
import { z } from "zod";
import { hostKeyForm, hostKeyProblem } from "./pinned-host-key.ts";

/** One line of text that cannot end a line, a word list or a C string. */
const lineOf = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, "must be one line without control characters");

const oneLine = lineOf(1024);

const secretText = z.string().min(1).max(65536);

/**
 * Paths are on the machine that runs Pulumi: `~/` is its user's home, and a relative path starts at
 * the project folder.
 */
export const hopSchema = z.strictObject({
  /**
   * Name or address of the host, as known_hosts lists it; with `sshConfigFile` it may be an alias.
   */
  host: oneLine
    .regex(/^[^-\s]\S*$/, "must be a host name or an address")
    .refine((host) => !host.includes("@"), "must be a host name or an address: the user belongs to connection.user")
    .refine(
      (host) => !/^[^:]+:\d+$/.test(host),
      "must be a host name or an address: the port belongs to connection.port",
    ),
  /** Default: what ssh_config says, else 22. */
  port: z.number().int().min(1).max(65535).optional(),
  /** Default: what ssh_config says, else root. */
  user: oneLine.regex(/^[^-\s]\S*$/, "must be a user name").optional(),
  password: secretText.optional(),
  /** The private key itself, in OpenSSH or PEM form. */
  privateKey: secretText.optional(),
  /**
   * Passphrase of the private key, and of the keys of jump hosts that have no passphrase of their
   * own.
   */
  privateKeyPassword: secretText.optional(),
  /** A file with the private key. Read at run time, never stored. */
  privateKeyFile: oneLine.optional(),
  /**
   * Default: what ssh_config says, else the environment variable SSH_AUTH_SOCK, where it is set.
   */
  agentSocketPath: oneLine.optional(),
  /**
   * The only key that is accepted: "ssh-ed25519 AAAA…", or its fingerprint "SHA256:…". Without it
   * known_hosts decides.
   */
  hostKey: lineOf(16384)
    .regex(hostKeyForm, 'must be a public key line ("ssh-ed25519 AAAA…") or a fingerprint ("SHA256:…")')
    .superRefine((text, context) => {
      const message = hostKeyForm.test(text) ? hostKeyProblem(text) : undefined;
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .optional(),
  /** Default: what ssh_config says, else ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
  knownHostsFile: oneLine.optional(),
  /**
   * Settings that are not given here come from `ssh -G -F` for `host` with this file, asked at each
   * dial.
   */
  sshConfigFile: oneLine.optional(),
  /**
   * How many dials may fail before giving up: refused, reset, timed out, or closed by a host that
   * is still booting. Only the target's value counts.
   */
  dialErrorLimit: z.number().int().min(0).max(1000).default(10),
  /** Seconds for a dial with key exchange and login. Default: what ssh_config says, else 15. */
  perDialTimeout: z.number().min(1).max(600).optional(),
  /**
   * A jump host, which may have one itself. Its key is verified like the target's, before the next
   * one is dialled.
   */
  get proxy(): z.ZodOptional<typeof hopSchema> {
    return hopSchema.optional();
  },
});

export const connectionSchema = z.strictObject({
  ...hopSchema.shape,
  /** Password for sudo, where `user` is not root and sudo asks for one. */
  sudoPassword: oneLine.optional(),
});

/** The fields that must be encrypted in the state. */
export const secretConnectionInputs = ["password", "privateKey", "privateKeyPassword", "sudoPassword"] as const;

export type GivenHop = z.infer<typeof hopSchema>;
export type Connection = z.infer<typeof connectionSchema>;
