// Combinations of saslauthd inputs that are not allowed, each with the reason. They are checked
// before the host is contacted.
import { cleartextServers, isListOfServers, type LdapInputs, usesTls } from "./ldap-settings.ts";
import { crossesInClear, type RimapInputs } from "./rimap-settings.ts";

interface Combined {
  readonly mechanism: string;
  readonly cache?: boolean | undefined;
  readonly realmInLogin: boolean;
  readonly ldap?: LdapInputs | undefined;
  readonly ldapBindPassword?: string | undefined;
  readonly rimap?: RimapInputs | undefined;
}

interface Broken {
  readonly property: keyof Combined;
  readonly reason: string;
}

/**
 * The files with the accounts of the mechanisms that ask the host itself. A change in these files is
 * visible; one behind a PAM or NSS module (pam_sss) is not, and then `cache` must be set to false.
 */
export const accountFiles: Readonly<Record<string, readonly string[]>> = {
  pam: ["/etc/passwd", "/etc/shadow", "/etc/pam.d"],
  shadow: ["/etc/passwd", "/etc/shadow"],
  getpwent: ["/etc/passwd", "/etc/shadow"],
  sasldb: ["/etc/sasldb2"],
};

/**
 * Whether this program can see a change of an account of the mechanism, so that saslauthd may cache
 * logins.
 */
export function keepsAccountsOnHost(mechanism: string): boolean {
  return Object.hasOwn(accountFiles, mechanism);
}

export function saslauthdRules(inputs: Combined): readonly Broken[] {
  return [...generalRules(inputs), ...ldapRules(inputs), ...rimapRules(inputs)];
}

function generalRules({ mechanism, cache, realmInLogin }: Combined): Broken[] {
  return [
    ...(cache === true && !keepsAccountsOnHost(mechanism)
      ? [
          broken(
            "cache",
            `with ${mechanism} the accounts are elsewhere, so nobody here sees that one is locked or has a new password: saslauthd would let the old login in for eight hours`,
          ),
        ]
      : []),
    ...(realmInLogin && mechanism === "sasldb"
      ? [
          broken(
            "realmInLogin",
            "sasldb has a realm of its own beside each name: it would look for alice@example.org in the realm example.org, where no tool puts it",
          ),
        ]
      : []),
  ];
}

function ldapRules({ mechanism, ldap, ldapBindPassword }: Combined): Broken[] {
  if (ldap === undefined) {
    return [
      ...(mechanism === "ldap"
        ? [
            broken(
              "ldap",
              "the mechanism ldap has to know which directory to ask: set ldap.servers and ldap.searchBase",
            ),
          ]
        : []),
      ...(ldapBindPassword === undefined
        ? []
        : [broken("ldapBindPassword", "a password for a directory, without ldap")]),
    ];
  }
  const inClear = ldap.allowCleartext === true ? [] : cleartextServers(ldap);
  return [
    ...(mechanism === "ldap"
      ? []
      : [
          broken(
            "ldap",
            `a directory that nobody would ask: the mechanism is ${mechanism}. Set mechanism to ldap, or take ldap away`,
          ),
        ]),
    ...(ldap.servers.some(isListOfServers)
      ? [
          broken(
            "ldap",
            "servers has an item with a comma: each must be one address, and further servers further items",
          ),
        ]
      : []),
    ...(ldap.searchBase === undefined && ldap.authMethod !== "fastbind"
      ? [broken("ldap", "searchBase is missing: below which entry are the users? Set ldap.searchBase")]
      : []),
    ...(ldap.bindDn !== undefined && ldapBindPassword === undefined
      ? [
          broken(
            "ldapBindPassword",
            "bindDn needs its password: an LDAP server takes a bind without one for an anonymous one (RFC 4513, 5.1.2)",
          ),
        ]
      : []),
    ...(ldap.bindDn === undefined && ldapBindPassword !== undefined
      ? [broken("ldapBindPassword", "whose password? bindDn is missing in ldap")]
      : []),
    ...(ldap.startTls === true && ldap.servers.some((server) => server.startsWith("ldaps:"))
      ? [broken("ldap", "startTls is for ldap:// addresses: ldaps:// is encrypted from its first byte")]
      : []),
    ...(ldap.certificateAuthorityFile !== undefined && !usesTls(ldap)
      ? [broken("ldap", "certificateAuthorityFile without TLS: use ldaps:// or startTls")]
      : []),
    ...(ldap.groupAttribute !== undefined && ldap.groupDn === undefined
      ? [broken("ldap", "groupAttribute without groupDn")]
      : []),
    ...(inClear.length > 0
      ? [
          broken(
            "ldap",
            `passwords would go to ${inClear.join(" and ")} in clear text: use ldaps:// or startTls: true, or say allowCleartext: true`,
          ),
        ]
      : []),
  ];
}

function rimapRules({ mechanism, rimap }: Combined): Broken[] {
  if (rimap === undefined)
    return mechanism === "rimap"
      ? [broken("rimap", "the mechanism rimap has to know which IMAP server to ask: set rimap.host")]
      : [];
  return [
    ...(mechanism === "rimap"
      ? []
      : [
          broken(
            "rimap",
            `an IMAP server that nobody would ask: the mechanism is ${mechanism}. Set mechanism to rimap, or take rimap away`,
          ),
        ]),
    ...(crossesInClear(rimap) && rimap.allowCleartext !== true
      ? [
          broken(
            "rimap",
            `passwords would go to ${rimap.host} in clear text, since saslauthd speaks no TLS with an IMAP server: put a TLS tunnel on localhost, or say allowCleartext: true`,
          ),
        ]
      : []),
  ];
}

function broken(property: Broken["property"], reason: string): Broken {
  return { property, reason };
}
