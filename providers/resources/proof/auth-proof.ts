// Verifies that the ports listen, and logs in on each port that takes logins. A stopped Postfix is
// started temporarily for the proof and stopped again.
import { z } from "zod";
import { clock } from "../../facts/clock.ts";
import { disablingParameter } from "../../facts/disabled-service.ts";
import { fileAt } from "../../facts/file.ts";
import { journalOpen } from "../../facts/journal.ts";
import { type Listener, listeners } from "../../facts/listeners.ts";
import { servicePorts } from "../../facts/master-ports.ts";
import { setInMain } from "../../facts/postconf.ts";
import { masterCfPath, masterProcesses } from "../../facts/postfix.ts";
import type { RunningProcess } from "../../facts/process.ts";
import { type RelayPolicy, relayPolicy } from "../../facts/relay-policy.ts";
import { asServed } from "../../facts/served-ports.ts";
import { checkPostfix, startPostfix, stopPostfix, waitForPorts } from "../../steps/postfix.ts";
import type { Step } from "../../steps/step.ts";
import { define, type Report } from "../definition.ts";
import { absolutePath, hostName, mailDomain, oneLineOfText, outsideAccess, tcpPort } from "../inputs.ts";
import { askedPorts, type PortsActual } from "../postfix/asked-ports.ts";
import { describeVerdict, refuseOpenRelay, strangersOnPort25, type Verdict } from "../postfix/open-relay.ts";
import { refuseTakenPorts } from "../postfix/taken-ports.ts";
import { forgetCachedLogins } from "../saslauthd/cached-logins.ts";
import { type DaemonsActual, daemonQuestions } from "../saslauthd/saslauthd-daemons.ts";
import { defaultSocketDirectory } from "../saslauthd/socket-directory.ts";
import { expectNoAuth, expiryWarning, loginPorts, loginReport, logins } from "./proof-dialogues.ts";
import { type ProvedState, proofDigest, proofDigestQuestions } from "./proof-digest.ts";
import { refusalsIn } from "./proof-envelopes.ts";
import { onLoopbackAlone, outsideWarnings, refuseLoopback } from "./proof-outside.ts";
import { askedInMain, type SmtpdSettings, servicesOf, settingsOf } from "./proof-settings.ts";
import { unseenIn } from "./proof-unseen.ts";

export const authProofSchema = z.strictObject({
  /** The port to log in on. */
  port: tcpPort.default(465),
  /** Further ports that must be listening. */
  listening: z.array(tcpPort).max(20).default([25]),
  /**
   * A mail user of the host. Without a password only an invented login is tried, which saslauthd
   * must refuse (535).
   */
  username: oneLineOfText.max(255).optional(),
  /** The password. It is sent only inside the SMTP dialogue, which travels through SSH. */
  password: oneLineOfText.max(1024).optional(),
  /**
   * The domains in which a login may send only as itself. The proof then also sends MAIL from
   * somebody else, which must be answered with 553. Without a password nobody logs in, and it is
   * not tried.
   */
  senderDomains: z.array(mailDomain).max(100).optional(),
  /**
   * Directory of the socket of the saslauthd that must answer. An answer from another saslauthd or
   * another server is a failure.
   */
  socketDirectory: absolutePath.default(defaultSocketDirectory),
  /** The mechanisms that EHLO must offer, exactly these: mech_list. */
  mechanisms: z
    .array(z.enum(["PLAIN", "LOGIN"]))
    .min(1)
    .default(["PLAIN", "LOGIN"]),
  /**
   * TLS: what the certificate must satisfy before a password is sent. TLS starts with the first
   * byte (RFC 8314), except on the ports of `startTls`.
   */
  tls: z
    .strictObject({
      /** The host name or address that the certificate must carry. */
      serverName: hostName,
      /**
       * PEM of the authority that signed the certificate, if it is not a public one, or of the
       * self-signed certificate itself.
       */
      certificateAuthority: z.string().max(100_000).optional(),
      /**
       * SHA-256 of the certificate that must be shown ("AB:CD:…"). It proves that Postfix has
       * loaded the certificate that is on the host.
       */
      fingerprint: z
        .string()
        .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, "must be a SHA-256 as openssl prints it: AB:CD:…")
        .optional(),
    })
    .optional(),
  /**
   * Ports where TLS begins with STARTTLS (587). The proof logs in on each of them as well; if
   * `port` is one of them, it logs in there this way.
   */
  startTls: z.array(tcpPort).max(5).default([]),
  /**
   * Ports where AUTH must not be offered, not even after STARTTLS: port 25 is for other mail
   * servers, which do not log in.
   */
  noAuth: z.array(tcpPort).max(5).default([]),
  /**
   * Whether clients outside the host must reach the ports. The machine that runs Pulumi tests it
   * (connect, TLS, EHLO). "expected": an unreachable port is a failure. "told": it is a warning.
   * "not wanted": there is no test, and a service on the loopback interface alone is right. Through
   * a jump host the test is impossible, which `fromOutside` reports.
   */
  outside: outsideAccess.default("expected"),
  /** Number of days before the certificate expires from which every run warns. */
  expiryWarningDays: z.number().int().min(0).max(3650).default(21),
  /** What the proof vouches for, in any form: when it changes, the proof runs again. */
  covers: z.record(z.string(), z.unknown()).default({}),
});

type Inputs = z.infer<typeof authProofSchema>;

interface Actual extends ProvedState, PortsActual {
  readonly owners: DaemonsActual["owners"];
  readonly processes: readonly RunningProcess[];
  readonly listeners: readonly Listener[];
  readonly journal: boolean;
  /** The settings that a login depends on and that main.cf sets. */
  readonly inMain: Readonly<Record<string, string>>;
  readonly now: Date;
  readonly policy: RelayPolicy;
}

export const authProof = define<typeof authProofSchema, Actual, Record<string, never>>({
  kind: "AuthProof",
  schema: authProofSchema,
  rules: ({ username, password, startTls, tls }) => [
    ...(password !== undefined && username === undefined
      ? [{ property: "username", reason: "a password without a username" } as const]
      : []),
    ...(startTls.length > 0 && tls === undefined
      ? [
          {
            property: "tls",
            reason: "STARTTLS without what the certificate must satisfy: give tls.serverName",
          } as const,
        ]
      : []),
  ],
  closes: () => true,
  secrets: ["password"],
  replacedBy: [],
  id: () => "smtp-auth",
  inspect: () => ({
    ...proofDigestQuestions,
    ...daemonQuestions,
    processes: masterProcesses,
    listeners,
    journal: journalOpen,
    inMain: setInMain(["smtpd_sasl_auth_enable", disablingParameter, ...askedInMain]),
    now: clock,
    master: fileAt(masterCfPath),
    names: servicePorts(),
    policy: relayPolicy,
  }),
  observe: (inputs, actual, lastReport) => {
    const onTheHost = whatIsDue(inputs, actual, lastReport);
    // A short extra key: a preview then shows that key alone, not all that the proof vouches for.
    const covers = onTheHost === undefined ? inputs.covers : { ...inputs.covers, onTheHost };
    // A stopped Postfix is started temporarily for the proof, so ports that do not listen now mean
    // nothing.
    const served = (ports: readonly number[]) =>
      actual.processes.length > 0 ? asServed(actual.listeners, ports, true) : ports;
    const asked = askedPorts(inputs.listening, actual);
    const listening = inputs.listening.flatMap((port) => (asked.includes(port) ? served([port]) : port));
    const startTls = served(inputs.startTls);
    return { ...inputs, port: served([inputs.port])[0], listening, startTls, covers };
  },
  apply: (inputs, actual) => {
    const ports = [...new Set([...askedPorts(inputs.listening, actual), ...loginPorts(inputs)])];
    refuseTakenPorts(ports, actual.listeners);
    refuseOpenRelay(strangersFor(inputs, actual));
    refuseLoopback(inputs, actual.listeners);
    const prove: Step[] = [
      ...forgetCachedLogins(inputs.username ?? "the proof", actual, inputs.socketDirectory),
      waitForPorts(ports),
      ...expectNoAuth(askedPorts(inputs.noAuth, actual), actual.inMain, (port) =>
        servicesOf(port, { master: actual.master?.content, names: actual.names }),
      ),
      ...logins(inputs, (port) => settingsFor(port, actual)),
    ];
    if (actual.processes.length > 0) return prove;
    return [
      {
        do: "temporarily",
        reason: "start Postfix for the proof only: it is stopped and stays so",
        steps: [checkPostfix, startPostfix("start Postfix: to log in once"), ...prove],
        afterwards: [stopPostfix("stop Postfix again: the proof is done")],
      },
    ];
  },
  remember: () => ({}),
  report: (inputs, actual, lastReport, proofs) =>
    proofs === undefined || proofs.length === 0
      ? (lastReport ?? {})
      : {
          provedAt: new Date().toISOString(),
          covered: proofDigest(actual),
          ...loginReport(proofs),
          refusedAfterLogin: [
            ...refusalsIn(proofs, (port) => settingsFor(port, actual)),
            ...loginPorts(inputs).flatMap((port) => unseenIn(port, settingsFor(port, actual))),
          ],
          unreachable: [...onLoopbackAlone(inputs, actual.listeners), ...outsideWarnings(proofs)],
          seenListening: [...new Set([...askedPorts(inputs.listening, actual), ...loginPorts(inputs)])],
          strangers: describeVerdict(strangersFor(inputs, actual)),
        },
  // A proof that is due reads the certificate itself, so the warning would repeat it.
  warnings: (inputs, actual, lastReport) =>
    lastReport?.covered === proofDigest(actual)
      ? [
          ...expiryWarning(inputs, lastReport.certificateExpires, actual.now),
          ...sentences(lastReport.refusedAfterLogin),
          ...sentences(lastReport.unreachable),
        ]
      : [],
  remove: () => [],
});

function settingsFor(port: number, { master, names, inMain, policy }: Actual): SmtpdSettings {
  return settingsOf(port, { master: master?.content, names, inMain, policy });
}

/** The sentences of the last report. The report of an older version has none. */
function sentences(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What port 25 does with mail from an unauthenticated client, if the proof covers that port. */
function strangersFor(inputs: Inputs, { master, policy, names, inMain }: Actual): Verdict | undefined {
  return master !== null && inputs.listening.includes(25)
    ? strangersOnPort25(master.content, policy, names, inMain[disablingParameter])
    : undefined;
}

/** Why the proof no longer holds; `undefined` if it still does. */
function whatIsDue(inputs: Inputs, actual: Actual, lastReport: Report | undefined): string | undefined {
  const strangers = strangersFor(inputs, actual);
  if (strangers?.answer === "passed on") return `port 25 is an open relay: ${strangers.because}`;
  if (actual.journal) return "changes that are not proved yet";
  return lastReport?.covered === proofDigest(actual)
    ? undefined
    : `changed since the proof of ${lastReport?.provedAt ?? "never"}`;
}
