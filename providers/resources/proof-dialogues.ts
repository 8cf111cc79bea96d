// What a proof says to each port, and what is recorded of the answers.
import { dayOf, daysUntil } from "../facts/clock.ts";
import type { Login, Proof, Step, TlsDemand } from "../steps/step.ts";
import { envelopesFor } from "./proof-envelopes.ts";
import type { PortSettings } from "./proof-settings.ts";
import { suspectsIn } from "./proof-settings.ts";

/** The inputs that count here. */
interface Inputs {
  readonly port: number;
  readonly startTls: readonly number[];
  readonly mechanisms: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly socketDirectory: string;
  readonly outside: "expected" | "told" | "not wanted";
  readonly tls?:
    | { serverName: string; certificateAuthority?: string | undefined; fingerprint?: string | undefined }
    | undefined;
  readonly expiryWarningDays: number;
}

/** The ports that are logged in on, in this order. */
export function loginPorts({ port, startTls }: Inputs): number[] {
  return [...new Set([port, ...startTls])];
}

/** One login a port: by LOGIN, as the page does it, and by PLAIN on every further port, so that both have been seen where there are two. */
export function logins(inputs: Inputs, settingsOf: (port: number) => PortSettings): Step[] {
  return loginPorts(inputs).map((port, index) => {
    const mechanism = index === 0 ? "LOGIN" : "PLAIN";
    const startTls = inputs.startTls.includes(port);
    const settings = settingsOf(port);
    const { username, password, outside } = inputs;
    return {
      do: "prove",
      dialogue: {
        port,
        mechanisms: inputs.mechanisms,
        refusesStrangers: true,
        login: loginOf(inputs, mechanism),
        answeredBy: inputs.socketDirectory,
        envelopes: username === undefined || password === undefined ? [] : envelopesFor(username, settings),
        suspects: suspectsIn(settings),
        ...(outside === "not wanted" ? {} : { outside }),
        ...(inputs.tls === undefined ? {} : { tls: demandOf(inputs.tls) }),
        ...(startTls ? { startTls } : {}),
      },
      reason: `log in on port ${port}: EHLO, ${startTls ? "STARTTLS, EHLO, " : ""}AUTH ${mechanism}${password === undefined ? "" : ", MAIL, RCPT, RSET"}, QUIT`,
    };
  });
}

/** A look at the ports where AUTH must not be offered. `inMain` = what main.cf says for all services. */
export function lookForAuth(noAuth: readonly number[], inMain: Readonly<Record<string, string>>): Step[] {
  const everywhere = inMain.smtpd_sasl_auth_enable;
  const because =
    everywhere === "yes"
      ? "main.cf has smtpd_sasl_auth_enable = yes, which holds for every service that does not say otherwise"
      : "an -o of its service in master.cf turns it on";
  return noAuth.map((port) => ({
    do: "prove",
    dialogue: { port, mechanisms: [], noAuth: because },
    reason: `look that port ${port} offers no AUTH`,
  }));
}

/** The outputs that tell of the logins. A dialogue in the middle of the transcript begins with its banner. */
export function loginReport(proofs: readonly Proof[]) {
  const made = proofs.filter(({ reply }) => reply !== "");
  const certificate = made.find((proof) => proof.certificate !== undefined)?.certificate;
  return {
    offered: made[0]?.mechanisms,
    reply: made[0]?.reply,
    answeredBy: made.flatMap(({ answeredBy }) => answeredBy ?? []),
    fromOutside: made.flatMap(({ outside }) => outside?.words ?? []),
    transcript: made.flatMap(({ transcript }) => transcript),
    ...(certificate === undefined ? {} : { certificateExpires: certificate.notAfter.toISOString() }),
  };
}

/** Said at every run, whether there is anything to do or not. */
export function expiryWarning({ expiryWarningDays, tls }: Inputs, expires: unknown, now: Date): string[] {
  if (tls === undefined || typeof expires !== "string") return [];
  const end = new Date(expires);
  const days = daysUntil(end, now);
  if (days >= expiryWarningDays) return [];
  return [
    `the certificate for ${tls.serverName} ${days < 0 ? "has run out" : `runs out in ${days} days`} (${dayOf(end)}): renew it`,
  ];
}

function loginOf({ username, password }: Inputs, mechanism: "PLAIN" | "LOGIN"): Login {
  return { username: username ?? "", mechanism, ...(password === undefined ? {} : { password }) };
}

function demandOf({ serverName, certificateAuthority, fingerprint }: NonNullable<Inputs["tls"]>): TlsDemand {
  return {
    serverName,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}
