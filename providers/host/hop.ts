// One hop of the way to a host with all that a dial needs. The one place where what is given, what ssh_config says and the defaults meet.
import { homedir } from "node:os";
import { join } from "node:path";
import { homeExpanded, tokensExpanded } from "./operator-files.ts";
import type { GivenHop } from "./settings.ts";
import type { SshConfig } from "./ssh-config.ts";

export interface Hop {
  /** Where its settings stand, for messages: "connection", "connection.proxy"; `undefined` for a jump host that only ssh_config names. */
  readonly setting: string | undefined;
  /** The host as given: an alias, or the same as `host`. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  /** The one key that is given: it must be usable. */
  readonly privateKey: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly privateKeyPassword: string | undefined;
  /** Key files that ssh_config names: what is there and can be read is used. */
  readonly identityFiles: readonly string[];
  /** Socket of an agent. */
  readonly agent: string | undefined;
  /** Of the agent's keys only those that `identityFiles` names. */
  readonly identitiesOnly: boolean;
  readonly hostKey: string | undefined;
  /** The name and port under which known_hosts holds it. */
  readonly knownAs: { readonly host: string; readonly port: number };
  readonly knownHostsFiles: readonly string[];
  /** A file that was given must be there: a missing one must not end in less checking. */
  readonly knownHostsGiven: boolean;
  readonly perDialTimeout: number;
  readonly dialErrorLimit: number;
}

/** What a hop has from the connection that it is a part of. */
export interface Surroundings {
  readonly setting: string | undefined;
  /** A passphrase never leaves this machine, so that of the target may open the keys of its jump hosts, too. */
  readonly passphrase: string | undefined;
  readonly dialErrorLimit: number;
}

/** `said` = the answer of ssh, where the hop has an ssh_config. What is given wins. */
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
    // one with a token that is not known here is not there: the message of a failed login names it
    identityFiles: files
      .map(homeExpanded)
      .map((path) => tokensExpanded(path, { alias: given.host, host, port, user, hostKeyAlias }) ?? path),
    agent: expanded(given.agentSocketPath) ?? (keyGiven ? undefined : agentOf(said)),
    identitiesOnly: !keyGiven && (said?.identitiesOnly ?? false),
    hostKey: given.hostKey,
    // an alias is looked up as it is, without a port (ssh_config(5), HostKeyAlias)
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

/** "root@mail1.example.org:22", with the alias where it is another: how every message names a host. */
export function nameOf({ user, host, port, alias }: Pick<Hop, "user" | "host" | "port" | "alias">): string {
  return `${user}@${host}:${port}${alias === host ? "" : ` (${alias})`}`;
}

/** The name before ssh was asked: the same as later where there is nothing to ask. */
export function nameBeforeDial({ host, port = 22, user = "root", sshConfigFile }: GivenHop): string {
  return sshConfigFile === undefined ? nameOf({ user, host, port, alias: host }) : `${host} of ${sshConfigFile}`;
}

function expanded(path: string | undefined): string | undefined {
  return path === undefined ? undefined : homeExpanded(path);
}

/** IdentityAgent: "none", a variable of the environment, or a socket; without it SSH_AUTH_SOCK. */
function agentOf(said: SshConfig | undefined): string | undefined {
  const agent = said?.identityAgent ?? "SSH_AUTH_SOCK";
  if (agent === "none") return undefined;
  if (agent === "SSH_AUTH_SOCK") return process.env.SSH_AUTH_SOCK || undefined;
  return agent.startsWith("$") ? process.env[agent.replace(/^\$\{?|\}$/g, "")] || undefined : homeExpanded(agent);
}
