// A client that connects to one port every 20 ms, and how long nobody was served there.
import { connect } from "node:net";

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
  const attempts: Promise<Attempt>[] = [];
  const timer = setInterval(() => attempts.push(attempt(host, port, port !== 465)), every);
  return async () => {
    clearInterval(timer);
    return summary(await Promise.all(attempts));
  };
}

function attempt(host: string, port: number, banner: boolean): Promise<Attempt> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (served: boolean) => {
      resolve({ begun, ended: performance.now(), served });
      socket.destroy();
    };
    socket.setTimeout(30_000, () => end(false));
    socket.on("connect", () => {
      if (!banner) end(true);
    });
    socket.on("data", (chunk) => end(chunk.toString().startsWith("220 ")));
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
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
