// The directory that saslauthd asks with the mechanism ldap: the inputs, and the settings of
// /etc/saslauthd.conf that they mean. Names, defaults and sizes are from saslauthd/LDAP_SASLAUTHD
// and saslauthd/lak.[ch] of cyrus-sasl 2.1.28, tested on Debian 12 and 13.
import { z } from "zod";
import { isLoopback } from "../../facts/loopback.ts";
import { absolutePath } from "../inputs.ts";

/**
 * A value of the file. It fills the rest of its line as it is, so it cannot begin or end with a
 * space, and saslauthd truncates it at a fixed size.
 */
export function ldapValue(bytes: number) {
  return z
    .string()
    .regex(/^\S(?:[^\0\r\n]*\S)?$/, "must be one line that neither begins nor ends with a space")
    .refine((value) => Buffer.byteLength(value) <= bytes, `must not be longer than ${bytes} bytes: saslauthd cuts it`);
}

/**
 * The directory that saslauthd asks with the mechanism ldap. The setting of /etc/saslauthd.conf is
 * in brackets (LDAP_SASLAUTHD of cyrus-sasl).
 */
export const ldapSchema = z.strictObject({
  /**
   * ldap://, ldaps:// or ldapi:// addresses. If one does not answer, the next is asked
   * (ldap_servers).
   */
  servers: z
    .array(z.string().regex(/^ldap[si]?:\/\/[!-~]*$/, "must be an ldap://, ldaps:// or ldapi:// address"))
    .min(1)
    .max(10)
    .refine((all) => all.join(" ").length <= 1023, "must not be longer than 1023 bytes together"),
  /** The entry below which the users are (ldap_search_base). Only `fastbind` works without it. */
  searchBase: ldapValue(511).optional(),
  /**
   * The filter that finds the user's entry (ldap_filter): %u is the login, %U the part before its
   * at sign, %d the part behind it, %r the realm. Default (uid=%u).
   */
  filter: ldapValue(511).optional(),
  /** The depth of the search below the search base (ldap_scope). Default sub. */
  scope: z.enum(["sub", "one", "base"]).optional(),
  /**
   * How the password is checked (ldap_auth_method). bind: saslauthd searches the entry and logs in
   * with it and the password. fastbind: `filter` gives the name of the entry itself. custom:
   * saslauthd reads the attribute userPassword and compares it. Default bind.
   */
  authMethod: z.enum(["bind", "fastbind", "custom"]).optional(),
  /**
   * The user of the search (ldap_bind_dn). Its password is a separate input. Default: the search is
   * anonymous.
   */
  bindDn: ldapValue(511).optional(),
  /**
   * Turn an ldap:// connection into an encrypted one (ldap_start_tls). The server's certificate is
   * always verified. Default false.
   */
  startTls: z.boolean().optional(),
  /**
   * PEM file on the host with the authorities that signed the servers' certificates
   * (ldap_tls_cacert_file). Default: /etc/ssl/certs/ca-certificates.crt, Debian's list of public
   * authorities.
   */
  certificateAuthorityFile: absolutePath.optional(),
  /** Seconds without an answer before a server counts as unreachable (ldap_timeout). Default 5. */
  timeoutSeconds: z.number().int().min(1).max(60).optional(),
  /** Only members of this group may log in (ldap_group_dn). Default: everybody may. */
  groupDn: ldapValue(511).optional(),
  /** The attribute of the group that names its members (ldap_group_attr). Default uniqueMember. */
  groupAttribute: ldapValue(127).optional(),
  /**
   * Allow the passwords of all users to cross the network in clear text: ldap:// to another machine
   * without startTls. Default false.
   */
  allowCleartext: z.boolean().optional(),
});

export type LdapInputs = z.infer<typeof ldapSchema>;

/** The file in which Debian's package ca-certificates keeps all public authorities. */
const publicAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The settings that this program decides on, in the order in which they are written. Other settings
 * in the file are left alone.
 */
export const ldapKeys = [
  "ldap_servers",
  "ldap_search_base",
  "ldap_filter",
  "ldap_scope",
  "ldap_auth_method",
  "ldap_bind_dn",
  "ldap_password",
  "ldap_start_tls",
  "ldap_tls_check_peer",
  "ldap_tls_cacert_file",
  "ldap_timeout",
  "ldap_group_dn",
  "ldap_group_attr",
] as const;
export type LdapKey = (typeof ldapKeys)[number];

/** The values that saslauthd uses for missing settings. */
export const ldapDefaults: Readonly<Partial<Record<LdapKey, string>>> = {
  ldap_servers: "ldap://localhost/",
  ldap_filter: "(uid=%u)",
  ldap_scope: "sub",
  ldap_auth_method: "bind",
  ldap_start_tls: "no",
  ldap_tls_check_peer: "no",
  ldap_timeout: "5",
  ldap_group_attr: "uniqueMember",
};

export function usesTls({ servers, startTls }: LdapInputs): boolean {
  return startTls === true || servers.some((server) => server.startsWith("ldaps:"));
}

/** The file with the authorities that signed the servers' certificates; `null` without TLS. */
export function authorityFileOf(ldap: LdapInputs): string | null {
  return usesTls(ldap) ? (ldap.certificateAuthorityFile ?? publicAuthorities) : null;
}

/**
 * Whether an item holds several addresses: libldap splits at commas (LDAP_OPT_URI in
 * ldap_set_option(3)). A state of an older version may have such an item.
 */
export function isListOfServers(server: string): boolean {
  return server.includes(",");
}

/** The servers that would receive passwords in clear text over a network. */
export function cleartextServers({ servers, startTls }: LdapInputs): string[] {
  if (startTls === true) return [];
  const each = servers.flatMap((server) => server.split(","));
  return each.filter((server) => {
    const address = /^ldap:\/\/(\[[^\]]*\]|[^:/]*)/.exec(server)?.[1];
    return address !== undefined && address !== "" && !isLoopback(address.replace(/[[\]]/g, ""));
  });
}

/** The desired value of each setting; `null` = not set, so that saslauthd's default holds. */
export function ldapSettings(
  ldap: LdapInputs,
  bindPassword: string | undefined,
): Readonly<Record<LdapKey, string | null>> {
  const authorities = authorityFileOf(ldap);
  return {
    ldap_servers: ldap.servers.join(" "),
    ldap_search_base: ldap.searchBase ?? null,
    ldap_filter: ldap.filter ?? null,
    ldap_scope: ldap.scope ?? null,
    ldap_auth_method: ldap.authMethod ?? null,
    ldap_bind_dn: ldap.bindDn ?? null,
    ldap_password: bindPassword ?? null,
    ldap_start_tls: ldap.startTls === true ? "yes" : null,
    // Without it saslauthd would accept the certificate of any server.
    ldap_tls_check_peer: authorities === null ? null : "yes",
    ldap_tls_cacert_file: authorities,
    ldap_timeout: ldap.timeoutSeconds === undefined ? null : String(ldap.timeoutSeconds),
    ldap_group_dn: ldap.groupDn ?? null,
    ldap_group_attr: ldap.groupAttribute ?? null,
  };
}
