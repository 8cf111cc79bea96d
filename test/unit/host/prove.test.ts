// The login that proves the result: a real client, a real SMTP server, the relay between; a proof is given for what was seen only.
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { prove, proveAll } from "../../../providers/host/prove.ts";
import type { Dialogue } from "../../../providers/steps/smtp-dialogue.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";
import { fakedHost } from "../../support/faked-host.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const faked = fakedHost();

describe("a login", () => {
  test("that is let in gives banner, mechanisms, 235 and the dialogue", async () => {
    await using smtp = await fakeSmtp("secret");
    const { port } = smtp;

    const proof = await prove(faked.host, { port, mechanisms, login: { username: "mail", password: "secret" } });

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

    const proof = await prove(faked.host, { port: smtp.port, mechanisms, login: { username: "mail", password } });

    expect(proof.reply).toMatch(/^235 /);
    expect(smtp.logins.map((login) => login.password)).toEqual([password]);
    if (password.trim() !== "") {
      expect(proof.transcript.join("\n")).not.toContain(password);
      expect(proof.transcript.join("\n")).not.toContain(Buffer.from(password).toString("base64"));
    }
    expect(faked.fake.seen.commands.join("\n")).not.toContain(password.trim() || "no such text");
  });

  test("that is refused fails with 535 and an advice, after one attempt, without the password", async () => {
    await using smtp = await fakeSmtp("secret");

    const message = await faked.failedProof({
      port: smtp.port,
      mechanisms,
      login: { username: "mail", password: "canary-1" },
    });

    expect(message).toMatch(/log in as mail[\s\S]*535[\s\S]*S: 220/);
    expect(message).toContain("next: see that proofUsername and proofPassword are right");
    expect(message).not.toContain("canary-1");
    expect(message).not.toContain(Buffer.from("canary-1").toString("base64"));
    expect(smtp.logins).toHaveLength(1);
  });

  test("that saslauthd can not judge (454) fails and points at the socket", async () => {
    await using smtp = await fakeSmtp("secret", {}, 454);

    const message = await faked.failedProof({
      port: smtp.port,
      mechanisms,
      login: { username: "mail", password: "secret-2" },
    });

    expect(message).toMatch(/454[\s\S]*next: Postfix cannot reach saslauthd/);
  });
});

describe("without a password", () => {
  test("a login that exists nowhere must be refused with 535", async () => {
    await using smtp = await fakeSmtp("secret");

    const proof = await prove(faked.host, { port: smtp.port, mechanisms, login: { username: "" } });

    expect(proof.reply).toMatch(/^535 /);
    expect(smtp.logins).toEqual([
      { method: "LOGIN", username: expect.stringMatching(/^no-such-user-[0-9a-f]{16}$/), password: "no-such-password" },
    ]);
  });

  test("454 is no proof", async () => {
    await using smtp = await fakeSmtp("secret", {}, 454);

    expect(await faked.failedProof({ port: smtp.port, mechanisms, login: { username: "" } })).toMatch(
      /"454[\s\S]*not with 535/,
    );
  });

  test("a server that lets everybody in is no proof", async () => {
    const onAuth = (_login: unknown, _session: unknown, done: (error: null, answer: { user: string }) => void) =>
      done(null, { user: "x" });
    await using smtp = await fakeSmtp("secret", { onAuth: onAuth as never });

    expect(await faked.failedProof({ port: smtp.port, mechanisms, login: { username: "" } })).toContain(
      "and not with 535",
    );
  });
});

describe("a login that may send only as itself", () => {
  const own = { greeting: "[127.0.0.1]", sender: "mail@example.org", recipient: "postmaster@example.org" };
  const envelopes = [own, { ...own, sender: "not-mail@example.org", refusedWith: "553" }];
  const dialogue = { mechanisms, login: { username: "mail", password: "secret" }, envelopes };

  /** Refuses every sender but the login, with this status. */
  const refusing =
    (responseCode: number) => (sender: { address: string }, _session: unknown, done: (error?: Error) => void) =>
      done(
        sender.address.startsWith("mail@")
          ? undefined
          : Object.assign(new Error("5.7.1 not owned by user mail"), { responseCode }),
      );

  test("is proved by the refusal of somebody else, which is no warning", async () => {
    await using smtp = await fakeSmtp("secret", { onMailFrom: refusing(553) as never });

    const proof = await prove(faked.host, { port: smtp.port, ...dialogue });

    expect(proof.refused).toBeUndefined();
    expect(proof.transcript.join("\n")).toMatch(/C: MAIL FROM:<not-mail@example\.org>\nS: 553 /);
  });

  test.each([
    ["accepts everybody", {}, "250"],
    ["refuses for another reason", { onMailFrom: refusing(550) as never }, "550"],
  ])("is not proved by a server that %s", async (_what, options, answer) => {
    await using smtp = await fakeSmtp("secret", options);

    const message = await faked.failedProof({ port: smtp.port, ...dialogue });

    expect(message).toContain(`mail from not-mail@example.org, which is somebody else, was answered with "${answer}`);
    expect(message).toContain("code: sender-not-checked");
  });
});

describe("a stranger", () => {
  const stranger = { mechanisms, refusesStrangers: true, login: { username: "mail", password: "secret" } };

  test("who is refused before the login is a part of the proof, and the login still follows", async () => {
    const onMailFrom = (_address: unknown, session: { user?: unknown }, done: (error?: Error) => void) =>
      done(session.user === undefined ? new Error("5.7.1 Access denied") : undefined);
    await using smtp = await fakeSmtp("secret", { authOptional: true, onMailFrom: onMailFrom as never });

    const proof = await prove(faked.host, { port: smtp.port, ...stranger });

    expect(proof.reply).toMatch(/^235 /);
    expect(proof.transcript.join("\n")).toMatch(/Access denied[\s\S]*235/);
  });

  test("who may send to elsewhere makes it an open relay, and no password is sent to it", async () => {
    await using smtp = await fakeSmtp("secret", { authOptional: true });

    const message = await faked.failedProof({ port: smtp.port, ...stranger });

    expect(message).toContain("OPEN RELAY");
    expect(message).toContain("next: let only logins pass on this port: options: {smtpd_relay_restrictions");
    expect(smtp.logins).toEqual([]);
  });
});

describe("where mail clients elsewhere are looked at, too,", () => {
  const login = { username: "mail", password: "secret" };
  const seenAt = (address: string) =>
    jest.spyOn(faked.host, "endpoint").mockResolvedValue({ address, sshPort: 22, direct: true });
  const proved = async (port: number, outside: NonNullable<Dialogue["outside"]>) => {
    const reported: string[] = [];
    const proofs = await proveAll(faked.host, [{ port, mechanisms, login, outside }], undefined, (line) =>
      reported.push(line),
    ).catch((error: Error) => error.message);
    return { proofs, reported };
  };
  afterEach(() => void jest.restoreAllMocks());

  test("a port that answers them is in the proof and in the log", async () => {
    await using smtp = await fakeSmtp("secret");
    seenAt("127.0.0.1");

    const { proofs, reported } = await proved(smtp.port, "expected");

    expect(proofs).toMatchObject([{ reply: expect.stringMatching(/^235 /), outside: { answers: "yes" } }]);
    expect(reported).toEqual([expect.stringMatching(`^from here port ${smtp.port} of 127.0.0.1 answers: `)]);
  });

  // nobody listens on another address of the loopback
  test("one that does not is a failure that names the firewall", async () => {
    await using smtp = await fakeSmtp("secret");
    seenAt("127.0.0.9");

    const { proofs } = await proved(smtp.port, "expected");

    expect(proofs).toMatch(
      /from here port \d+ of 127\.0\.0\.9: .*ECONNREFUSED.*; on the host itself the login was proved/,
    );
    expect(proofs).toContain("look for a firewall on the host");
    expect(proofs).toContain("code: not-from-outside");
  });

  test("one that does not is told and no failure, where that is all that was asked for", async () => {
    await using smtp = await fakeSmtp("secret");
    seenAt("127.0.0.9");

    const { proofs, reported } = await proved(smtp.port, "told");

    expect(proofs).toMatchObject([{ outside: { answers: "no" } }]);
    expect(reported).toEqual([expect.stringContaining("ECONNREFUSED")]);
  });
});
