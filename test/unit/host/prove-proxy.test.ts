// A port behind HAProxy answers nobody who does not begin as HAProxy does: the proof sends that line where main.cf says so, and only then.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { prove } from "../../../providers/host/prove.ts";
import { answering } from "../../support/answering-host.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const login = { username: "mail", password: "secret" };

/** A server that passes a client on once it has sent the header; else it hangs up, as Postfix does after its time. */
async function behindProxy(smtp: number) {
  const headers: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    const timer = setTimeout(() => socket.end("421 4.3.2 No system resources\r\n"), 300);
    socket.once("data", (chunk: Buffer) => {
      clearTimeout(timer);
      const [header = "", ...rest] = chunk.toString("latin1").split("\r\n");
      headers.push(header);
      const inner = connect(smtp, "127.0.0.1").on("error", () => {});
      inner.write(rest.join("\r\n"));
      inner.pipe(socket).pipe(inner);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    headers,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((done) => server.close(() => done()));
    },
  };
}

const proved = (port: number, inMain: Record<string, string>) =>
  answering(
    () => ({ inMain, rows: [], known: false, found: [] }),
    (host) => prove(host, { port, mechanisms, login }),
  );

test.each([["smtpd_upstream_proxy_protocol"], ["postscreen_upstream_proxy_protocol"]])(
  "the header is sent where %s is haproxy, and the transcript begins with the server's greeting",
  async (parameter) => {
    await using smtp = await fakeSmtp("secret");
    await using proxied = await behindProxy(smtp.port);

    const proof = await proved(proxied.port, { [parameter]: "haproxy" });

    expect(proof.reply).toMatch(/^235 /);
    expect(proof.transcript[0]).toMatch(/^S: 220 /);
    expect(proxied.headers).toEqual([`PROXY TCP4 127.0.0.1 127.0.0.1 ${proxied.port} ${proxied.port}`]);
  },
);

test("it is not sent to a port that hangs up for another reason", async () => {
  await using smtp = await fakeSmtp("secret");
  await using proxied = await behindProxy(smtp.port);

  await expect(proved(proxied.port, {})).rejects.toThrow("421 4.3.2");
  expect(proxied.headers).toEqual([]);
});

test("nor to one that has spoken: its error is the one that is told", async () => {
  await using smtp = await fakeSmtp("another");

  await expect(proved(smtp.port, { smtpd_upstream_proxy_protocol: "haproxy" })).rejects.toThrow(/535/);
  expect(smtp.logins).toHaveLength(1);
});
