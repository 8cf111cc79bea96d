// What saslauthd asks about a login besides its own options: the file for ldap, the server for
// rimap, and whether what the daemon has loaded or cached is older than its source files.

import { Failure } from "../../core/failure.ts";
import { changedSince } from "../../facts/changed-since.ts";
import type { Fact } from "../../facts/fact.ts";
import { type FileContent, fileAt, type PathStatus, statusOf } from "../../facts/file.ts";
import type { Step } from "../../steps/step.ts";
import { type LdapFileBefore, ldapFilePath, ldapProblems, restoreLdapFile, writeLdapFile } from "./ldap-file.ts";
import { authorityFileOf, type LdapInputs } from "./ldap-settings.ts";
import { mechanismOptionOf, namesServer, type RimapInputs } from "./rimap-settings.ts";
import { accountFiles } from "./saslauthd-rules.ts";

interface BackendInputs {
  readonly socketDirectory: string;
  readonly mechanism: string;
  readonly ldap?: LdapInputs | undefined;
  readonly ldapBindPassword?: string | undefined;
  readonly rimap?: RimapInputs | undefined;
}

export interface BackendActual {
  readonly ldapFile: FileContent | null;
  /** The file with the authorities that sign the directory's certificate. */
  readonly authorities: PathStatus | null;
  /** The files changed since the daemon began to serve, of those that it has loaded or cached. */
  readonly changed: readonly string[];
}

export function backendQuestions(inputs: BackendInputs & { readonly cache: boolean }): {
  readonly [Key in keyof BackendActual]: Fact<BackendActual[Key]>;
} {
  const { socketDirectory, mechanism, cache, ldap } = inputs;
  const filesBehindCache = cache ? (accountFiles[mechanism] ?? []) : [];
  return {
    ldapFile: fileAt(ldapFilePath),
    authorities: statusOf((ldap === undefined ? null : authorityFileOf(ldap)) ?? "/"),
    // The socket is created at each start and not written to afterwards.
    changed: changedSince(`${socketDirectory}/mux`, mechanism === "ldap" ? [ldapFilePath] : filesBehindCache),
  };
}

/** The desired value of -O; one that means the same is kept. */
export function desiredOption({ mechanism, rimap }: BackendInputs, found: string | null): string | null {
  if (mechanism === "rimap" && rimap !== undefined) return namesServer(found, rimap) ? found : mechanismOptionOf(rimap);
  return mechanism === "ldap" && found === ldapFilePath ? found : null;
}

/**
 * The inputs of the back end as observed on the host. The file of a mechanism that is no longer
 * used is ignored.
 */
export function observedBackend(inputs: BackendInputs, actual: BackendActual, option: string | null) {
  const { ldap, ldapBindPassword, rimap } = inputs;
  const complaints = ldap === undefined ? [] : ldapProblems(actual.ldapFile, ldap, ldapBindPassword);
  return {
    ldap: complaints.length === 0 ? ldap : `${ldapFilePath}: ${complaints.join(", ")}`,
    ldapBindPassword,
    rimap: rimap === undefined || namesServer(option, rimap) ? rimap : (option ?? "not set"),
  };
}

/** "running", or why a daemon with the right options is still not in the desired state. */
export function freshness({ mechanism }: BackendInputs, { changed }: BackendActual): string {
  if (changed.length === 0) return "running";
  const files = changed.join(" and ");
  return mechanism === "ldap"
    ? `running with what ${files} said before it was changed`
    : `running, and may still let in who logged in before ${files} changed`;
}

export function backendSteps({ ldap, ldapBindPassword }: BackendInputs, actual: BackendActual): readonly Step[] {
  if (ldap === undefined) return [];
  const authorities = authorityFileOf(ldap);
  if (authorities !== null && actual.authorities === null) throw noAuthorities(authorities);
  return writeLdapFile(actual.ldapFile, ldap, ldapBindPassword);
}

/** The steps after the start: the password of a directory that is no longer used is removed. */
export function restoreUnusedBackend(
  { ldap }: BackendInputs,
  { ldapFile }: BackendActual,
  before: { readonly ldapFile?: LdapFileBefore } | undefined,
): readonly Step[] {
  return ldap === undefined ? restoreLdapFile(ldapFile, before?.ldapFile) : [];
}

function noAuthorities(path: string): Failure {
  return new Failure({
    code: "ldap-authorities-missing",
    tried: "let saslauthd verify the certificate of the directory",
    found: `${path} does not exist on the host`,
    left: ["nothing was changed"],
    next: "copy the PEM certificate of the authority that signed the directory's certificate to the host, and name it in ldap.certificateAuthorityFile; for a public authority `apt-get install ca-certificates` on the host",
  });
}
