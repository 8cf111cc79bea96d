// Ends this process when the engine is gone. Killing the engine does not end the provider process,
// which would go on changing the host while the next `up` runs. The host's shell finishes the
// current command and then ends with the connection.
import { connect } from "node:net";

/**
 * "127.0.0.1:port" of the engine, which Pulumi passes as the last argument; `undefined` where no
 * engine started this process.
 */
export function engineAddress(argv: readonly string[] = process.argv): string | undefined {
  return /^(127\.0\.0\.1|\[::1\]|localhost):\d+$/.exec(argv.at(-1) ?? "")?.[0];
}

/**
 * Holds one connection to the engine open. When it closes and a new one is refused, the engine is
 * gone. The process calls this once.
 */
export function endWithEngine(): void {
  const address = engineAddress();
  if (address === undefined) return;
  const { hostname, port } = new URL(`http://${address}`);
  hold(hostname.replace(/[[\]]/g, ""), Number(port));
}

function hold(host: string, port: number): void {
  const socket = connect({ host, port });
  socket.unref();
  // The engine sends nothing, but without reading Node does not report the end of the stream.
  socket.resume();
  socket.on("error", () => process.exit(1));
  // The engine closes an idle connection after a while. It is still alive when the next one
  // succeeds.
  socket.on("close", () => setTimeout(() => hold(host, port), 200).unref());
}
