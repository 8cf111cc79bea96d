// Dials a host, through its jump hosts where there are some, and dials again where that may help.
import type { Duplex } from "node:stream";
import pRetry from "p-retry";
import type { Client } from "ssh2";
import { AccessFailure } from "./access-failure.ts";
import { connect, DialFailure, dialFailure, NoSuchKey } from "./connect.ts";
import type { Connection } from "./connection-schema.ts";
import { type Login, loginOf } from "./credentials.ts";
import { type Hop, nameOf } from "./hop.ts";
import { type HostKeyCheck, HostKeyFailure, hostKeyCheck } from "./host-key.ts";
import { type Route, routeTo } from "./route.ts";
import { waitLog } from "./wait-log.ts";

/** A connection that is logged in, and the settings it was made from. */
export interface LoggedIn {
  readonly client: Client;
  readonly hop: Hop;
  /** Whether there is no jump host in between. */
  readonly direct: boolean;
}

/**
 * Connects hop by hop. Retries failures of a booting or restarting host, but never a host key or a
 * login.
 */
export async function dial(connection: Connection, tell: (line: string) => void = () => {}): Promise<LoggedIn> {
  const route = await routeTo(connection);
  const waited = waitLog(`wait for ${nameOf(route[route.length - 1] as Hop)} to let us in`, tell);
  const client = await pRetry(() => dialRoute(route), {
    retries: connection.dialErrorLimit,
    minTimeout: 250,
    factor: 1.7,
    maxTimeout: 5000,
    shouldRetry: ({ error }) => error instanceof DialFailure,
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (error instanceof DialFailure)
        waited(`dial ${attemptNumber} of ${connection.dialErrorLimit + 1}: ${error.parts.found}`);
    },
  });
  return { client, hop: route[route.length - 1] as Hop, direct: route.length === 1 };
}

/** A hop is dialled only after the login to the hop before it, whose host key was verified then. */
async function dialRoute(route: Route): Promise<Client> {
  // Throws when a host key or a login method is missing, before anything is dialled.
  const prepared = await Promise.all(
    route.map(async (hop) => ({ hop, check: hostKeyCheck(hop), login: await loginOf(hop) })),
  );
  const clients: Client[] = [];
  const hangUp = () => {
    for (const client of clients.toReversed()) client.end();
  };
  try {
    for (const way of prepared) {
      const before = clients.at(-1);
      clients.push(await dialHop(way, before === undefined ? undefined : () => forward(before, way.hop)));
    }
  } catch (error) {
    hangUp();
    throw error;
  }
  const last = clients.at(-1) as Client;
  last.once("close", hangUp);
  return last;
}

/** `SSH_OPEN_ADMINISTRATIVELY_PROHIBITED` (RFC 4254, 5.1). */
const prohibited = 1;

function forward(jump: Client, hop: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // A connection from the jump host to an address that does not answer takes minutes to fail.
    const timer = setTimeout(
      () => reject(dialFailure(hop, `the jump host did not reach it within ${hop.perDialTimeout} s`)),
      hop.perDialTimeout * 1000,
    );
    jump.forwardOut(
      "127.0.0.1",
      0,
      hop.host,
      hop.port,
      (error: (Error & { reason?: unknown }) | undefined, channel) => {
        clearTimeout(timer);
        if (error === undefined) resolve(channel);
        else if (error.reason === prohibited) reject(notForwarded(hop, error.message));
        else reject(dialFailure(hop, `the jump host can not reach it: ${error.message}`, error));
      },
    );
  });
}

function notForwarded(hop: Hop, found: string): AccessFailure {
  return new AccessFailure({
    code: "jump-host-forbids-forwarding",
    tried: `reach ${nameOf(hop)} through its jump host`,
    found: `the jump host does not forward: ${found}`,
    left: ["nothing was changed"],
    next: `let the jump host forward to ${hop.host}:${hop.port}, in its sshd_config: AllowTcpForwarding yes or local, DisableForwarding no, PermitOpen with this address or none at all; then systemctl reload ssh there`,
  });
}

interface PreparedHop {
  readonly hop: Hop;
  readonly check: HostKeyCheck;
  readonly login: Login;
}

/**
 * Makes one connection for each list of algorithms. The login happens on the first that presents the
 * expected key.
 */
async function dialHop({ hop, check, login }: PreparedHop, tunnel?: () => Promise<Duplex>): Promise<Client> {
  const refusals: HostKeyFailure[] = [];
  for (const hostKeyAlgorithms of check.algorithmLists) {
    try {
      return await connect(hop, { hostKeyAlgorithms, refuse: check.refuse, login, sock: await tunnel?.() });
    } catch (error) {
      if (!(error instanceof HostKeyFailure)) throw error;
      refusals.push(error);
    }
  }
  throw refusals.find((refusal) => !(refusal instanceof NoSuchKey)) ?? refusals[0];
}
