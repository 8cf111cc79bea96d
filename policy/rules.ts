// What the rules say about a resource's inputs: pure functions that give one sentence for each violation.
type Options = Readonly<Record<string, string>>;

export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly hostKey?: string;
  readonly sshConfigFile?: string;
  readonly proxy?: Connection;
}

/** What a resource says of its host: the name in the stack's configuration, and the way to it. */
export interface Placed {
  readonly hostName?: string;
  readonly connection: Connection;
}

/** A service of master.cf and the host it is on. */
export interface Service {
  readonly service: string;
  readonly options: Options;
}

export function nameOf({ hostName, connection }: Placed): string {
  return hostName ?? connection.host;
}

/** Machines may share an address: behind two jump hosts, or behind two ports of one router. */
export function onSameHost(one: Placed, other: Placed): boolean {
  if (one.hostName !== undefined && other.hostName !== undefined) return one.hostName === other.hostName;
  return routeKey(one.connection) === routeKey(other.connection);
}

function routeKey({ host, port, sshConfigFile, proxy }: Connection): string {
  const usual = sshConfigFile === undefined ? 22 : "ssh_config's";
  const name = host.toLowerCase().replace(/\.$/, "");
  return `${proxy === undefined ? "" : `${routeKey(proxy)} `}${name}:${port ?? usual}`;
}

/** Without a pinned key, whoever runs Pulumi decides by their known_hosts which machine gets the passwords. */
export function unpinned(placed: Placed): string[] {
  return unpinnedIn(placed.connection, "connection").map((complaint) => `${nameOf(placed)}: ${complaint}`);
}

function unpinnedIn({ host, hostKey, proxy }: Connection, place: string): string[] {
  const own = hostKey
    ? []
    : [`${place}.hostKey of ${host} is not set: pin it ("SHA256:…", as ssh-keygen -lf prints it)`];
  return proxy === undefined ? own : [...own, ...unpinnedIn(proxy, `${place}.proxy`)];
}

/** AUTH that takes passwords from a connection without TLS (postconf(5): smtpd_tls_auth_only, smtpd_tls_security_level). */
export function takesCleartextPasswords({ smtpd_sasl_auth_enable, ...tls }: Options): boolean {
  return (
    mayBeYes(smtpd_sasl_auth_enable) &&
    !isYes(tls.smtpd_tls_wrappermode) &&
    !isYes(tls.smtpd_tls_auth_only) &&
    tls.smtpd_tls_security_level?.toLowerCase() !== "encrypt"
  );
}

/**
 * Postfix compares yes and no without regard to case (convert_mail_conf_bool in mail_conf_bool.c),
 * and so names of levels and styles (name_code.c).
 */
function isYes(value: string | undefined): boolean {
  return value?.toLowerCase() === "yes";
}

/** A value with a `$` is known on the host alone. */
function mayBeYes(value: string | undefined): boolean {
  return isYes(value) || value?.includes("$") === true;
}

/** TLS below 1.2 is deprecated (RFC 8996), and Postfix's own default still is `>=TLSv1`. */
export function lowTls({ service, options }: Service): string[] {
  const level = options.smtpd_tls_security_level?.toLowerCase();
  const unknown = level?.includes("$") === true;
  const mandatory = mayBeYes(options.smtpd_tls_wrappermode) || level === "encrypt" || unknown;
  if (!mandatory && level !== "may") return [];
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
    ...(mynetworks_style?.toLowerCase() === "class"
      ? [`${service}: mynetworks_style=class trusts the whole class A, B or C network of each interface`]
      : []),
  ];
}
