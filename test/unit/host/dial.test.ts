// A dial settles in every case: with a login, or with an error that says what was tried and how often.
import { once } from "node:events";
import { type AddressInfo, createServer, Socket } from "node:net";
import { describe, expect, jest, test } from "@jest/globals";
import type { AuthenticationType } from "ssh2";
import type { Connection } from "../../../providers/host/connection-schema.ts";
import { dial } from "../../../providers/host/dial.ts";
import { Host } from "../../../providers/host/host.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";
import { generateKeyPair, keyPair } from "../../support/key-pair.ts";

const locked = generateKeyPair("ed25519", {
  passphrase: "a passphrase",
  cipher: "aes256-ctr",
  rounds: 16,
});

/** The message of a dial that must fail. */
async function refusal(connection: Connection): Promise<string> {
  try {
    (await dial(connection)).client.end();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it connected");
}

async function connects(connection: Connection): Promise<void> {
  (await dial(connection)).client.end();
}

describe("a login", () => {
  test("that is wrong is tried once and never again, and the message tells the methods", async () => {
    await using fake = await fakeHost();

    const message = await refusal(fake.connection({ password: "wrong", dialErrorLimit: 5 }));

    expect(message).toMatch(/log in as root@127\.0\.0\.1:\d+ \(password.*each once\)/);
    expect(message).toContain("the host refused");
    expect(message).not.toContain("wrong");
    expect(fake.seen.connections).toBe(1);
    expect(fake.seen.passwords).toBe(1);
  });

  test.each<[string, AuthenticationType[], string[]]>([
    ["and keyboard-interactive", ["password", "keyboard-interactive"], ["none", "password"]],
    ["or keyboard-interactive alone", ["keyboard-interactive"], ["none", "keyboard-interactive"]],
  ])("where the host takes a password %s presents it once", async (_what, methods, logins) => {
    await using fake = await fakeHost({ methods });

    await refusal(fake.connection({ password: "wrong" }));
    expect(fake.seen).toMatchObject({ logins, passwords: 1 });

    await connects(fake.connection());
    expect(fake.seen.passwords).toBe(2);
  });

  test("of which no method is one that the host takes presents nothing, and says so", async () => {
    await using fake = await fakeHost({ methods: ["publickey"] });

    expect(await refusal(fake.connection())).toContain("it takes no method that is set");
    expect(fake.seen).toMatchObject({ logins: ["none"], passwords: 0 });
  });

  test("with an agent that is not there goes on to the password", async () => {
    await using fake = await fakeHost();
    const agentSocketPath = "/no/such/agent";

    await connects(fake.connection({ agentSocketPath }));

    const message = await refusal(fake.connection({ agentSocketPath, password: "wrong" }));
    expect(message).toMatch(
      /\(password; each once\)\nfound: the host refused; it takes password, publickey; the agent/,
    );
    expect(message).toContain("the agent /no/such/agent: Failed to connect to agent");
  });

  test("waits for no acknowledgement: what is to be said is sent at once, from the first word on", async () => {
    await using fake = await fakeHost();
    const sent = jest.spyOn(Socket.prototype, "write");
    const atOnce = jest.spyOn(Socket.prototype, "setNoDelay");

    await connects(fake.connection());

    expect(atOnce.mock.calls[0]).toEqual([true]);
    expect(atOnce.mock.invocationCallOrder[0]).toBeLessThan(sent.mock.invocationCallOrder[0] ?? 0);
    jest.restoreAllMocks();
  });

  test("with a key", async () => {
    const { private: privateKey, public: userKey } = keyPair("ed25519", "user");
    await using fake = await fakeHost({ userKey });

    await connects(fake.connection({ privateKey, password: undefined }));

    expect(new Set(fake.seen.logins)).toEqual(new Set(["publickey"]));
  });

  test("with a key that a passphrase protects", async () => {
    await using fake = await fakeHost({ userKey: locked.public });

    await connects(
      fake.connection({ privateKey: locked.private, privateKeyPassword: "a passphrase", password: undefined }),
    );

    expect(new Set(fake.seen.logins)).toEqual(new Set(["publickey"]));
  });

  test("with a key that is not let in goes on to the password", async () => {
    await using fake = await fakeHost();

    await connects(fake.connection({ privateKey: keyPair("ed25519", "user").private }));

    expect(fake.seen.logins).toEqual(["publickey", "password"]);
  });

  test("shows what the host has to say", async () => {
    await using fake = await fakeHost({ banner: "Authorised use only" });

    expect(await refusal(fake.connection({ password: "wrong" }))).toContain("the host says: Authorised use only");
  });
});

describe("without a usable way to log in nothing is dialled", () => {
  test.each([
    ["no method at all", {}, "no private key that can be used; no password; no agent"],
    ["a key that is no key", { privateKey: "hello" }, "set the secret sshKeyPassphrase of the stack's configuration"],
    [
      "a protected key without its passphrase",
      { privateKey: locked.private },
      "set the secret sshKeyPassphrase of the stack's configuration",
    ],
    [
      "a protected key with another passphrase",
      { privateKey: locked.private, privateKeyPassword: "wrong" },
      "set the secret sshKeyPassphrase of the stack's configuration",
    ],
    ["a key file that is not there", { privateKeyFile: "/no/such/key" }, "correct connection.privateKeyFile"],
  ])("%s", async (_what, way, words) => {
    await using fake = await fakeHost();

    const message = await refusal(fake.connection({ password: undefined, ...way }));

    expect(message).toContain(words);
    expect(message).toContain("the host was not contacted");
    expect(fake.seen.connections).toBe(0);
  });
});

describe("a host that is booting", () => {
  test("is dialled again until it lets in", async () => {
    await using fake = await fakeHost({ closedLogins: 2, banner: "System is booting up." });

    await connects(fake.connection({ dialErrorLimit: 3 }));

    expect(fake.seen.connections).toBe(3);
  });

  test("is given up after the limit, with its banner in the message", async () => {
    await using fake = await fakeHost({ closedLogins: 99, banner: "System is booting up." });

    const message = await refusal(fake.connection({ dialErrorLimit: 2 }));

    expect(message).toContain("the host says: System is booting up.");
    expect(message).toContain("3 dials at the most");
    expect(fake.seen.connections).toBe(3);
  });
});

describe("a host that does not answer", () => {
  test("because its port is closed is dialled again, then named with its port", async () => {
    const fake = await fakeHost();
    const connection = fake.connection({ dialErrorLimit: 1 });
    await fake[Symbol.asyncDispose]();

    const message = await refusal(connection);

    expect(message).toContain(`connect to root@127.0.0.1:${connection.port} (2 dials at the most`);
    expect(message).toContain("ECONNREFUSED");
  });

  test("because its name does not exist", async () => {
    await using fake = await fakeHost();

    expect(await refusal(fake.connection({ host: "no-such-host.invalid" }))).toMatch(
      /root@no-such-host\.invalid:\d+ .*\nfound: getaddrinfo /,
    );
  });

  test("because it is silent is given up after the time for one dial", async () => {
    const silent = createServer(() => {});
    await once(silent.listen(0, "127.0.0.1"), "listening");
    await using fake = await fakeHost();
    const { port } = silent.address() as AddressInfo;
    try {
      const began = Date.now();

      expect(await refusal(fake.connection({ port, perDialTimeout: 1 }))).toContain("no login within 1 s");
      expect(Date.now() - began).toBeLessThan(3000);
    } finally {
      silent.close();
    }
  });

  test("because something else listens there", async () => {
    const other = createServer((socket) => socket.end("220 mail ESMTP\r\n"));
    await once(other.listen(0, "127.0.0.1"), "listening");
    await using fake = await fakeHost();
    const { port } = other.address() as AddressInfo;
    try {
      expect(await refusal(fake.connection({ port }))).toMatch(/connect to root@127\.0\.0\.1/);
    } finally {
      other.close();
    }
  });
});

describe("callers that share a host", () => {
  const ask = (host: Host) =>
    host.shell().then(
      () => "let in",
      (error: Error) => error.message,
    );

  test("share one refused login, and a later one does not try it again", async () => {
    await using fake = await fakeHost();
    const host = new Host(fake.connection({ password: "wrong" }));

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(host)));

    expect(new Set([...answers, await ask(host)]).size).toBe(1);
    expect(fake.seen).toMatchObject({ connections: 1, passwords: 1 });
  });

  test("share one failed dial, and a later one dials again", async () => {
    await using fake = await fakeHost({ closedLogins: 1 });
    const host = new Host(fake.connection());

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(host)));

    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("connection closed before the login");
    expect(await ask(host)).toBe("let in");
    expect(fake.seen.connections).toBe(2);
    await host.close();
  });
});
