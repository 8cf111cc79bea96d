// A TCP relay of this process in front of a host's sshd: adds latency, goes silent, is cut; and counts what passes.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { DelayLine } from "./delay-line.ts";

export interface RelayCounters {
  connections: number;
  bytesToHost: number;
  bytesToClient: number;
  /** How often the client spoke after the host had (or spoke first): each turn costs a round trip. */
  turns: number;
}

export interface RelayTarget {
  address: string;
  port?: number;
}

/** Listens on 127.0.0.1, on a port of its own. */
export async function openRelay(target: RelayTarget, options: { latencyMs?: number } = {}): Promise<Relay> {
  const relay = new Relay(target);
  relay.latencyMs = options.latencyMs ?? 0;
  await relay.listen();
  return relay;
}

export class Relay {
  readonly address = "127.0.0.1";
  /** One way, for each piece of data; the round trip takes twice as long. May be changed at any time. */
  latencyMs = 0;
  counters: RelayCounters = { connections: 0, bytesToHost: 0, bytesToClient: 0, turns: 0 };
  readonly #target: RelayTarget;
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Set<DelayLine>();
  #server: Server | undefined;
  #port = 0;
  #stalled = false;

  constructor(target: RelayTarget) {
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    // Half-open, so that the end of one direction travels through the line like the data before it.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#join(client));
    server.listen(this.#port, this.address);
    await once(server, "listening");
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Ends all connections as a broken cable would be noticed (reset), and refuses new ones until `resume`. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Passes nothing on from now; connections stay open, new ones are accepted and silent. */
  stall(): void {
    this.#stalled = true;
    for (const line of this.#lines) line.hold();
  }

  /** Ends a stall (what was held is passed on) and a cut (on the same port). */
  async resume(): Promise<void> {
    this.#stalled = false;
    for (const line of this.#lines) line.release();
    if (!this.#server) await this.listen();
  }

  resetCounters(): void {
    this.counters = { connections: 0, bytesToHost: 0, bytesToClient: 0, turns: 0 };
  }

  /** Ends the relay; the port is free again. */
  close(): void {
    this.cut();
  }

  #join(client: Socket): void {
    this.counters.connections += 1;
    const host = connect({
      host: this.#target.address,
      port: this.#target.port ?? 22,
      allowHalfOpen: true,
      noDelay: true,
    });
    let clientSpeaks = false;
    this.#carry(client, host, (bytes) => {
      this.counters.bytesToHost += bytes;
      if (!clientSpeaks) this.counters.turns += 1;
      clientSpeaks = true;
    });
    this.#carry(host, client, (bytes) => {
      this.counters.bytesToClient += bytes;
      clientSpeaks = false;
    });
  }

  #carry(from: Socket, to: Socket, count: (bytes: number) => void): void {
    const line = new DelayLine(() => this.latencyMs);
    if (this.#stalled) line.hold();
    this.#sockets.add(from);
    this.#lines.add(line);
    from.on("data", (data) => {
      count(data.length);
      line.push(() => to.write(data));
    });
    from.on("end", () => line.push(() => to.end()));
    from.on("error", () => to.resetAndDestroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      this.#lines.delete(line);
      // After an error nothing more can come; an orderly end is on its way through the line already.
      if (!from.readableEnded) to.destroy();
    });
  }
}
