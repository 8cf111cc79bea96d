// One root shell on a host. Requests are written without waiting for earlier answers, so any number
// of questions costs one round trip.
import type { Client } from "ssh2";
import { Failure } from "../core/failure.ts";
import { quote, type ShellText } from "../core/shell.ts";
import type { Answer, Fact } from "../facts/fact.ts";
import { AnswerCache } from "./answer-cache.ts";
import { FrameReader } from "./frames.ts";
import { type Hop, nameOf } from "./hop.ts";
import { startShell } from "./start-shell.ts";
import type { Recording } from "./sudo-recording.ts";

interface Pending {
  readonly what: string;
  /** What is left on the host where no answer comes. */
  readonly left: string;
  readonly settle: (answer: Answer) => void;
  readonly fail: (error: Failure) => void;
  readonly seconds: number;
}

export interface RootShell {
  /** `false` once the connection is gone; then a new shell must be opened. */
  readonly alive: boolean;
  /** The connection below, for a second channel. */
  readonly client: Client;
  /** Whether sudo keeps a copy of the input and the output. */
  readonly recording: Recording;
  /**
   * Runs a script that may change the host. `what` names it in messages. Resolves with the answer,
   * whatever its exit status is; rejects with a `Failure` (`connection-lost`, `answer-too-large`).
   * `timeoutSeconds` (60 unless given) counts from when all earlier requests are answered; after it
   * the connection is closed, and the script may go on on the host.
   */
  request(what: string, script: ShellText, timeoutSeconds?: number): Promise<Answer>;
  /** The same in the shell itself: what the script opens stays open until the shell ends. */
  requestHere(what: string, script: ShellText): Promise<Answer>;
  /** Asks for a fact; changes nothing. */
  ask(fact: Fact<unknown>): Promise<Answer>;
  /**
   * The same with a cached answer, where it is recent and the host was not changed through this
   * shell since.
   */
  read(fact: Fact<unknown>): Promise<Answer>;
  /**
   * Asks the questions of a later read in advance: after a change, or together with another read.
   */
  readAhead(facts: readonly Fact<unknown>[]): void;
  /** Drops cached answers: the host was changed by another way, or has changed by itself. */
  forget(): void;
  close(): void;
}

/** Characters of what a request wrote to standard error that are kept, the last ones. */
const complaintLimit = 1_000_000;

/** Prefixes of the lines that a script sends before its answer. */
const [progressPrefix, warningPrefix] = ["tell ", "warn "];

/** Receives the lines that scripts send while they still run. */
export interface ScriptLines {
  tell(line: string): void;
  warn(line: string): void;
}

/** Opens the shell on a connection that is logged in. */
export async function openRootShell(
  client: Client,
  hop: Hop,
  sudoPassword: string | undefined,
  lines: ScriptLines,
): Promise<RootShell> {
  const { channel, nonce, recording } = await startShell(client, hop, sudoPassword);
  const waiting: Pending[] = [];
  const outputs = new FrameReader(nonce);
  const complaints = new FrameReader(nonce);
  const readyOutputs: { data: Buffer; code: number; truncated: boolean }[] = [];
  const readyComplaints: string[] = [];
  let complaint = "";
  const answers = new AnswerCache();
  let alive = true;
  let timer: NodeJS.Timeout | undefined;

  /**
   * The shell answers in order: the timeout of a request starts when those before it are answered.
   */
  const watch = () => {
    clearTimeout(timer);
    const [first] = waiting;
    if (first === undefined) return;
    timer = setTimeout(() => {
      lose(`no answer within ${first.seconds} s`);
      client.destroy();
    }, first.seconds * 1000);
  };

  const deliver = () => {
    while (readyOutputs.length > 0 && readyComplaints.length > 0) {
      const output = readyOutputs.shift();
      const complaint = readyComplaints.shift();
      const request = waiting.shift();
      if (output === undefined || complaint === undefined || request === undefined) return;
      watch();
      if (output.truncated) request.fail(tooMuch(hop, request.what));
      else request.settle({ code: output.code, stdout: output.data, stderr: complaint });
    }
  };
  const lose = (found: string) => {
    if (!alive) return;
    alive = false;
    clearTimeout(timer);
    for (const request of waiting.splice(0)) request.fail(lost(hop, request, found));
    client.end();
  };

  /** A hostile host could fill this process's memory with answers that nobody waits for. */
  const refuseUnasked = () => {
    if (Math.max(readyOutputs.length, readyComplaints.length) > waiting.length)
      lose("the host gave an answer that nobody asked for");
  };

  channel.on("data", (chunk: Buffer) => {
    for (const frame of outputs.push(chunk)) {
      readyOutputs.push({ data: frame.data, code: Number(frame.trailer), truncated: frame.truncated });
    }
    refuseUnasked();
    deliver();
  });
  channel.stderr.on("data", (chunk: Buffer) => {
    for (const frame of complaints.push(chunk)) {
      complaint = (complaint + frame.data.toString("utf8")).slice(-complaintLimit);
      if (frame.trailer.startsWith(progressPrefix)) {
        lines.tell(frame.trailer.slice(progressPrefix.length));
        continue;
      }
      if (frame.trailer.startsWith(warningPrefix)) {
        lines.warn(frame.trailer.slice(warningPrefix.length));
        continue;
      }
      readyComplaints.push(complaint);
      complaint = "";
    }
    refuseUnasked();
    deliver();
  });
  channel.on("close", () => lose(`the shell ended; last words: ${complaints.unfinished.trim().slice(-500) || "none"}`));
  client.on("close", () => lose("the connection was closed"));
  client.on("error", (error) => lose(error.message));

  /**
   * Requests made in the same tick are sent as one packet, which the host reads at once: each
   * packet and each read costs time.
   */
  let unsent = "";
  const flush = () => {
    const script = Buffer.from(unsent);
    unsent = "";
    if (alive) channel.write(Buffer.concat([Buffer.from(`${script.length}\n`), script]));
  };
  const send = (
    request: Pick<Pending, "what" | "left" | "seconds">,
    script: ShellText,
    place: "answer" | "here" = "answer",
  ): Promise<Answer> =>
    new Promise((settle, fail) => {
      const { what } = request;
      if (!alive) return fail(lost(hop, { what, left: "nothing of it: it was not sent" }, "it was already gone"));
      waiting.push({ ...request, settle, fail });
      if (waiting.length === 1) watch();
      if (unsent === "") setImmediate(flush);
      unsent += `${place} ${quote(script.text)}\n`;
    });

  const ask = (fact: Fact<unknown>) =>
    answers.keep(
      fact.question.text,
      send({ what: `read ${fact.name}`, left: "nothing was changed by this read", seconds: 60 }, fact.question),
    );
  const read = (fact: Fact<unknown>) => answers.of(fact.question.text) ?? ask(fact);

  return {
    get alive() {
      return alive;
    },
    client,
    recording,
    request: (what, script, timeoutSeconds = 60) => {
      answers.forget();
      return send({ what, left: goesOn, seconds: timeoutSeconds }, script);
    },
    requestHere: (what, script) => {
      answers.forget();
      return send({ what, left: goesOn, seconds: 60 }, script, "here");
    },
    ask,
    read,
    readAhead: (facts) => facts.forEach(read),
    forget: () => answers.forget(),
    close: () => lose("the connection was closed by this program"),
  };
}

const goesOn = "perhaps a part of it: a command that was running goes on without us";

function lost(hop: Hop, { what, left }: Pick<Pending, "what" | "left">, found: string): Failure {
  return new Failure({
    code: "connection-lost",
    tried: what,
    found: `the connection to ${nameOf(hop)} was lost: ${found}`,
    left: [left],
    next: "run the same command again: it waits for what still runs on the host, looks at it first and goes on from what it finds",
  });
}

function tooMuch(hop: Hop, what: string): Failure {
  return new Failure({
    code: "answer-too-large",
    tried: what,
    found: `${nameOf(hop)} answered with more than 32 MiB`,
    next: "see on the host what is so large: a program that prints without end, or a huge file or folder that the line `tried` names; then run the same command again",
  });
}
