// The proof against servers that are not as they should be: no AUTH, no words, no session, another certificate.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { Host } from "../../../providers/host/host.ts";
import { prove } from "../../../providers/host/prove.ts";
import { fakeSmtp, selfSigned } from "../../support/fake-smtp.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";
import { fakedHost } from "../../support/faked-host.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const faked = fakedHost();

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

describe("what EHLO offers", () => {
  test("is enough for a mere look at the banner", async () => {
    await using smtp = await fakeSmtp("secret", { disabledCommands: ["AUTH", "STARTTLS"] });

    const proof = await prove(faked.host, { port: smtp.port, mechanisms: [] });

    expect(proof).toMatchObject({ banner: expect.stringMatching(/^S: 220 /), mechanisms: [], reply: "" });
  });

  test.each([
    ["no AUTH at all", { disabledCommands: ["AUTH", "STARTTLS"] }, "offers AUTH nothing; PLAIN LOGIN is missing"],
    ["not LOGIN", { authMethods: ["PLAIN"] }, "offers AUTH PLAIN; LOGIN is missing"],
    ["not PLAIN", { authMethods: ["LOGIN", "CRAM-MD5"] }, "offers AUTH LOGIN CRAM-MD5; PLAIN is missing"],
  ])("%s: fails before a password is sent, and names what is missing", async (_what, options, words) => {
    await using smtp = await fakeSmtp("secret", options);

    expect(
      await faked.failedProof({ port: smtp.port, mechanisms, login: { username: "mail", password: "secret" } }),
    ).toContain(words);
    expect(smtp.logins).toEqual([]);
  });
});

describe("a server that does not speak ends in an error and not in a wait", () => {
  const login = { username: "mail", password: "secret" };

  test.each<[string, (socket: Socket) => void, RegExp]>([
    ["it refuses at the banner", (socket) => socket.end("554 no service\r\n"), /554 no service/],
    ["it speaks another protocol", (socket) => socket.end("SSH-2.0-OpenSSH\r\n"), /SSH-2\.0/],
  ])("%s", async (_what, answer, words) => {
    await listening(answer, async (port) => {
      expect(await faked.failedProof({ port, mechanisms, login })).toMatch(words);
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

    expect(await faked.failedProof({ port: free, mechanisms, login })).toMatch(
      new RegExp(`speak SMTP with port ${free}`),
    );
  });
});

describe("a milter that does not answer Postfix is named, and saslauthd is not", () => {
  const login = { username: "mail", password: "secret" };
  const milters = "smtpd_milters = inet:127.0.0.1:8891, main.cf";

  /** Postfix with a dead milter: the words of smtpd_sasl_proto.c and milter8.c. */
  function withDeadMilter(socket: Socket, atAuth: string): void {
    socket.write("220 mx ESMTP\r\n");
    socket.on("data", (bytes) => {
      const command = bytes.toString().slice(0, 4);
      const answer = { EHLO: "250-mx\r\n250 AUTH PLAIN LOGIN", AUTH: atAuth, QUIT: "221 bye" }[command];
      socket.write(`${answer ?? "451 4.7.1 Service unavailable - try again later"}\r\n`);
    });
  }

  test.each([
    ["a login", login],
    ["an invented login", { username: "" }],
  ])("at %s", async (_what, given) => {
    await listening(
      (socket) => withDeadMilter(socket, "454 4.3.0 Try again later"),
      async (port) => {
        const message = await faked.failedProof({ port, mechanisms, login: given, milters });

        expect(message).toContain(`found: a milter does not answer Postfix (${milters}): `);
        expect(message).toContain("next: start that milter on the host");
        expect(message).not.toContain("cannot reach saslauthd");
      },
    );
  });

  test("and a 454 of saslauthd stays one", async () => {
    await listening(
      (socket) => withDeadMilter(socket, "454 4.7.0 Temporary authentication failure: generic failure"),
      async (port) => {
        const message = await faked.failedProof({ port, mechanisms, login, milters });

        expect(message).toContain("next: Postfix cannot reach saslauthd");
        expect(message).not.toContain("milter");
      },
    );
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

    expect((await prove(faked.host, { port: smtp.port, mechanisms, login, tls })).reply).toMatch(/^235 /);
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

    expect(await faked.failedProof({ port: smtp.port, mechanisms, login, tls })).toContain(
      "next: the first line of found says what is wrong",
    );
    expect(smtp.logins).toEqual([]);
  });

  test("against a server in clear text fails, and sends no password", async () => {
    await using smtp = await fakeSmtp("secret");
    const tls = { serverName: "mail.example.org", certificateAuthority: cert };

    expect(await faked.failedProof({ port: smtp.port, mechanisms, login, tls })).toContain("speak SMTP with port");
    expect(smtp.logins).toEqual([]);
  });
});
