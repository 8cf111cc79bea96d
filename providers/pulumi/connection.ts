// The input `connection` as a Pulumi program writes it.
import * as pulumi from "@pulumi/pulumi";
import { hopSchema } from "../host/settings.ts";
import { withDefaults } from "./defaults.ts";

/** How one host is reached. The fields of `remote.ConnectionArgs` of @pulumi/command have the same names and meaning. */
export interface HopArgs {
  /** Name or address, as known_hosts knows it. */
  host: pulumi.Input<string>;
  /** Default 22. */
  port?: pulumi.Input<number> | undefined;
  /** Default "root". Everybody else becomes root through sudo. */
  user?: pulumi.Input<string> | undefined;
  /** Login password. Kept as a secret. */
  password?: pulumi.Input<string> | undefined;
  /** Text of the private key. Kept as a secret. */
  privateKey?: pulumi.Input<string> | undefined;
  /** Passphrase of the private key. Kept as a secret. */
  privateKeyPassword?: pulumi.Input<string> | undefined;
  /** File with the private key, read on the machine that runs Pulumi at each run, so that a rotated key needs no change of the state. */
  privateKeyFile?: pulumi.Input<string> | undefined;
  /** Socket of an ssh-agent. Default: SSH_AUTH_SOCK. */
  agentSocketPath?: pulumi.Input<string> | undefined;
  /** The only host key that is accepted: a public key line or "SHA256:…". Default: known_hosts decides; an unknown host is refused. */
  hostKey?: pulumi.Input<string> | undefined;
  /** Default ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. */
  knownHostsFile?: pulumi.Input<string> | undefined;
  /** How many dials may fail. Default 10. */
  dialErrorLimit?: pulumi.Input<number> | undefined;
  /** Seconds for one dial with its login. Default 15. */
  perDialTimeout?: pulumi.Input<number> | undefined;
}

/** How the host is reached, and how its user becomes root there. */
export interface ConnectionArgs extends HopArgs {
  /** For a user whose sudo asks for a password. Kept as a secret. */
  sudoPassword?: pulumi.Input<string> | undefined;
  /** A host to jump through; its key is verified as well. */
  proxy?: pulumi.Input<HopArgs> | undefined;
}

const secretFields = ["password", "privateKey", "privateKeyPassword", "sudoPassword"] as const;

/** Marks what must be encrypted in the state, whether the program did so or not. */
export function withSecrets(connection: pulumi.Input<ConnectionArgs>): pulumi.Input<ConnectionArgs> {
  if (pulumi.Output.isInstance(connection) || connection instanceof Promise) {
    return pulumi
      .output(connection)
      .apply((known) => protect(known as ConnectionArgs)) as pulumi.Output<ConnectionArgs>;
  }
  return protect(connection);
}

function protect(connection: ConnectionArgs): ConnectionArgs {
  const proxy = connection.proxy;
  const secrets = secretFields.flatMap((name) =>
    connection[name] === undefined ? [] : [[name, pulumi.secret(connection[name])]],
  );
  return withDefaults(hopSchema, {
    ...connection,
    ...Object.fromEntries(secrets),
    ...(proxy === undefined ? {} : { proxy: withSecrets(proxy as ConnectionArgs) }),
  });
}
