// An ssh-agent inside the test process, on a socket of its own; it counts what it had to sign.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type ParsedKey } from "ssh2";

export interface FakeAgent extends AsyncDisposable {
  readonly socket: string;
  readonly seen: { signatures: number };
}

/** An agent that holds these private keys, in this order. */
export async function fakeAgent(privateKeys: readonly string[], passphrase?: string): Promise<FakeAgent> {
  const folder = mkdtempSync(join(tmpdir(), "fake-agent-"));
  const socket = join(folder, "agent");
  const keys = privateKeys.map((text) => ssh2.utils.parseKey(text, passphrase) as ParsedKey);
  const seen = { signatures: 0 };
  const server = createServer((client) => {
    const protocol = new ssh2.AgentProtocol(false);
    protocol.on("identities", (request) => protocol.getIdentitiesReply(request, keys));
    protocol.on("sign", (request, publicKey: ParsedKey, data, { hash }) => {
      const key = keys.find((one) => one.getPublicSSH().equals(publicKey.getPublicSSH()));
      seen.signatures += 1;
      if (key === undefined) protocol.failureReply(request);
      else protocol.signReply(request, key.sign(data, hash));
    });
    client.on("error", () => {});
    client.pipe(protocol).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    seen,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
