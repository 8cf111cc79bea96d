// Dials a host, through its proxy where there is one, and again where another dial may help.
import type { Duplex } from "node:stream";
import pRetry from "p-retry";
import type { Client } from "ssh2";
import { connect, DialFailure, dialFailure, NoSuchKey } from "./connect.ts";
import { loginOf } from "./credentials.ts";
import { HostKeyFailure, hostKeyCheck } from "./host-key.ts";
import { type Connection, type Hop, hopSchema } from "./settings.ts";

/** Connects, through the proxy where there is one. Retries what a booting or restarting host shows; never a key or a login. */
export async function dial(connection: Connection): Promise<Client> {
  const { proxy, sudoPassword: _sudoPassword, ...target } = connection;
  const attempt = async () => {
    if (proxy === undefined) return await dialHop(target);
    const jump = await dialHop(hopSchema.parse(proxy));
    try {
      const client = await dialHop(target, () => forward(jump, target));
      client.once("close", () => jump.end());
      return client;
    } catch (error) {
      jump.end();
      throw error;
    }
  };
  return await pRetry(attempt, {
    retries: connection.dialErrorLimit,
    minTimeout: 250,
    factor: 1.7,
    maxTimeout: 5000,
    shouldRetry: ({ error }) => error instanceof DialFailure,
  });
}

function forward(jump: Client, target: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    jump.forwardOut("127.0.0.1", 0, target.host, target.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(dialFailure(target, `the jump host can not reach it: ${error.message}`));
    });
  });
}

/** Throws at once when a host key or a way to log in is missing here; then one connection for each list of key types. */
async function dialHop(hop: Hop, tunnel?: () => Promise<Duplex>): Promise<Client> {
  const check = hostKeyCheck(hop);
  const login = loginOf(hop);
  const refusals: HostKeyFailure[] = [];
  for (const algorithms of check.offers) {
    try {
      return await connect(hop, { algorithms, refuse: check.refuse, login, sock: await tunnel?.() });
    } catch (error) {
      if (!(error instanceof HostKeyFailure)) throw error;
      refusals.push(error);
    }
  }
  throw refusals.find((refusal) => !(refusal instanceof NoSuchKey)) ?? refusals[0];
}
