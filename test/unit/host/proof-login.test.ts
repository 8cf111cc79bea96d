// Who let the real login in: a refusal of the same user in saslauthd's log may be that of another client, but not at each login.
import { describe, expect, test } from "@jest/globals";
import { saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { proveLogin } from "../../../providers/host/proof-login.ts";
import { answering } from "../../support/answering-host.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const socketDirectory = "/var/spool/postfix/var/run/saslauthd";
const login = { username: "mail", password: "secret" };
const processes = [{ pid: 7, parent: 1, argv: [saslauthdPath, "-m", socketDirectory] }];
const refusal = { program: "saslauthd", pid: 7, text: "auth failure: [user=mail] [service=smtp]" };

/** How often the real login was made, and what came of it, where the log has a refusal of the user at these logins. */
async function made({ refusedAt, sleeps = false }: { refusedAt: readonly number[]; sleeps?: boolean }) {
  await using smtp = await fakeSmtp("secret");
  const dialogue = { port: smtp.port, mechanisms, login, socketDirectory, listeners: [] };
  const answers = () => ({
    processes,
    awake: new Map([[7, sleeps ? 0 : smtp.logins.length]]),
    rows: refusedAt.includes(smtp.logins.length) ? [refusal] : [],
  });
  const result = await answering(answers, (host) => proveLogin(host, dialogue)).then(
    ({ reply }) => reply,
    (error: Error) => error.message,
  );
  return { logins: smtp.logins.length, result };
}

describe("a login that is let in", () => {
  test.each([
    ["without a refusal in the log is made once", [], 1],
    ["while another client of the user is refused is made again", [1], 2],
    ["and once more where that client tries again", [1, 2], 3],
  ])("%s", async (_what, refusedAt, logins) => {
    expect(await made({ refusedAt })).toEqual({ logins, result: expect.stringMatching(/^235 /) });
  });

  test("and refused by saslauthd each time is somebody else's answer", async () => {
    const found = /although saslauthd has refused it each time \(3 logins, "auth failure: \[user=mail\]/;

    expect(await made({ refusedAt: [1, 2, 3, 4] })).toEqual({ logins: 3, result: expect.stringMatching(found) });
  });

  test("while saslauthd sleeps is made once, whatever the log has", async () => {
    const found = /slept on: somebody else has answered/;

    expect(await made({ refusedAt: [1], sleeps: true })).toEqual({ logins: 1, result: expect.stringMatching(found) });
  });
});

test("a login at which another daemon woke up than the one behind our socket names it", async () => {
  await using smtp = await fakeSmtp("secret");
  const other = { pid: 8, parent: 1, argv: [saslauthdPath, "-m", "/run/other"] };
  const answers = () => ({
    processes: [...processes, other],
    awake: new Map([
      [7, 0],
      [8, smtp.logins.length],
    ]),
    rows: [],
  });

  const proof = answering(answers, (host) =>
    proveLogin(host, { port: smtp.port, mechanisms, login, socketDirectory, listeners: [] }),
  );

  await expect(proof).rejects.toThrow(
    `slept on, while process 8 (${saslauthdPath} -m /run/other) did not: somebody else has answered`,
  );
});

describe("a login that is refused, while saslauthd's log", () => {
  const refused = async (log: object) => {
    await using smtp = await fakeSmtp("another");
    const answers = () => ({ processes, awake: new Map([[7, 0]]), rows: [], inMain: {}, ...log });
    return await answering(answers, (host) =>
      proveLogin(host, { port: smtp.port, mechanisms, login, socketDirectory, listeners: [] }),
    ).then(
      ({ reply }) => reply,
      (error: Error) => error.message,
    );
  };

  test.each([
    ["has the refusal, was refused by it", { rows: [refusal], known: true }, "refused-by-saslauthd"],
    ["has no word of it, was refused by somebody else", { known: true }, "not-by-saslauthd"],
    ["can not be read, was refused by nobody knows whom", { known: false }, "proof-login-refused"],
  ])("%s", async (_what, log, code) => {
    expect(await refused(log)).toContain(`code: ${code} (`);
  });

  test("can not be asked for any more, is still told as it came", async () => {
    await using smtp = await fakeSmtp("another");
    const lost = (keys: readonly string[]) => {
      if (keys.some((key) => ["known", "rows"].includes(key))) throw new Error("the connection was closed");
      return { processes, awake: new Map([[7, 0]]), inMain: {} };
    };

    const proof = answering(lost, (host) =>
      proveLogin(host, { port: smtp.port, mechanisms, login, socketDirectory, listeners: [] }),
    );

    await expect(proof).rejects.toThrow(/535[\s\S]*code: proof-login-refused/);
  });
});
