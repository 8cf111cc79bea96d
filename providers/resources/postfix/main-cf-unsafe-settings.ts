// Settings of main.cf that break a port for logins but are the administrator's decision. They are
// reported before the first change, with the `-o` setting that overrides them for this service.
import { isYes, listItems } from "../../facts/postconf.ts";
import type { UnsafeSetting } from "./master-unsafe-settings.ts";
import { isTakenForEncrypt } from "./security-level.ts";

type Values = Readonly<Record<string, string>>;

interface Rule {
  readonly parameter: string;
  /** The harm that the value does; `undefined` if none. */
  harm(value: string, options: Values): string | undefined;
  /** The value for this service alone. */
  instead(value: string): string;
  /** What is better than that value, and told before it. */
  readonly better?: string;
}

const rules: readonly Rule[] = [
  {
    parameter: "smtpd_discard_ehlo_keywords",
    harm: (value) => {
      const hidden = listItems(value).filter((word) => ["auth", "starttls"].includes(word.toLowerCase()));
      return hidden.length === 0 ? undefined : `EHLO would not offer ${hidden.join(" and ").toUpperCase()}`;
    },
    instead: (value) =>
      listItems(value)
        .filter((word) => !["auth", "starttls"].includes(word.toLowerCase()))
        .join(","),
  },
  {
    parameter: "smtpd_sasl_mechanism_filter",
    harm: (value) => {
      const lost = ["plain", "login"].filter((mechanism) => passes(value, mechanism) === false);
      return lost.length === 0 ? undefined : `EHLO would not offer AUTH ${lost.join(" ").toUpperCase()}`;
    },
    instead: () => "plain,login",
  },
  {
    parameter: "smtpd_forbidden_commands",
    harm: (value) => {
      const needed = ["AUTH", "EHLO", "MAIL", "RCPT", "STARTTLS"];
      const lost = listItems(value).filter((word) => needed.includes(word.toUpperCase()));
      return lost.length === 0 ? undefined : `Postfix hangs up at ${lost.join(" and ").toUpperCase()}`;
    },
    instead: () => "CONNECT,GET,POST",
  },
  {
    parameter: "smtpd_tls_security_level",
    harm: (value, options) =>
      isTakenForEncrypt(value) && options.smtpd_tls_auth_only?.toLowerCase() === "no"
        ? "AUTH would be offered behind STARTTLS only, and this port is asked for without TLS"
        : undefined,
    instead: () => "may",
    better: "configure tls; only where every password may be read on the way ",
  },
];

/** The parameters of main.cf to read. */
export const riskyInMain: readonly string[] = rules.map(({ parameter }) => parameter);

/**
 * For a service that takes logins. Options that the user has set on the service itself are not
 * judged.
 */
export function unsafeMainSettings(options: Values, inMain: Values): UnsafeSetting[] {
  if (!isYes(options.smtpd_sasl_auth_enable)) return [];
  return rules.flatMap(({ parameter, harm, instead, better = "" }) => {
    const value = inMain[parameter];
    if (value === undefined || value.includes("$") || parameter in options) return [];
    const found = harm(value, options);
    return found === undefined
      ? []
      : [
          {
            found: `main.cf has ${parameter} = ${value}, which holds for this service, too: ${found}`,
            next: `${better}leave main.cf as it is and say options: {${parameter}: "${instead(value)}"} for this service`,
          },
        ];
  });
}

/**
 * Whether a list of patterns lets a mechanism through; the first match counts (match_list(3)).
 * `undefined` if a lookup table decides.
 */
function passes(list: string, mechanism: string): boolean | undefined {
  for (const word of listItems(list)) {
    const name = word.replace(/^!/, "").toLowerCase();
    const answer = !word.startsWith("!");
    if (name === mechanism || name === "static:rest") return answer;
    if (/[:/]/.test(name)) return undefined;
  }
  return false;
}
