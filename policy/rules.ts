// What the rules say about a resource's inputs: pure functions that give one sentence for each violation.
type Options = Readonly<Record<string, string>>;

export interface Connection {
  readonly host: string;
  readonly hostKey?: string;
  readonly proxy?: Connection;
}

/** A service of master.cf and the host it is on. */
export interface Service {
  readonly service: string;
  readonly options: Options;
}

/** Without a pinned key, whoever runs Pulumi decides by their known_hosts which machine gets the passwords. */
export function unpinned({ host, hostKey, proxy }: Connection): string[] {
  const own = hostKey
    ? []
    : [`connection.hostKey of ${host} is not set: pin it ("SHA256:…", as ssh-keygen -lf prints it)`];
  return proxy === undefined ? own : [...own, ...unpinned(proxy)];
}

/** AUTH that takes passwords from a connection without TLS (postconf(5): smtpd_tls_auth_only, smtpd_tls_security_level). */
export function takesCleartextPasswords({ smtpd_sasl_auth_enable, ...tls }: Options): boolean {
  return (
    mayBeYes(smtpd_sasl_auth_enable) &&
    !isYes(tls.smtpd_tls_wrappermode) &&
    !isYes(tls.smtpd_tls_auth_only) &&
    tls.smtpd_tls_security_level !== "encrypt"
  );
}

/** Postfix compares yes and no without regard to case (convert_mail_conf_bool in mail_conf_bool.c). */
function isYes(value: string | undefined): boolean {
  return value?.toLowerCase() === "yes";
}

/** A value with a `$` is known on the host alone. */
function mayBeYes(value: string | undefined): boolean {
  return isYes(value) || value?.includes("$") === true;
}

/** TLS below 1.2 is deprecated (RFC 8996), and Postfix's own default still is `>=TLSv1`. */
export function lowTls({ service, options }: Service): string[] {
  const { smtpd_tls_wrappermode, smtpd_tls_security_level = "none" } = options;
  const mandatory = smtpd_tls_wrappermode === "yes" || smtpd_tls_security_level === "encrypt";
  if (!mandatory && smtpd_tls_security_level !== "may") return [];
  const parameter = mandatory ? "smtpd_tls_mandatory_protocols" : "smtpd_tls_protocols";
  const value = options[parameter];
  if (value !== undefined && excludesOldTls(value)) return [];
  return [`${service}: ${parameter} is ${value ?? "not set"}: set it to ">=TLSv1.2"`];
}

/** The three notations of postconf(5): a lowest version, versions left out, versions named. */
function excludesOldTls(value: string): boolean {
  const words = value.split(/[\s,:]+/).filter(Boolean);
  const lowest = words.find((word) => word.startsWith(">="));
  if (lowest !== undefined) return /^>=TLSv1\.[23]$/i.test(lowest);
  const without = words.filter((word) => word.startsWith("!")).map((word) => word.slice(1).toLowerCase());
  const named = words.filter((word) => !word.startsWith("!"));
  if (named.length > 0) return named.every((word) => /^TLSv1\.[23]$/i.test(word));
  return ["sslv3", "tlsv1", "tlsv1.1"].every((old) => without.includes(old));
}

/** Networks that may send without a login. Wider than the widest private ones (10.0.0.0/8, fc00::/7) is everybody. Tables are not looked into. */
export function openNetworks({ service, options }: Service): string[] {
  const { mynetworks = "", mynetworks_style } = options;
  const wide = mynetworks.split(/[\s,]+/).filter((network) => {
    const [, address, bits] = /^\[?([0-9a-f.:]+)\]?\/(\d+)$/i.exec(network) ?? [];
    return address !== undefined && Number(bits) < (address.includes(":") ? 7 : 8);
  });
  return [
    ...wide.map((network) => `${service}: mynetworks has ${network}: everybody in it may send without a login`),
    ...(mynetworks_style === "class"
      ? [`${service}: mynetworks_style=class trusts the whole class A, B or C network of each interface`]
      : []),
  ];
}
