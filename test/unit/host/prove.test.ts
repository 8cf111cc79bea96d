// The proof: a real client's dialogue with a real SMTP server through the relay; a proof is given for what was seen only.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Host } from "../../../providers/host/host.ts";
import { prove } from "../../../providers/host/prove.ts";
import type { Dialogue } from "../../../providers/steps/step.ts";
import { fakeSmtp, selfSigned } from "../../support/fake-smtp.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";

const mechanisms = ["PLAIN", "LOGIN"];
let fake: FakeHost;
let host: Host;

beforeAll(async () => {
  fake = await fakeHost();
  host = new Host(fake.connection());
});
afterAll(async () => {
  await host.close();
  await fake[Symbol.asyncDispose]();
});

/** The message of a proof that must fail. */
async function failure(dialogue: Dialogue): Promise<string> {
  const proof = await prove(host, dialogue).catch((error: Error) => error);
  if (proof instanceof Error) return proof.message;
  throw new Error(`it proved ${proof.reply}`);
}

/** A port where a program of our own answers. */
async function listening(answer: (socket: Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((socket) => answer(socket.on("error", () => {})));
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

describe("a login", () => {
  test("that is let in gives banner, mechanisms, 235 and the dialogue", async () => {
    await using smtp = await fakeSmtp("secret");
    const { port } = smtp;

    const proof = await prove(host, { port, mechanisms, login: { username: "mail", password: "secret" } });

    expect(proof).toMatchObject({
      port,
      mechanisms: expect.arrayContaining(mechanisms),
      reply: expect.stringMatching(/^235 /),
    });
    expect(proof.banner).toMatch(/^S: 220 /);
    expect(proof.transcript).toContainEqual(expect.stringMatching(/^C: EHLO /));
    expect(proof.transcript.at(-1)).toMatch(/^(S: 221|C: QUIT)/);
    expect(smtp.logins).toEqual([{ method: "LOGIN", username: "mail", password: "secret" }]);
  });

  test.each([
    ["quotes", 'it\'s "so"'],
    ["shell text", "$HOME $(id) `id` \\ ! * ~"],
    ["spaces around", "  a b  "],
    ["UTF-8", "pässwörd € 漢字 🔑"],
    ["200 characters", "x".repeat(100) + "é".repeat(100)],
    ["what could end a line", "a%0d%0aQUIT"],
    ["one space", " "],
  ])("with a password of %s is byte-exact at the server, and in no transcript", async (_what, password) => {
    await using smtp = await fakeSmtp(password);

    const proof = await prove(host, { port: smtp.port, mechanisms, login: { username: "mail", password } });

    expect(proof.reply).toMatch(/^235 /);
    expect(smtp.logins.map((login) => login.password)).toEqual([password]);
    if (password.trim() !== "") {
      expect(proof.transcript.join("\n")).not.toContain(password);
      expect(proof.transcript.join("\n")).not.toContain(Buffer.from(password).toString("base64"));
    }
    expect(fake.seen.commands.join("\n")).not.toContain(password.trim() || "no such text");
  });

  test("that is refused fails with 535 and an advice, after one attempt, without the password", async () => {
    await using smtp = await fakeSmtp("secret");

    const message = await failure({ port: smtp.port, mechanisms, login: { username: "mail", password: "canary-1" } });

    expect(message).toMatch(/log in as mail[\s\S]*535[\s\S]*S: 220/);
    expect(message).toContain("next: the password is not the one of this user");
    expect(message).not.toContain("canary-1");
    expect(message).not.toContain(Buffer.from("canary-1").toString("base64"));
    expect(smtp.logins).toHaveLength(1);
  });

  test("that saslauthd can not judge (454) fails and points at the socket", async () => {
    await using smtp = await fakeSmtp("secret", {}, 454);

    const message = await failure({ port: smtp.port, mechanisms, login: { username: "mail", password: "secret-2" } });

    expect(message).toMatch(/454[\s\S]*next: Postfix can not reach saslauthd/);
  });
});

describe("without a password", () => {
  test("a login that exists nowhere must be refused with 535", async () => {
    await using smtp = await fakeSmtp("secret");

    const proof = await prove(host, { port: smtp.port, mechanisms, login: { username: "" } });

    expect(proof.reply).toMatch(/^535 /);
    expect(smtp.logins).toEqual([
      { method: "LOGIN", username: "no-such-user-of-this-host", password: "no-such-password" },
    ]);
  });

  test("454 is no proof", async () => {
    await using smtp = await fakeSmtp("secret", {}, 454);

    expect(await failure({ port: smtp.port, mechanisms, login: { username: "" } })).toMatch(/"454[\s\S]*not with 535/);
  });

  test("a server that lets everybody in is no proof", async () => {
    const onAuth = (_login: unknown, _session: unknown, done: (error: null, answer: { user: string }) => void) =>
      done(null, { user: "x" });
    await using smtp = await fakeSmtp("secret", { onAuth: onAuth as never });

    expect(await failure({ port: smtp.port, mechanisms, login: { username: "" } })).toContain("and not with 535");
  });
});

describe("what EHLO offers", () => {
  test("is enough for a mere look at the banner", async () => {
    await using smtp = await fakeSmtp("secret", { disabledCommands: ["AUTH", "STARTTLS"] });

    const proof = await prove(host, { port: smtp.port, mechanisms: [] });

    expect(proof).toMatchObject({ banner: expect.stringMatching(/^S: 220 /), mechanisms: [], reply: "" });
  });

  test.each([
    ["no AUTH at all", { disabledCommands: ["AUTH", "STARTTLS"] }, "offers AUTH nothing; PLAIN LOGIN is missing"],
    ["not LOGIN", { authMethods: ["PLAIN"] }, "offers AUTH PLAIN; LOGIN is missing"],
    ["not PLAIN", { authMethods: ["LOGIN", "CRAM-MD5"] }, "offers AUTH LOGIN CRAM-MD5; PLAIN is missing"],
  ])("%s: fails before a password is sent, and names what is missing", async (_what, options, words) => {
    await using smtp = await fakeSmtp("secret", options);

    expect(await failure({ port: smtp.port, mechanisms, login: { username: "mail", password: "secret" } })).toContain(
      words,
    );
    expect(smtp.logins).toEqual([]);
  });
});

describe("a server that does not speak ends in an error and not in a wait", () => {
  const login = { username: "mail", password: "secret" };

  test.each<[string, (socket: Socket) => void, RegExp]>([
    ["it closes at once", (socket) => socket.destroy(), /the server said nothing/],
    ["it closes behind the banner", (socket) => socket.end("220 mail ESMTP\r\n"), /S: 220 mail ESMTP/],
    ["it refuses at the banner", (socket) => socket.end("554 no service\r\n"), /554 no service/],
    [
      "it closes in the middle of EHLO",
      (socket) => socket.write("220 mail\r\n") && socket.once("data", () => socket.end("250-mail\r\n")),
      /S: 220 mail/,
    ],
    ["it speaks another protocol", (socket) => socket.end("SSH-2.0-OpenSSH\r\n"), /SSH-2\.0/],
  ])("%s", async (_what, answer, words) => {
    await listening(answer, async (port) => {
      expect(await failure({ port, mechanisms, login })).toMatch(words);
    });
  });

  test("nobody listens", async () => {
    let free = 0;
    await listening(
      () => {},
      async (port) => {
        free = port;
      },
    );

    expect(await failure({ port: free, mechanisms, login })).toMatch(new RegExp(`speak SMTP with port ${free}`));
  });
});

test("a host that allows one session is reached over a second connection, which is closed again", async () => {
  await using narrow = await fakeHost({ maxSessions: 1 });
  await using smtp = await fakeSmtp("secret");
  const one = new Host(narrow.connection());

  const proof = await prove(one, { port: smtp.port, mechanisms, login: { username: "mail", password: "secret" } });
  await one.close();

  expect(proof.reply).toMatch(/^235 /);
  expect(narrow.seen.connections).toBe(2);
});

describe("implicit TLS", () => {
  const { key, cert } = selfSigned("mail.example.org");
  const login = { username: "mail", password: "secret" };

  test("with the right name and authority", async () => {
    await using smtp = await fakeSmtp("secret", { secure: true, key, cert });
    const tls = { serverName: "mail.example.org", certificateAuthority: cert };

    expect((await prove(host, { port: smtp.port, mechanisms, login, tls })).reply).toMatch(/^235 /);
  });

  test.each([
    ["another name", { serverName: "other.example.org", certificateAuthority: cert }],
    ["an authority that nobody knows", { serverName: "mail.example.org" }],
    [
      "another authority",
      { serverName: "mail.example.org", certificateAuthority: selfSigned("mail.example.org").cert },
    ],
  ])("with %s is refused before a password is sent", async (_what, tls) => {
    await using smtp = await fakeSmtp("secret", { secure: true, key, cert });

    expect(await failure({ port: smtp.port, mechanisms, login, tls })).toContain("the certificate does not hold");
    expect(smtp.logins).toEqual([]);
  });

  test("against a server in clear text fails, and sends no password", async () => {
    await using smtp = await fakeSmtp("secret");
    const tls = { serverName: "mail.example.org", certificateAuthority: cert };

    expect(await failure({ port: smtp.port, mechanisms, login, tls })).toContain("speak SMTP with port");
    expect(smtp.logins).toEqual([]);
  });
});
