// A port as a mail client elsewhere finds it: from the machine that runs the program, past SSH. What is seen is a result, never an error.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import type { Host } from "../../../providers/host/host.ts";
import { dialogueFromHere, knockFromHere } from "../../../providers/host/outside.ts";
import { fakeSmtp, selfSigned } from "../../support/fake-smtp.ts";

const endpoint = { address: "127.0.0.1", sshPort: 22, direct: true };
const reachedBy = (changes: Partial<typeof endpoint> = {}) =>
  ({ endpoint: async () => ({ ...endpoint, ...changes }) }) as Host;
const login = { username: "mail", password: "secret" };

/** A server that takes connections and does not say a word; what it was sent, and a port where nobody listens once it is closed. */
async function muteServer() {
  const heard: Buffer[] = [];
  const server = createServer((socket) => socket.on("data", (chunk) => heard.push(chunk)).on("error", () => {}));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    server,
    heard,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  };
}

async function closedPort(): Promise<number> {
  await using mute = await muteServer();
  return mute.port;
}

afterEach(() => void jest.useRealTimers());

describe("a dialogue from here", () => {
  test("gives the banner, and makes no login", async () => {
    await using smtp = await fakeSmtp("secret", { name: "mail.example.org" });

    const found = await dialogueFromHere(reachedBy(), { port: smtp.port, mechanisms: ["PLAIN", "LOGIN"], login });

    expect(found).toEqual({
      answers: "yes",
      words: expect.stringMatching(`^from here port ${smtp.port} of 127.0.0.1 answers: mail.example.org ESMTP[^,]*$`),
    });
    expect(smtp.logins).toEqual([]);
  });

  test("says where TLS showed its certificate", async () => {
    const certificate = selfSigned("mail.example.org");
    await using smtp = await fakeSmtp("secret", { secure: true, ...certificate });
    const tls = { serverName: "mail.example.org", certificateAuthority: certificate.cert };

    const found = await dialogueFromHere(reachedBy(), { port: smtp.port, mechanisms: [], tls });

    expect(found).toMatchObject({ answers: "yes", words: expect.stringMatching(/, with its certificate$/) });
  });

  test("of a server that says nothing ends after 20 s", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    await using mute = await muteServer();

    const found = dialogueFromHere(reachedBy(), { port: mute.port, mechanisms: [] });
    const [socket] = await once(mute.server, "connection");
    await jest.advanceTimersByTimeAsync(19_900);
    const early = await Promise.race([found, "not yet"]);
    await jest.advanceTimersByTimeAsync(200);

    expect(early).toBe("not yet");
    expect(await found).toEqual({
      answers: "no",
      words: `from here port ${mute.port} of 127.0.0.1: the dialogue did not end within 20 s`,
    });
    socket.destroy();
  });
});

describe("a port where nobody listens", () => {
  test.each([
    ["does not answer", {}, "no", /: connect ECONNREFUSED [\d.:]+$/],
    [
      "is not known where SSH has another port than 22: that may be a router's",
      { sshPort: 2222 },
      "not known",
      /ECONNREFUSED .*; SSH is on port 2222, so a router may stand in between/,
    ],
    [
      "is not looked at behind a jump host",
      { direct: false },
      "not known",
      /was not looked at: the host is reached through a jump host$/,
    ],
  ])("%s", async (_what, reached, answers, words) => {
    const port = await closedPort();

    const found = await dialogueFromHere(reachedBy(reached), { port, mechanisms: [] });

    expect(found).toEqual({ answers, words: expect.stringMatching(words) });
    expect(found.words).toContain(`from here port ${port}`);
  });
});

test("a knock tells an open port, also beside another SSH port, and says nothing to it", async () => {
  await using mute = await muteServer();

  const found = await knockFromHere(reachedBy({ sshPort: 2222 }), mute.port);

  expect(found).toEqual({
    answers: "yes",
    words: `from here port ${mute.port} of 127.0.0.1 answers: somebody accepts connections`,
  });
  expect(mute.heard).toEqual([]);
});
