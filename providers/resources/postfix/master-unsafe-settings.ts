// Settings that `postfix check` accepts although they break the service, or all of Postfix. They
// are found here before the file is changed.
import type { PathStatus } from "../../facts/file.ts";
import { isYes, listItems } from "../../facts/postconf.ts";

/** An option and what is wrong with it. */
export interface UnsafeSetting {
  readonly found: string;
  readonly next: string;
  /** The file whose absence alone makes it unsafe. */
  readonly awaits?: string;
}

/** Facts about the host that the check needs. */
export interface UnsafeSettingFacts {
  readonly unknown: readonly string[];
  readonly saslTypes: readonly string[];
  readonly certificate: PathStatus | null;
  readonly key: PathStatus | null;
  /** The chain files that do not exist as files. */
  readonly missingChainFiles: readonly string[];
}

type Options = Readonly<Record<string, string>>;

/** An empty level leaves it to smtpd_use_tls and smtpd_enforce_tls (postconf(5)). */
const securityLevels = ["", "none", "may", "encrypt"];

/** Wrong on every host, so reported at check. */
export function unsafeOnAnyHost(options: Options): string[] {
  const level = options.smtpd_tls_security_level;
  const lists = [options.smtpd_relay_restrictions, options.smtpd_recipient_restrictions];
  return [
    ...(isYes(options.smtpd_tls_wrappermode) && !certificateOptions.some((name) => options[name])
      ? [
          `smtpd_tls_wrappermode=${options.smtpd_tls_wrappermode} without a certificate: name it in ${certificateOptions.join(" or ")}; without one every connection would be dropped`,
        ]
      : []),
    ...(level !== undefined && !level.startsWith("$") && !securityLevels.includes(level.toLowerCase())
      ? [
          `smtpd_tls_security_level=${level}: must be none, may or encrypt; smtpd takes verify, secure and fingerprint for encrypt with a warning, and dies at every connection with any other (postconf(5))`,
        ]
      : []),
    ...(lists.every((list) => list !== undefined && !list.includes("$") && !/reject|defer/.test(list))
      ? [
          "neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has a reject or defer: smtpd would refuse to start, or relay for everybody",
        ]
      : []),
    ...Object.entries(options)
      .filter(([, value]) => !balanced(value))
      .map(([name, value]) => `${name}=${value}: every { must have its } (Postfix reads braces as quotes, master(5))`),
  ];
}

function balanced(value: string): boolean {
  let depth = 0;
  for (const letter of value) {
    if (letter === "{") depth += 1;
    if (letter === "}") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Each of these names the server's certificate (postconf(5)). */
const certificateOptions = ["smtpd_tls_cert_file", "smtpd_tls_chain_files", "smtpd_tls_eccert_file"];

/**
 * Options that this Postfix does not know. A name that another option refers to as `$name` is a
 * parameter of the user's own, and allowed.
 */
export function unknownOptions(options: Options, unknown: readonly string[]): UnsafeSetting[] {
  const values = Object.values(options).join(" ");
  return unknown
    .filter((name) => !new RegExp(`\\$[({]?${name}\\b`).test(values))
    .map((name) => ({
      found: `this Postfix has no parameter ${name}: it would be ignored with no more than a warning in the log`,
      next: "correct the spelling; postconf -d on the host lists all parameters",
    }));
}

/** Wrong on this host. */
export function unsafeOnThisHost(options: Options, facts: UnsafeSettingFacts): UnsafeSetting[] {
  const type = options.smtpd_sasl_type;
  return [
    ...unknownOptions(options, facts.unknown),
    ...(type !== undefined && !type.startsWith("$") && facts.saslTypes.length > 0 && !facts.saslTypes.includes(type)
      ? [
          {
            found: `smtpd_sasl_type=${type}: this Postfix has ${facts.saslTypes.join(" and ")}; smtpd would die at every connection`,
            next: "use cyrus, which is the one that speaks with saslauthd",
          },
        ]
      : []),
    ...missing("smtpd_tls_cert_file", options, facts.certificate),
    ...missing("smtpd_tls_key_file", options, facts.key),
    ...facts.missingChainFiles.map((path) => noCertificate("smtpd_tls_chain_files", path, null)),
  ];
}

function missing(name: string, options: Options, status: PathStatus | null): UnsafeSetting[] {
  const path = options[name];
  if (path === undefined || path.startsWith("$") || status?.type === "regular file") return [];
  return [noCertificate(name, path, status)];
}

function noCertificate(name: string, path: string, status: PathStatus | null): UnsafeSetting {
  const what = status === null ? "there is no such file on the host" : `it is a ${status.type}`;
  return {
    found: `${name}=${path}: ${what}; every TLS connection would be dropped`,
    next: "bring certificate and key to the host first",
    ...(status === null ? { awaits: path } : {}),
  };
}

/** The files that smtpd_tls_chain_files names; parameters in it are not expanded. */
export function chainFilesIn(options: Options): string[] {
  return listItems(options.smtpd_tls_chain_files ?? "").filter((path) => path.startsWith("/"));
}
