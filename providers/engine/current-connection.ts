// The connection to use today. A refresh or destroy knows only what the last `up` stored. Where the
// engine runs the program with it (`--run-program`), it also passes today's stack configuration,
// and a new address, user or password there takes precedence.
import { cached } from "../core/cached.ts";
import { type Connection, connectionSchema } from "../host/connection-schema.ts";
import { stackSecretKeys, withStackSecrets } from "../host/connection-secrets.ts";
import type { CommonInputs } from "./common-inputs.ts";

/**
 * The configuration as Pulumi passes it to `configure`. Keys without a colon belong to the project.
 */
export interface Configuration {
  get(key: string): string | undefined;
}

/** A connection, and what to do when it gives no access to the host. */
export interface CurrentConnection {
  readonly connection: Connection;
  readonly recovery: string;
}

/**
 * The entry of `hosts[]` in the configuration that has this resource's `hostName`, with the secrets
 * from their own keys. Without such an entry, the stored connection.
 */
export function currentConnection(configuration: Configuration | undefined, common: CommonInputs): CurrentConnection {
  const { connection, hostName } = common;
  const parsed = connectionSchema.safeParse(
    hostName === undefined ? undefined : inConfiguration(configuration, hostName),
  );
  // What the program reads from a file of its own is not in the configuration that the engine passes.
  const isInFile = !parsed.success && Boolean(configuration?.get("hostsFile"));
  return {
    connection: parsed.success ? parsed.data : connection,
    recovery: hostName === undefined || isInFile ? updateFirst : correctTheConfiguration,
  };
}

/** The key `hosts`, parsed once: each resource asks for it, and it is long for a thousand hosts. */
const connectionsIn = cached((text: string): ReadonlyMap<string, object> => {
  const hosts = JSON.parse(text) as { name: string; connection: object }[];
  return new Map(hosts.map(({ name, connection }) => [name, connection]));
});

/** The key `hostSecrets`, parsed once: by host, what overrides the stack's secrets. */
const secretsIn = cached(
  (text: string) => JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string | undefined>>>>,
);

function inConfiguration(configuration: Configuration | undefined, hostName: string): object | undefined {
  const hosts = configuration?.get("hosts");
  if (configuration === undefined || !hosts) return undefined;
  const today = connectionsIn(hosts).get(hostName);
  const own = secretsIn(configuration.get("hostSecrets") || "{}")[hostName] ?? {};
  const secret = (key: string) => own[key] ?? (configuration.get(key) || undefined);
  return today && withStackSecrets(today, Object.fromEntries(stackSecretKeys.map((key) => [key, secret(key)])));
}

const readAtEachRun =
  "Key files, ssh_config, known_hosts and the agent are read at each run: what is corrected there counts at once.";

/**
 * A refresh that does not run the program is given the configuration of the last `up`, which looks
 * like today's. The refresh of a destroy is always given that one, whatever the flags.
 */
const correctTheConfiguration = `${readAtEachRun} hosts[].connection of the stack's configuration counts only where the run executes the program: with \`npm run pulumi\`, or with PULUMI_RUN_PROGRAM=true; a destroy also needs --refresh=false, which \`npm run pulumi -- destroy\` adds. Otherwise the connection of the last \`pulumi up\` is used. The state needs no edit`;

const updateFirst = `${readAtEachRun} This run used the connection of the last \`pulumi up\`: \`pulumi up --refresh=false\` takes over the one of the program, without a change on the host`;
