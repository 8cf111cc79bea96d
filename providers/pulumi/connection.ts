// The input `connection` as a Pulumi program writes it.
import * as pulumi from "@pulumi/pulumi";
import { hopSchema, secretConnectionInputs } from "../host/connection-schema.ts";
import { withDefaults } from "./defaults.ts";

/**
 * How one host is reached. The fields of `remote.ConnectionArgs` of @pulumi/command have the same
 * names and meaning.
 */
export interface HopArgs {
  /** Name or address, as in known_hosts; with `sshConfigFile` also an alias. */
  host: pulumi.Input<string>;
  /** Port of the SSH server. Default: the setting of ssh_config, else 22. */
  port?: pulumi.Input<number> | undefined;
  /**
   * The login user. A user other than root becomes root through sudo. Default: the setting of
   * ssh_config, else root.
   */
  user?: pulumi.Input<string> | undefined;
  /** Login password, also for keyboard-interactive. Sent only once. Kept as a secret. */
  password?: pulumi.Input<string> | undefined;
  /** Text of the private key, in OpenSSH or PEM form. Kept as a secret. */
  privateKey?: pulumi.Input<string> | undefined;
  /**
   * Passphrase of the private key, and of the keys of jump hosts that have none of their own. Kept
   * as a secret.
   */
  privateKeyPassword?: pulumi.Input<string> | undefined;
  /**
   * File with the private key, read on the machine that runs Pulumi at each run, so that a rotated
   * key needs no change of the state.
   */
  privateKeyFile?: pulumi.Input<string> | undefined;
  /** Socket of an ssh-agent. Default: the setting of ssh_config, else SSH_AUTH_SOCK. */
  agentSocketPath?: pulumi.Input<string> | undefined;
  /**
   * The only host key that is accepted: a public key line or "SHA256:…". Default: known_hosts
   * decides, and an unknown host is refused.
   */
  hostKey?: pulumi.Input<string> | undefined;
  /**
   * Where host keys are looked up; read only. Default: the setting of ssh_config, else
   * ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts.
   */
  knownHostsFile?: pulumi.Input<string> | undefined;
  /**
   * An ssh_config, such as "~/.ssh/config". A setting that is not given here is read with `ssh -G
   * -F` for `host` at each dial and never stored. A ProxyCommand is refused; no setting of the file
   * makes an unknown host key a trusted one.
   */
  sshConfigFile?: pulumi.Input<string> | undefined;
  /**
   * How many dials may fail before the run gives up: refused, reset, timed out, or closed by a host
   * that is still booting. A refused key, login or host key is never retried. The limit of the
   * target counts for the whole chain of jump hosts. Default 10.
   */
  dialErrorLimit?: pulumi.Input<number> | undefined;
  /** Seconds for one dial with its login. Default: the setting of ssh_config, else 15. */
  perDialTimeout?: pulumi.Input<number> | undefined;
  /**
   * A jump host, which may have one itself; the key of each is verified before the next is dialled.
   */
  proxy?: pulumi.Input<HopArgs> | undefined;
}

/** How the host is reached, and how its user becomes root there. */
export interface ConnectionArgs extends HopArgs {
  /** For a user whose sudo asks for a password. Kept as a secret. */
  sudoPassword?: pulumi.Input<string> | undefined;
}

/** Marks the fields that must be encrypted in the state, whether the program marked them or not. */
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
  const secrets = secretConnectionInputs.flatMap((name) =>
    connection[name] === undefined ? [] : [[name, pulumi.secret(connection[name])]],
  );
  return withDefaults(hopSchema, {
    ...connection,
    ...Object.fromEntries(secrets),
    ...(proxy === undefined ? {} : { proxy: withSecrets(proxy as ConnectionArgs) }),
  });
}
