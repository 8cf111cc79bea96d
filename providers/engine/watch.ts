// Ends this process when the engine is gone. A killed engine takes the provider process not with it: it would go on changing the
// host, beside the next `up`. The host's shell finishes the command at hand and then ends with our connection.
import { connect } from "node:net";

let watched = false;

/** "127.0.0.1:port" of the engine, which Pulumi gives as the last argument; `undefined` where no engine started this process. */
export function engineAddress(argv: readonly string[] = process.argv): string | undefined {
  return /^(127\.0\.0\.1|\[::1\]|localhost):\d+$/.exec(argv.at(-1) ?? "")?.[0];
}

/** Holds one connection to the engine; closed and refused = gone. */
export function endWithEngine(): void {
  const address = engineAddress();
  if (watched || address === undefined) return;
  watched = true;
  const { hostname, port } = new URL(`http://${address}`);
  hold(hostname.replace(/[[\]]/g, ""), Number(port));
}

function hold(host: string, port: number): void {
  const socket = connect({ host, port });
  socket.unref();
  // nothing is ever read, but without reading the end is not seen
  socket.resume();
  socket.on("error", () => process.exit(1));
  // the engine ends a silent connection after a while: alive, as the next one shows
  socket.on("close", () => setTimeout(() => hold(host, port), 200).unref());
}
