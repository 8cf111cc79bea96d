// Steps 9 and 10: the ports seen listening and a real login. A Postfix that is stopped is borrowed for the proof and stopped again.
import { z } from "zod";
import { journalOpen } from "../facts/journal.ts";
import { asServed, masterProcesses, proofDigest } from "../facts/postfix.ts";
import { type Listener, listeners, processesOf, type RunningProcess } from "../facts/process.ts";
import { parseSaslauthdOptions, saslauthdPath } from "../facts/saslauthd.ts";
import { checkPostfix, startPostfix, stopPostfix, waitForPorts } from "../steps/postfix.ts";
import { forgetLogins } from "../steps/saslauthd.ts";
import type { Dialogue, Step } from "../steps/step.ts";
import { define } from "./definition.ts";
import { line, tcpPort } from "./inputs.ts";
import { refuseTakenPorts } from "./taken-ports.ts";

export const authProofSchema = z.strictObject({
  /** The port to log in on. */
  port: tcpPort.default(465),
  /** Ports that must be listening besides. */
  listening: z.array(tcpPort).max(20).default([25]),
  /** A user of the host. Without a password a bogus login is made instead, which must be refused with 535 (saslauthd answers) and not with 454 (it does not). */
  username: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\0\r\n]+$/, "must be one line")
    .optional(),
  /** Secret. Travels inside the SMTP dialogue only. */
  password: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[^\0\r\n]+$/, "must be one line")
    .optional(),
  /** Mechanisms that EHLO must offer. */
  mechanisms: z
    .array(z.enum(["PLAIN", "LOGIN"]))
    .min(1)
    .default(["PLAIN", "LOGIN"]),
  /** Implicit TLS on the port (RFC 8314): the name that the certificate must carry, and who signed it when no public authority did (PEM). */
  tls: z.strictObject({ serverName: line.min(1), certificateAuthority: z.string().max(100_000).optional() }).optional(),
  /** What the proof covers, in any form: when it changes, the proof is due again. */
  covers: z.record(z.string(), z.unknown()).default({}),
});

type Inputs = z.infer<typeof authProofSchema>;

interface Actual {
  readonly processes: readonly RunningProcess[];
  readonly listeners: readonly Listener[];
  readonly saslauthd: readonly RunningProcess[];
  readonly digest: string;
  readonly journal: boolean;
}

export const authProof = define<typeof authProofSchema, Actual, Record<string, never>>({
  kind: "AuthProof",
  schema: authProofSchema,
  rules: ({ username, password }) =>
    password !== undefined && username === undefined
      ? [{ property: "username", reason: "a password without a username" }]
      : [],
  closes: () => true,
  secrets: ["password"],
  replacedBy: [],
  id: () => "smtp-auth",
  inspect: () => ({
    processes: masterProcesses,
    listeners,
    saslauthd: processesOf(saslauthdPath),
    digest: proofDigest,
    journal: journalOpen,
  }),
  observe: (inputs, actual, recorded) => {
    const provedAt = String(recorded?.provedAt ?? "never");
    const onTheHost = actual.journal
      ? "changes that are not proved yet"
      : recorded?.covered === actual.digest
        ? undefined
        : `changed since the proof of ${provedAt}`;
    // one more word in it: a preview then shows that word, and not all of what is covered
    const covers = onTheHost === undefined ? inputs.covers : { ...inputs.covers, onTheHost };
    // a Postfix that is stopped is borrowed for the proof: its silence says nothing
    const served = (ports: readonly number[]) =>
      actual.processes.length > 0 ? asServed(actual.listeners, ports, true) : ports;
    return { ...inputs, port: served([inputs.port])[0], listening: served(inputs.listening), covers };
  },
  apply: (inputs, actual) => {
    const ports = [...new Set([...inputs.listening, inputs.port])];
    refuseTakenPorts(ports, actual.listeners);
    const daemon = actual.saslauthd[0];
    const options = daemon === undefined ? undefined : parseSaslauthdOptions(daemon.argv.slice(1));
    const prove: Step[] = [
      ...(options?.cache && options.socketDirectory !== null ? forgetLogins(options.socketDirectory) : []),
      waitForPorts(ports),
      { do: "prove", dialogue: dialogueOf(inputs), reason: `log in on port ${inputs.port}: EHLO, AUTH LOGIN, QUIT` },
    ];
    if (actual.processes.length > 0) return prove;
    return [
      {
        do: "borrow",
        reason: "start Postfix for the proof only: it is stopped and stays so",
        steps: [checkPostfix, startPostfix("start Postfix: to log in once"), ...prove],
        afterwards: [stopPostfix("stop Postfix again: the proof is done")],
      },
    ];
  },
  remember: () => ({}),
  report: (inputs, actual, recorded, proofs) => {
    const proof = proofs?.at(-1);
    if (proof === undefined) return recorded ?? {};
    return {
      provedAt: new Date().toISOString(),
      covered: actual.digest,
      offered: proof.mechanisms,
      reply: proof.reply,
      transcript: proof.transcript,
      seenListening: [...new Set([...inputs.listening, inputs.port])],
    };
  },
  remove: () => [],
});

function dialogueOf(inputs: Inputs): Dialogue {
  const { port, mechanisms, username, password, tls } = inputs;
  return {
    port,
    mechanisms,
    refusesStrangers: true,
    login: { username: username ?? "", ...(password === undefined ? {} : { password }) },
    ...(tls === undefined
      ? {}
      : {
          tls: {
            serverName: tls.serverName,
            ...(tls.certificateAuthority === undefined ? {} : { certificateAuthority: tls.certificateAuthority }),
          },
        }),
  };
}
