// The connection of today. A refresh or destroy knows only what the last `up` stored; where the engine runs the program with it
// (`--run-program`), it also hands over the stack's configuration of today: a new address, user or password there wins.
import { type Connection, connectionSchema } from "../host/settings.ts";
import type { MannerInputs } from "./manner.ts";

/** As Pulumi hands it to `configure`: keys without a colon are the project's own. */
interface Configuration {
  get(key: string): string | undefined;
}

/** Where the stub puts it: a plain assignment, since calls that come in while a promise is awaited must find it. */
const place = "saslMailHostConfiguration";

/** `hosts[]` of the configuration that has this resource's `hostName`, with the passwords that stand in keys of their own; else what is stored. */
export function connectionOfToday(manner: MannerInputs): Connection {
  const configuration = (globalThis as Record<string, unknown>)[place] as Configuration | undefined;
  const hosts = configuration?.get("hosts");
  if (manner.hostName === undefined || configuration === undefined || !hosts) return manner.connection;
  const today = (JSON.parse(hosts) as { name: string; connection: object }[]).find(
    ({ name }) => name === manner.hostName,
  );
  if (today === undefined) return manner.connection;
  const parsed = connectionSchema.safeParse({ ...today.connection, ...passwords(configuration, today.connection) });
  return parsed.success ? parsed.data : manner.connection;
}

function passwords(configuration: Configuration, { user = "root" }: { user?: string }): Partial<Connection> {
  const password = configuration.get("sshPassword");
  const sudoPassword = configuration.get("sudoPassword");
  return { ...(password ? { password } : {}), ...(sudoPassword && user !== "root" ? { sudoPassword } : {}) };
}
