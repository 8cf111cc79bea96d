// The route to a host, hop by hop: jump hosts that are given, or that ssh_config names (ProxyJump),
// and the target last.
import { AccessFailure } from "./access-failure.ts";
import type { Connection, GivenHop } from "./connection-schema.ts";
import { type Hop, hopOf } from "./hop.ts";
import { tokensExpanded } from "./operator-files.ts";
import { askSsh } from "./ssh-config.ts";

/** The hops, from the one that is dialled first to the target. */
export type Route = readonly [...Hop[], Hop];

/**
 * A limit beyond any real route: a ProxyJump whose tokens produce a new name each time has no end.
 */
const mostHops = 16;

interface Leg {
  readonly given: GivenHop;
  readonly setting: string | undefined;
  /**
   * The jump hosts that ProxyJump lists before this one; `undefined` = its own ssh_config decides.
   */
  readonly via?: readonly string[];
}

/**
 * Asks ssh where a hop has an ssh_config. It does so at each dial, so that changes there are used
 * at once.
 */
export async function routeTo(connection: Connection): Promise<Route> {
  const { dialErrorLimit, privateKeyPassword: passphrase } = connection;
  const legTo = async ({ given, setting, via }: Leg, passed: readonly string[]): Promise<Route> => {
    const { sshConfigFile } = given;
    const said = sshConfigFile === undefined ? undefined : await askSsh({ ...given, sshConfigFile });
    const hop = hopOf(given, said, { setting, passphrase, dialErrorLimit });
    const place = `${hop.user}@${hop.host}:${hop.port}`;
    if (passed.includes(place) || passed.length === mostHops) throw circle([...passed, place], given);
    if (given.proxy !== undefined)
      return [...(await legTo({ given: given.proxy, setting: `${setting}.proxy` }, [...passed, place])), hop];
    const jumps = via ?? (said?.proxyJump ?? []).map((jump) => tokensExpanded(jump, hop) ?? jump);
    const last = jumps.at(-1);
    if (last === undefined || sshConfigFile === undefined) return [hop];
    const before = jumps.slice(0, -1);
    const leg = {
      given: jumpHost(last, sshConfigFile),
      setting: undefined,
      // The first of the list is reached as its own ssh_config says, as `ssh -J` does it.
      ...(before.length === 0 ? {} : { via: before }),
    };
    return [...(await legTo(leg, [...passed, place])), hop];
  };
  return await legTo({ given: connection, setting: "connection" }, []);
}

/** "[user@]host[:port]", also as "ssh://…", with an IPv6 address in brackets. */
function jumpHost(text: string, sshConfigFile: string): GivenHop {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[(.+)\]|([^:]+))(?::(\d+))?\/?$/.exec(text) ?? [];
  return {
    host: bracketed ?? plain ?? text,
    sshConfigFile,
    dialErrorLimit: 0,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function circle(passed: readonly string[], { sshConfigFile }: GivenHop): AccessFailure {
  return new AccessFailure({
    code: "jump-hosts-circular",
    tried: "find the way through the jump hosts",
    found: `it has no end: ${passed.toReversed().join(", then ")}`,
    left: ["the host was not contacted"],
    next:
      sshConfigFile === undefined
        ? "correct connection.proxy: one of the jump hosts is named twice"
        : `exclude the jump host from the pattern that sets ProxyJump in ${sshConfigFile}: \`Host * !bastion\``,
  });
}
