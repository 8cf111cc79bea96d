// A byte stream to a TCP port of the host, from the host itself, through the SSH connection. It
// needs no tool on the host but bash, and no permission to forward ports.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Failure, type FailureParts } from "../core/failure.ts";
import { quote } from "../core/shell.ts";
import { dial } from "./dial.ts";
import type { Host } from "./host.ts";
import { NoExpectedOutput, skipUntil, start } from "./login-shell.ts";

/** The methods that a library expects of a TCP socket. None of them has a meaning on a channel. */
const socketHabits = {
  setTimeout: () => {},
  setKeepAlive: () => {},
  setNoDelay: () => {},
  ref: () => {},
  unref: () => {},
};

/**
 * Opens the stream; `close` ends it and what was opened for it. `address` is one of the host's own.
 * Resolves before the port is dialled: one that refuses ends the stream.
 */
export async function openPortStream(
  host: Host,
  port: number,
  address = "127.0.0.1",
): Promise<{ stream: Duplex; close: () => void }> {
  const { client } = await host.shell();
  try {
    const stream = await openChannel(client, address, port);
    return { stream, close: () => stream.destroy() };
  } catch {
    // With MaxSessions 1 a second session is refused on this connection, but not on another one.
    const second = await dial(host.connection);
    try {
      const stream = await openChannel(second.client, address, port);
      return { stream, close: () => second.client.end() };
    } catch (error) {
      second.client.end();
      const parts: FailureParts = {
        code: "port-unreachable",
        tried: `open a second session on ${host.name} for the SMTP dialogue with port ${port}`,
        found:
          error instanceof NoExpectedOutput
            ? `${error.message}: ${error.words.complaint.trim()}`
            : (error as Error).message,
        next: "let sshd on the host allow this user a second session or connection (MaxSessions, MaxStartups, no ForceCommand in sshd_config; then systemctl reload ssh), and see that /bin/bash is there; then run the same command again",
      };
      throw new Failure(parts, { cause: error });
    }
  }
}

/**
 * What the login shell prints or reads comes before `ready` and `go`. After them every byte belongs
 * to the port.
 */
async function openChannel(client: Client, address: string, port: number): Promise<Duplex> {
  const nonce = randomBytes(16).toString("hex");
  // Whichever side ends first ends the other: a client that stays connected would keep Postfix from
  // stopping.
  const carry = "cat <&3 & cat <&0 >&3 & wait -n; kill $(jobs -p) 2>/dev/null";
  const script = `printf '\\n%s\\n' ready-${nonce}; ${skipUntil(`go-${nonce}`)}; exec 3<>"/dev/tcp/$1/$2" || exit 1; ${carry}`;
  // SHLVL: a bash of the first level that sshd started reads ~/.bashrc, which the login shell may
  // have done already. Nothing else of the environment is kept: each bash first reads the file in
  // BASH_ENV.
  const command = `exec /usr/bin/env -i SHLVL=1 PATH=/usr/bin:/bin LC_ALL=C /bin/bash -c ${[script, "bash", address, String(port)].map(quote).join(" ")}`;
  const { channel, readFirst } = await start(client, command, 30);
  try {
    await readFirst(({ output }) => (output.includes(`\nready-${nonce}\n`) ? true : undefined));
  } catch (error) {
    channel.close();
    throw error;
  }
  channel.stderr.resume();
  channel.write(`go-${nonce}\n`);
  return Object.assign(channel, socketHabits);
}
