// Who refused an invented login: what the log, the processes and their activity show of it, and what they do not.
import { describe, expect, test } from "@jest/globals";
import { saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { evidenceOf } from "../../../providers/host/proof-trace.ts";
import { answering } from "../../support/answering-host.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const socketDirectory = "/var/spool/postfix/var/run/saslauthd";
const daemon = (pid: number, directory: string) => ({ pid, parent: 1, argv: [saslauthdPath, "-m", directory] });
const ours = daemon(7, socketDirectory);
const other = daemon(8, "/run/other");
const refusalBy = (pid: number) => ({
  program: "saslauthd",
  pid,
  text: "auth failure: [user=nobody] [service=smtp]",
});

/** What is found of a login that was refused, where process `writer` logged that and `awake` runs with each login. */
async function evidence(
  writer: number | undefined,
  awake: typeof ours | "all the time",
  known = true,
): Promise<string | undefined> {
  let logins = 0;
  let looks = 0;
  await using smtp = await fakeSmtp("secret", {
    onAuth: (_login, _session, done) => {
      logins += 1;
      done(Object.assign(new Error("5.7.8 no"), { responseCode: 535 }));
    },
  });
  const inventedLogin = { username: "nobody", password: "x" };
  const login = { username: "mail", password: "secret" };
  const dialogue = { port: smtp.port, mechanisms, login, socketDirectory, inventedLogin, listeners: [] };
  const proof = { port: smtp.port, banner: "", mechanisms, reply: "535", transcript: [] };
  const counts = () => {
    looks += 1;
    const runs = (pid: number) => (awake === "all the time" ? looks : pid === awake.pid ? logins : 0);
    return new Map([ours, other].map(({ pid }) => [pid, runs(pid)]));
  };
  return await answering(
    () => ({
      rows: writer === undefined ? [] : [refusalBy(writer)],
      processes: [ours, other],
      awake: counts(),
      known,
      inMain: {},
    }),
    (host) => evidenceOf(host, dialogue, proof, performance.now(), (work) => work()),
  );
}

describe("a refusal that was logged", () => {
  test("by a process behind our socket is the evidence", async () => {
    expect(await evidence(7, ours)).toBe(
      `saslauthd[7] behind ${socketDirectory}/mux: "auth failure: [user=nobody] [service=smtp]"`,
    );
  });

  test("by a process behind another socket is that of another saslauthd", async () => {
    await expect(evidence(8, other)).rejects.toThrow(
      /another saslauthd than the one behind .*: process 8 \(\/usr\/sbin\/saslauthd -m \/run\/other\)/,
    );
  });

  test("by a process that has ended is no evidence while our daemons sleep", async () => {
    await expect(evidence(99, other)).rejects.toThrow(/slept on through a login: somebody else has answered/);
  });

  test("by a process that has ended counts where our daemon, which forks for each login, woke up for one", async () => {
    expect(await evidence(99, ours)).toMatch(/slept, and woke up for the login; saslauthd\[99\], which logged/);
  });
});

describe("a refusal of which the log has no word", () => {
  const unlogged = (known: boolean, awake: typeof ours) => evidence(undefined, awake, known);

  test("was somebody else's where saslauthd writes to that log", async () => {
    await expect(unlogged(true, ours)).rejects.toThrow(
      /a login as nobody was answered with "535", and saslauthd has no word of it in its log: somebody else has answered[\s\S]*code: not-by-saslauthd/,
    );
  });

  test("is judged by who woke up where no log of saslauthd can be read", async () => {
    expect(await unlogged(false, ours)).toMatch(/slept, and woke up for the login; its log could not be read$/);
    await expect(unlogged(false, other)).rejects.toThrow(/slept on through a login: somebody else has answered/);
  });
});

test("daemons that never sleep show nothing, and the proof says so", async () => {
  await expect(evidence(99, "all the time")).rejects.toThrow(
    /saslauthd is busy, and saslauthd\[99\], .*: nothing shows that it was this login[\s\S]*code: saslauthd-not-proved/,
  );
});

test("no evidence is asked for where no socket is named", async () => {
  const dialogue = { port: 1, mechanisms, listeners: [], inventedLogin: { username: "nobody", password: "x" } };
  const proof = { port: 1, banner: "", mechanisms, reply: "535", transcript: [] };

  const found = await answering(
    () => ({}),
    (host) => evidenceOf(host, dialogue, proof, performance.now(), (work) => work()),
  );

  expect(found).toBeUndefined();
});
