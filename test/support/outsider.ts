// A client that asks for mail service every 100 ms, as the world does, and writes down when it was not served.
import { connect } from "node:net";

export interface Outsider {
  /** Ends the asking and gives what was seen. */
  stop(): Promise<{ served: number; refused: string[] }>;
}

/** Connects to port 25 and waits for the banner, again and again. */
export function askEvery(milliseconds: number, host: string, port = 25): Outsider {
  const refused: string[] = [];
  const open: Promise<void>[] = [];
  let served = 0;
  const ask = () =>
    open.push(
      banner(host, port).then(
        () => {
          served += 1;
        },
        (error: Error) => {
          refused.push(`${new Date().toISOString()} ${error.message}`);
        },
      ),
    );
  const timer = setInterval(ask, milliseconds);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      return { served, refused };
    },
  };
}

/** Connects, waits for the banner and says QUIT; an error where nobody serves there. */
export function banner(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(10_000, () => socket.destroy(new Error("no banner within 10 s")));
    socket.on("data", (chunk) => {
      if (!/^220[ -]/.test(chunk.toString())) return socket.destroy(new Error(`not a banner: ${chunk}`));
      socket.end("QUIT\r\n");
      resolve();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("closed without a banner")));
  });
}
