// The SMTP dialogues of a proof on each port, and what is recorded of the answers.
import { dayOf, daysUntil } from "../../facts/clock.ts";
import { isYes } from "../../facts/postconf.ts";
import type { Login, Proof, TlsDemand } from "../../steps/smtp-dialogue.ts";
import type { Step } from "../../steps/step.ts";
import { envelopesFor } from "./proof-envelopes.ts";
import type { SmtpdSettings } from "./proof-settings.ts";
import { miltersIn, suspectsIn } from "./proof-settings.ts";

type Mechanism = NonNullable<Login["mechanism"]>;

/** The inputs that matter here. */
interface Inputs {
  readonly port: number;
  readonly startTls: readonly number[];
  readonly mechanisms: readonly Mechanism[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly senderDomains?: readonly string[] | undefined;
  readonly socketDirectory: string;
  readonly outside: "expected" | "told" | "not wanted";
  readonly tls?:
    | { serverName: string; certificateAuthority?: string | undefined; fingerprint?: string | undefined }
    | undefined;
  readonly expiryWarningDays: number;
}

/** The ports to log in on, in this order. */
export function loginPorts({ port, startTls }: Inputs): number[] {
  return [...new Set([port, ...startTls])];
}

/**
 * One login per port, by the mechanisms that are offered: LOGIN on the first port, as the page of
 * 2010 does it, and PLAIN on every further port, so that two ports test both.
 */
export function logins(inputs: Inputs, settingsOf: (port: number) => SmtpdSettings): Step[] {
  return loginPorts(inputs).map((port, index) => {
    const mechanism = mechanismOf(inputs, index === 0 ? "LOGIN" : "PLAIN");
    const startTls = inputs.startTls.includes(port);
    const settings = settingsOf(port);
    const milters = miltersIn(settings);
    const { username, password, outside, senderDomains = [] } = inputs;
    return {
      do: "prove",
      dialogue: {
        port,
        mechanisms: inputs.mechanisms,
        refusesStrangers: true,
        login: loginOf(inputs, mechanism),
        socketDirectory: inputs.socketDirectory,
        envelopes:
          username === undefined || password === undefined ? [] : envelopesFor(username, settings, senderDomains),
        suspects: suspectsIn(settings),
        advices: { "open-relay": loginsAlone(port, settings) },
        ...(milters === undefined ? {} : { milters }),
        ...(outside === "not wanted" ? {} : { outside }),
        ...(inputs.tls === undefined ? {} : { tls: demandOf(inputs.tls) }),
        ...(startTls ? { startTls } : {}),
      },
      reason: `log in on port ${port}: EHLO, ${startTls ? "STARTTLS, EHLO, " : ""}AUTH ${mechanism}${password === undefined ? "" : ", MAIL, RCPT, RSET"}, QUIT`,
    };
  });
}

/**
 * Verifies the ports where AUTH must not be offered. `inMain` = what main.cf sets for all services.
 */
export function expectNoAuth(
  noAuth: readonly number[],
  inMain: Readonly<Record<string, string>>,
  servicesOf: (port: number) => readonly string[],
): Step[] {
  const everywhere = inMain.smtpd_sasl_auth_enable;
  const because = isYes(everywhere)
    ? `main.cf has smtpd_sasl_auth_enable = ${everywhere}, which holds for every service that does not say otherwise`
    : "an -o of its service in master.cf turns it on";
  return noAuth.map((port) => ({
    do: "prove",
    dialogue: {
      port,
      mechanisms: [],
      noAuth: because,
      advices: { "auth-not-wanted": withoutAuth(port, servicesOf(port)) },
    },
    reason: `look that port ${port} offers no AUTH`,
  }));
}

/**
 * For the services of the port alone: others may have AUTH from main.cf, where `postconf -X` would
 * end the logins of all.
 */
function withoutAuth(port: number, services: readonly string[]): string {
  const settings = services.map((service) => `'${service}/smtpd_sasl_auth_enable=no'`);
  const allowed = port === 25 ? "tls.allowAuthOnPort25: true allows it" : "it must not be in noAuth";
  return `where no client logs in on port ${port} (on the host \`journalctl -t postfix/smtpd -g sasl_username\` shows who did), turn it off there: \`postconf -P ${settings.join(" ")}\`, \`postfix reload\`, then run \`pulumi up\` again. Clients that do log in there are to use port 465 or 587 first; until then ${allowed}`;
}

/** What a login needs, where an option of the service lets others in, too. */
function loginsAlone(port: number, { own, values }: SmtpdSettings): string {
  const list = "smtpd_relay_restrictions";
  const found = `${list} = ${own[list] ?? values[list] ?? ""} ${list in own ? "as an option of the service" : "in main.cf"}`;
  return `let only logins pass on port ${port}: options: {${list}: "permit_sasl_authenticated,reject"}; now there is ${found}. This proof comes from the host itself, which permit_mynetworks lets in`;
}

/**
 * The outputs that report the logins. A new dialogue within the transcript begins with its banner.
 */
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

/** Reported at every run, even if nothing changes. */
export function expiryWarning({ expiryWarningDays, tls }: Inputs, expires: unknown, now: Date): string[] {
  if (tls === undefined || typeof expires !== "string") return [];
  const end = new Date(expires);
  const days = daysUntil(end, now);
  if (days >= expiryWarningDays) return [];
  return [
    `the certificate for ${tls.serverName} ${days < 0 ? "has run out" : `runs out in ${days} days`} (${dayOf(end)}): renew it`,
  ];
}

/** The wanted mechanism, or the only one that is offered. */
function mechanismOf({ mechanisms }: Inputs, wanted: Mechanism): Mechanism {
  return mechanisms.find((mechanism) => mechanism === wanted) ?? mechanisms[0] ?? wanted;
}

function loginOf({ username, password }: Inputs, mechanism: Mechanism): Login {
  return { username: username ?? "", mechanism, ...(password === undefined ? {} : { password }) };
}

function demandOf({ serverName, certificateAuthority, fingerprint }: NonNullable<Inputs["tls"]>): TlsDemand {
  return {
    serverName,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}
