// A byte stream to a TCP port of the host's own loopback, through the SSH connection. Needs no tool on the host but bash,
// and no permission to forward ports.
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Failure } from "../steps/failure.ts";
import { dial } from "./dial.ts";
import type { Host } from "./host.ts";

/** What a library that expects a TCP socket calls on it; none of it has a meaning on a channel. */
const socketHabits = {
  setTimeout: () => {},
  setKeepAlive: () => {},
  setNoDelay: () => {},
  ref: () => {},
  unref: () => {},
};

/** Opens the stream; `close` ends it and what was opened for it. */
export async function relayTo(host: Host, port: number): Promise<{ stream: Duplex; close: () => void }> {
  const { client } = await host.shell();
  try {
    const stream = await openChannel(client, port);
    return { stream, close: () => stream.destroy() };
  } catch {
    // MaxSessions 1: a second session is refused on this connection, not on another one
    const second = await dial(host.connection);
    try {
      const stream = await openChannel(second, port);
      return { stream, close: () => second.end() };
    } catch (error) {
      second.end();
      throw new Failure({
        tried: `reach port ${port} of ${host.name} through SSH`,
        found: (error as Error).message,
        next: "the SSH server must allow a session (MaxSessions) for this user",
      });
    }
  }
}

function openChannel(client: Client, port: number): Promise<Duplex> {
  // whichever side ends first ends the other: a client that stays connected after us would hold Postfix up
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1; cat <&3 & cat <&0 >&3 & wait -n; kill $(jobs -p) 2>/dev/null`;
  return new Promise((resolve, reject) => {
    client.exec(`exec bash -c '${script}'`, (error, channel) => {
      if (error !== undefined) return reject(error);
      channel.stderr.resume();
      resolve(Object.assign(channel, socketHabits));
    });
  });
}
