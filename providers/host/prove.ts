// The proof: logins on the ports of the host, and evidence that the configured saslauthd answered
// them. The answers alone are no evidence, since any daemon can send 235 and 535. So a login under
// a name invented for this proof must be refused on each port and appear in saslauthd's log. The
// daemons behind the configured socket must also have been active while the real login was
// accepted, and must not have refused it.
import { randomBytes } from "node:crypto";
import { Failure } from "../core/failure.ts";
import type { Dialogue, Proof } from "../steps/smtp-dialogue.ts";
import { type DialogueRun, runDialogue } from "./dialogue.ts";
import type { Host } from "./host.ts";
import { listening } from "./listening.ts";
import { dialogueFromHere } from "./outside.ts";
import { proveLogin } from "./proof-login.ts";
import { evidenceOf, type InTurn } from "./proof-trace.ts";

export async function prove(host: Host, dialogue: Dialogue): Promise<Proof> {
  const [proof] = await proveAll(host, [dialogue]);
  if (proof === undefined) throw new Error("a dialogue without a proof");
  return proof;
}

/**
 * Runs the dialogues in their order, and then all invented logins at once, since PAM delays each
 * refusal by two seconds.
 */
export async function proveAll(
  host: Host,
  dialogues: readonly Dialogue[],
  tell: (dialogue: Dialogue) => void = () => {},
  report: (line: string) => void = () => {},
): Promise<Proof[]> {
  // Dialogues do not change the listening sockets, so one read serves them all.
  const listeners = await listening(host);
  const first = new Map<Dialogue, Proof>();
  for (const dialogue of dialogues) {
    tell(dialogue);
    if (isInvented(dialogue)) continue;
    const proof = await proveLogin(host, { ...dialogue, listeners });
    first.set(dialogue, proof);
    if (proof.tlsFailure !== undefined)
      report(
        `STARTTLS fails on port ${dialogue.port} (${proof.tlsFailure}): senders that demand TLS cannot deliver there; see the files that smtpd_tls_* in main.cf name`,
      );
  }
  const attempts = await allOf(
    dialogues.map(async (dialogue) => {
      const [attempt, outside] = await Promise.all([
        attemptOf(host, { ...dialogue, listeners }, first.get(dialogue)),
        dialogue.outside === undefined ? undefined : dialogueFromHere(host, dialogue),
      ]);
      return { ...attempt, outside };
    }),
  );
  // Evidence by activity needs a saslauthd that no login of this proof keeps busy.
  const inTurn = oneAfterTheOther();
  const made = await allOf(
    attempts.map(async ({ proof, evidence, outside }) => {
      const answeredBy = await evidence?.(inTurn);
      return {
        ...proof,
        ...(answeredBy === undefined ? {} : { answeredBy }),
        ...(outside === undefined ? {} : { outside }),
      };
    }),
  );
  for (const [index, { outside }] of made.entries()) {
    if (outside === undefined) continue;
    report(outside.words);
    if (outside.answers === "no" && dialogues[index]?.outside === "expected") throw nobodyOutside(host, outside.words);
  }
  return made;
}

function nobodyOutside(host: Host, found: string): Failure {
  return new Failure({
    tried: `reach ${host.name} as a mail client does, from the machine that runs this program`,
    found: `${found}; on the host itself the login was proved`,
    next: "look for a firewall on the host (`nft list ruleset`) and before it, and for inet_interfaces in main.cf (`postconf -n inet_interfaces`). Where only this machine may not connect to such ports, say outside: told; where no mail client outside is to log in, outside: not wanted",
    code: "not-from-outside",
  });
}

/** What a dialogue showed, and how the evidence of the answering daemon is found. */
interface Attempt {
  readonly proof: Proof;
  readonly evidence?: (inTurn: InTurn) => Promise<string | undefined>;
}

/**
 * The login under an invented name, where evidence of the answering daemon is asked for, or where
 * there is no other login.
 */
async function attemptOf(host: Host, dialogue: DialogueRun, proof: Proof | undefined): Promise<Attempt> {
  if (proof !== undefined && (dialogue.login === undefined || dialogue.socketDirectory === undefined)) return { proof };
  const invented = withInventedLogin(dialogue, proof);
  const startedAt = performance.now();
  const refused = await runDialogue(host, invented);
  return {
    proof: proof ?? refused,
    evidence: (inTurn) => evidenceOf(host, invented, refused, startedAt, inTurn),
  };
}

/** The results, once all work has ended; throws the first failure. */
async function allOf<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

function oneAfterTheOther(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
}

/** A login without a password can only be refused. */
function isInvented({ login }: Dialogue): boolean {
  return login !== undefined && login.password === undefined;
}

/**
 * A name that nobody else can have used, so it is in a log only because of this proof. What the
 * real login has shown is not checked again.
 */
function withInventedLogin(dialogue: DialogueRun, proof: Proof | undefined) {
  const inventedLogin = { username: `no-such-user-${randomBytes(8).toString("hex")}`, password: "no-such-password" };
  return { ...dialogue, inventedLogin, refusesStrangers: proof === undefined && dialogue.refusesStrangers === true };
}
