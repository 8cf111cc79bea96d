// Adds the secrets of a stack's configuration to a connection. They have keys of their own, since
// one secret inside `hosts` would make all of it secret. The program adds them wrapped, a refresh
// or destroy as plain text. Both use this function, so that they agree.

/**
 * Secrets of a stack's configuration that belong to connections. A secret is text, or Pulumi's
 * wrapper around it.
 */
export interface StackSecrets<Secret> {
  /** For a login without a key. */
  readonly sshPassword?: Secret | undefined;
  /** Opens encrypted private keys, also those of jump hosts. */
  readonly sshKeyPassphrase?: Secret | undefined;
  /** For a user whose sudo asks for a password. Left out where the user is root. */
  readonly sudoPassword?: Secret | undefined;
}

/** The type makes the compiler refuse an incomplete list. */
const present: Readonly<Record<keyof StackSecrets<unknown>, true>> = {
  sshPassword: true,
  sshKeyPassphrase: true,
  sudoPassword: true,
};

/** Their keys in the stack's configuration. */
export const stackSecretKeys: readonly string[] = Object.keys(present);

interface Given {
  readonly user?: string | undefined;
  readonly sshConfigFile?: string | undefined;
}

/**
 * A connection of `hosts` with the secrets that are set. The passwords are for the target only; the
 * passphrase also opens its jump hosts' keys.
 */
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
