// What a proof may find: each failure, made by a real client against an SMTP server in this process.
import { X509Certificate } from "node:crypto";
import { saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { Host } from "../../../providers/host/host.ts";
import { DemandNotMet, failureOf } from "../../../providers/host/proof-failure.ts";
import { evidenceOf } from "../../../providers/host/proof-trace.ts";
import { prove } from "../../../providers/host/prove.ts";
import { authProof } from "../../../providers/resources/proof/auth-proof.ts";
import { refuseLoopback } from "../../../providers/resources/proof/proof-outside.ts";
import type { Dialogue } from "../../../providers/steps/smtp-dialogue.ts";
import { answering } from "../../support/answering-host.ts";
import { type FakeSmtpOptions, fakeSmtp, selfSigned } from "../../support/fake-smtp.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";

const mechanisms = ["PLAIN", "LOGIN"];
const login = { username: "mail", password: "secret" };
const serverName = "mail.example.org";
const socketDirectory = "/var/run/saslauthd";
const server = selfSigned(serverName);
const tls = { serverName, certificateAuthority: server.cert };
const { fingerprint256: otherFingerprint } = new X509Certificate(selfSigned(serverName).cert);

interface Server extends FakeSmtpOptions {
  readonly refusal?: number;
}

async function proved(dialogue: Partial<Dialogue>, { refusal = 535, ...options }: Server = {}): Promise<void> {
  await using fake = await fakeHost();
  await using smtp = await fakeSmtp("secret", options, refusal);
  const host = new Host(fake.connection());
  await prove(host, { port: smtp.port, mechanisms, login, ...dialogue }).finally(() => host.close());
}

interface Answers {
  readonly rows?: readonly object[];
  readonly processes?: readonly object[];
  /** Whether a log has a word of saslauthd. */
  readonly known?: boolean;
}

/** A host with these answers; without any its saslauthd is awake at every look. */
async function answeringWith(
  { rows = [], processes = [], known = false }: Answers,
  work: (host: Host) => Promise<unknown>,
) {
  let looks = 0;
  await answering(() => {
    looks += 1;
    return { rows, processes, known, awake: new Map([[7, looks]]), inMain: {} };
  }, work);
}

const refusalIn = (user: string) => ({
  program: "saslauthd",
  pid: 7,
  text: `auth failure: [user=${user}] [service=smtp]`,
});
const daemon = (directory: string) => ({ pid: 7, parent: 1, argv: [saslauthdPath, "-m", directory] });
const refusedLogin = { error: new DemandNotMet("proof-login-refused", "535"), transcript: [], startedAt: 0 };

const letIn = (_login: unknown, _session: unknown, done: (error: null, answer: object) => void) =>
  done(null, { user: "anybody" });

/** A login under an invented name was refused: by whom? */
async function traced(answers: Answers): Promise<void> {
  await using smtp = await fakeSmtp("secret");
  const inventedLogin = { username: "nobody", password: "x" };
  const dialogue = { port: smtp.port, mechanisms, login, socketDirectory, inventedLogin, listeners: [] };
  const proof = { port: smtp.port, banner: "", mechanisms, reply: "535", transcript: [] };
  await answeringWith(answers, (host) => evidenceOf(host, dialogue, proof, performance.now(), (work) => work()));
}

export const failuresOfProofs = {
  "auth-before-tls": () => proved({ tls, startTls: true }, { ...server, disabledCommands: [] }),
  "auth-missing": () => proved({}, { authMethods: ["PLAIN"] }),
  "auth-not-wanted": () => proved({ login: undefined, mechanisms: [], noAuth: "main.cf" } as never),
  "auth-too-much": () => proved({ mechanisms: ["PLAIN"] }),
  "certificate-not-trusted": () =>
    proved({ tls: { ...tls, serverName: "other.example.org" } }, { ...server, secure: true }),
  "milter-unreachable": () =>
    answeringWith({}, async (host) => {
      const error = new DemandNotMet("saslauthd-unreachable", "no login");
      throw await failureOf(
        host,
        { port: 465, mechanisms, login },
        { error, transcript: ["S: 454 4.3.0 Try again later"], startedAt: 0 },
      );
    }),
  "not-by-saslauthd": () => proved({ login: { username: "" } }, { onAuth: letIn as never }),
  "not-from-outside": () =>
    refuseLoopback(authProof.schema.parse(login), [{ address: "127.0.0.1", port: 465, program: "master" }]),
  "other-certificate": () => proved({ tls: { ...tls, fingerprint: otherFingerprint } }, { ...server, secure: true }),
  "other-saslauthd": () => traced({ rows: [refusalIn("nobody")], processes: [daemon("/run/other")] }),
  "port-not-answering": () => proved({ port: 1 }),
  "proof-login-refused": () => proved({ login: { ...login, password: "wrong" } }),
  "refused-by-saslauthd": () =>
    answeringWith({ rows: [refusalIn("mail")] }, async (host) => {
      throw await failureOf(host, { port: 465, mechanisms, login }, refusedLogin);
    }),
  "saslauthd-not-proved": () => traced({ processes: [daemon(socketDirectory)] }),
  "sender-not-checked": () =>
    proved({
      login,
      envelopes: [{ greeting: "[127.0.0.1]", sender: "not-mail@a", recipient: "postmaster@a", refusedWith: "553" }],
    }),
  "saslauthd-unreachable": () => proved({ login: { ...login, password: "wrong" } }, { refusal: 454 }),
};
