// A client that connects to one port every 20 ms, and how long nobody was served there.
import { connect } from "node:net";
import { banner } from "../../test/support/outsider.ts";

const every = 20;

export interface Served {
  readonly attempts: number;
  /** Attempts that were refused, or closed before a word. */
  readonly refused: number;
  /** Seconds from the first refused attempt of each row of them to the next one that was served, added up. */
  readonly outage: number;
  /** Seconds that the slowest of those that were served waited. */
  readonly slowest: number;
}

interface Attempt {
  readonly begun: number;
  readonly ended: number;
  readonly served: boolean;
}

/** Asks until it is told to stop. On a port with TLS from the first byte, to be connected is to be served: no banner comes before the handshake. */
export function watch(host: string, port: number): () => Promise<Served> {
  const ask = port === 465 ? connected : banner;
  const attempts: Promise<Attempt>[] = [];
  const timer = setInterval(() => attempts.push(timed(ask(host, port))), every);
  return async () => {
    clearInterval(timer);
    return summary(await Promise.all(attempts));
  };
}

async function timed(asked: Promise<void>): Promise<Attempt> {
  const begun = performance.now();
  const served = await asked.then(
    () => true,
    () => false,
  );
  return { begun, ended: performance.now(), served };
}

function connected(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.on("error", reject);
    socket.on("connect", () => {
      resolve();
      socket.destroy();
    });
  });
}

function summary(attempts: readonly Attempt[]): Served {
  let outage = 0;
  let since: number | undefined;
  for (const { begun, served } of attempts) {
    if (!served) since ??= begun;
    else if (since !== undefined) {
      outage += begun - since;
      since = undefined;
    }
  }
  const last = attempts.at(-1)?.begun ?? 0;
  if (since !== undefined) outage += last + every - since;
  const served = attempts.filter((one) => one.served);
  return {
    attempts: attempts.length,
    refused: attempts.length - served.length,
    outage: outage / 1000,
    slowest: Math.max(0, ...served.map(({ begun, ended }) => ended - begun)) / 1000,
  };
}
