// Where the secrets of a stack's configuration belong in a connection. They stand in keys of their own, since one secret inside `hosts`
// would make all of it secret. The program joins them wrapped, a refresh or destroy in plain text: both by this function, so that they agree.

/** Secrets of a stack's configuration that belong to connections. A secret is text, or what Pulumi wraps it in. */
export interface StackSecrets<Secret> {
  /** For a login without a key. */
  readonly sshPassword?: Secret | undefined;
  /** Opens encrypted private keys, those of jump hosts too. */
  readonly sshKeyPassphrase?: Secret | undefined;
  /** For a user whose sudo asks. Left out where the user is root. */
  readonly sudoPassword?: Secret | undefined;
}

interface Given {
  readonly user?: string | undefined;
  readonly sshConfigFile?: string | undefined;
}

/** A connection of `hosts` with the secrets that are set. The passwords are the target's own; the passphrase opens its jump hosts' keys, too. */
export function withStackSecrets<Connection extends Given, Secret>(
  connection: Connection,
  { sshPassword, sshKeyPassphrase, sudoPassword }: StackSecrets<Secret>,
): Connection & { password?: Secret; privateKeyPassword?: Secret; sudoPassword?: Secret } {
  const { user = connection.sshConfigFile === undefined ? "root" : undefined } = connection;
  return {
    ...connection,
    ...(sshPassword === undefined ? {} : { password: sshPassword }),
    ...(sshKeyPassphrase === undefined ? {} : { privateKeyPassword: sshKeyPassphrase }),
    ...(sudoPassword === undefined || user === "root" ? {} : { sudoPassword }),
  };
}
