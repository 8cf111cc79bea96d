// One hop of the route to a host with all that a dial needs. Only this file combines the given
// settings, ssh_config and the defaults.
import { homedir } from "node:os";
import { join } from "node:path";
import type { GivenHop } from "./connection-schema.ts";
import { homeExpanded, tokensExpanded } from "./operator-files.ts";
import type { SshConfig } from "./ssh-config.ts";

export interface Hop {
  /**
   * Where its settings are, for messages: "connection", "connection.proxy"; `undefined` for a jump
   * host that only ssh_config names.
   */
  readonly setting: string | undefined;
  /** The host as given: an alias, or the same as `host`. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  /** The only key that is given. It must be usable. */
  readonly privateKey: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly privateKeyPassword: string | undefined;
  /** Key files that ssh_config names. Those that exist and can be read are used. */
  readonly identityFiles: readonly string[];
  /** The socket of an SSH agent. */
  readonly agent: string | undefined;
  /** Whether only those of the agent's keys are used that `identityFiles` names. */
  readonly identitiesOnly: boolean;
  readonly hostKey: string | undefined;
  /** The name and port under which known_hosts lists the host. */
  readonly knownAs: { readonly host: string; readonly port: number };
  readonly knownHostsFiles: readonly string[];
  /**
   * Whether the files were given in the settings. Such a file must exist: a missing one must not
   * weaken the check.
   */
  readonly knownHostsGiven: boolean;
  readonly perDialTimeout: number;
  readonly dialErrorLimit: number;
}

/** What a hop inherits from its connection. */
export interface Surroundings {
  readonly setting: string | undefined;
  /**
   * A passphrase never leaves this machine, so the target's may also open the keys of its jump
   * hosts.
   */
  readonly passphrase: string | undefined;
  readonly dialErrorLimit: number;
}

/** `said` = the output of ssh, where the hop has an ssh_config. Given settings take precedence. */
export function hopOf(given: GivenHop, said: SshConfig | undefined, around: Surroundings): Hop {
  const host = said?.hostName ?? given.host;
  const port = given.port ?? said?.port ?? 22;
  const user = given.user ?? said?.user ?? "root";
  const keyGiven = given.privateKey !== undefined || given.privateKeyFile !== undefined;
  const hostKeyAlias = said?.hostKeyAlias;
  const files = keyGiven ? [] : (said?.identityFiles ?? []);
  return {
    setting: around.setting,
    alias: given.host,
    host,
    port,
    user,
    password: given.password,
    privateKey: given.privateKey,
    privateKeyFile: expanded(given.privateKeyFile),
    privateKeyPassword: given.privateKeyPassword ?? around.passphrase,
    // A file whose name has an unknown token counts as missing, and the message of a failed login
    // names it.
    identityFiles: files
      .map(homeExpanded)
      .map((path) => tokensExpanded(path, { alias: given.host, host, port, user, hostKeyAlias }) ?? path),
    agent: expanded(given.agentSocketPath) ?? (keyGiven ? undefined : agentOf(said)),
    identitiesOnly: !keyGiven && (said?.identitiesOnly ?? false),
    hostKey: given.hostKey,
    // A HostKeyAlias is looked up unchanged, without a port (ssh_config(5), HostKeyAlias).
    knownAs: hostKeyAlias === undefined ? { host, port } : { host: hostKeyAlias, port: 22 },
    knownHostsFiles:
      given.knownHostsFile === undefined
        ? (said?.knownHostsFiles ?? [join(homedir(), ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"])
        : [homeExpanded(given.knownHostsFile)],
    knownHostsGiven: given.knownHostsFile !== undefined,
    perDialTimeout: given.perDialTimeout ?? said?.connectTimeout ?? 15,
    dialErrorLimit: around.dialErrorLimit,
  };
}

/** "root@mail1.example.org:22", with the alias where it differs. Every message names a host so. */
export function nameOf({ user, host, port, alias }: Pick<Hop, "user" | "host" | "port" | "alias">): string {
  return `${user}@${host}:${port}${alias === host ? "" : ` (${alias})`}`;
}

/** The name before ssh was asked. It is the final one where there is no ssh_config. */
export function nameBeforeDial({ host, port = 22, user = "root", sshConfigFile }: GivenHop): string {
  return sshConfigFile === undefined ? nameOf({ user, host, port, alias: host }) : `${host} of ${sshConfigFile}`;
}

function expanded(path: string | undefined): string | undefined {
  return path === undefined ? undefined : homeExpanded(path);
}

/** IdentityAgent: "none", an environment variable, or a socket. Without it, SSH_AUTH_SOCK. */
function agentOf(said: SshConfig | undefined): string | undefined {
  const agent = said?.identityAgent ?? "SSH_AUTH_SOCK";
  if (agent === "none") return undefined;
  if (agent === "SSH_AUTH_SOCK") return process.env.SSH_AUTH_SOCK || undefined;
  return agent.startsWith("$") ? process.env[agent.replace(/^\$\{?|\}$/g, "")] || undefined : homeExpanded(agent);
}
