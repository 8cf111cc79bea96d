// Opens one SSH connection: verifies the host key before any credential is sent, logs in once, and always settles.
import type { Duplex } from "node:stream";
import pRetry from "p-retry";
import ssh2, { type Client } from "ssh2";
import { Failure } from "../steps/failure.ts";
import { loginMethods } from "./credentials.ts";
import { hostKeyCheck } from "./host-key.ts";
import { type Connection, type Hop, hopSchema, nameOf } from "./settings.ts";

/** A failure that another dial may cure: refused, reset, timed out, closed by a host that is booting. */
class DialFailure extends Failure {}

/** Connects, through the proxy where there is one. Retries what a booting or restarting host shows; never a key or a login. */
export async function dial(connection: Connection): Promise<Client> {
  const { proxy, sudoPassword: _sudoPassword, ...target } = connection;
  const attempt = async () => {
    if (proxy === undefined) return await dialHop(target);
    const jump = await dialHop(hopSchema.parse(proxy));
    try {
      const client = await dialHop(target, await forward(jump, target));
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

function dialHop(hop: Hop, sock?: Duplex): Promise<Client> {
  const check = hostKeyCheck(hop);
  const methods = loginMethods(hop);
  const tried: string[] = [];
  let refused: Failure | undefined;
  let banner = "";
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const fail = (error: Failure) => {
      clearTimeout(timer);
      client.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(dialFailure(hop, `no login within ${hop.perDialTimeout} s${bannerText(banner)}`)),
      hop.perDialTimeout * 1000,
    );
    client
      .on("ready", () => {
        clearTimeout(timer);
        // Nagle against delayed acknowledgements costs 40 ms a turn
        client.setNoDelay(true);
        resolve(client);
      })
      .on("banner", (text) => {
        banner += text;
      })
      .on("error", (error) => fail(refused ?? explain(hop, error, tried, banner)))
      // a host that refuses logins while it boots (pam_nologin) closes without an error
      .on("close", () => fail(refused ?? dialFailure(hop, `connection closed before the login${bannerText(banner)}`)))
      .connect({
        ...(sock === undefined ? { host: hop.host, port: hop.port } : { sock: sock as never }),
        username: hop.user,
        readyTimeout: 0,
        keepaliveInterval: 5000,
        keepaliveCountMax: 3,
        ...(check.algorithms === undefined ? {} : { algorithms: { serverHostKey: check.algorithms as never } }),
        // ssh2 accepts everything that is not exactly `false`
        hostVerifier: (key: Buffer) => {
          refused = check.refuse(key);
          return refused === undefined;
        },
        authHandler: (_left, _partial, next) => {
          const method = methods[tried.length];
          if (method === undefined) return next(false as never);
          tried.push(method.type);
          next(method);
        },
      });
  });
}

function explain(hop: Hop, error: Error & { level?: string }, tried: readonly string[], banner: string): Failure {
  if (error.level === "client-authentication") {
    return new Failure({
      tried: `log in as ${nameOf(hop)} (${tried.join(", ")}; each once)`,
      found: `the host refused${bannerText(banner)}`,
      left: "nothing was changed",
      next: "check user, key and password; the host's own log (journalctl -u ssh) tells more",
    });
  }
  if (/no matching host key/i.test(error.message)) {
    return new Failure({
      tried: `agree on a host key with ${nameOf(hop)}`,
      found: `${error.message}: the host has no key of a type that is known for it, or offers certificates only (not supported)`,
      left: "no credential was sent, nothing was changed",
      next: "set connection.hostKey to a plain host key of this host",
    });
  }
  return dialFailure(hop, error.message + bannerText(banner));
}

function dialFailure(hop: Hop, found: string): DialFailure {
  return new DialFailure({
    tried: `connect to ${nameOf(hop)} (${hop.dialErrorLimit + 1} dials at the most, ${hop.perDialTimeout} s each)`,
    found,
    left: "nothing was changed; what the state holds about the host is kept",
    next: "check address, port and network; a host that is gone for good is forgotten with `pulumi state delete`",
  });
}

function bannerText(banner: string): string {
  return banner.trim() === "" ? "" : `; the host says: ${banner.trim()}`;
}
