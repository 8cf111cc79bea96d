// Ends this process when the engine is gone. A killed engine takes the provider process not with it: it would go on changing the
// host, beside the next `up`. The host's shell finishes the command at hand and then ends with our connection.
import { connect } from "node:net";

let watched = false;

/** Holds one connection to the engine, whose address Pulumi gives as the last argument; closed and refused = gone. */
export function endWithEngine(argv: readonly string[] = process.argv): void {
  const address = /^(127\.0\.0\.1|\[::1\]|localhost):(\d+)$/.exec(argv.at(-1) ?? "");
  if (watched || address === null) return;
  watched = true;
  hold(address[1]?.replace(/[[\]]/g, "") ?? "", Number(address[2]));
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
