// The certificate file that this program makes, from PEM or on the host itself: what is wrong with
// it, and the steps to a right one.
import { createHash } from "node:crypto";
import { Failure } from "../../core/failure.ts";
import { certificateIn, type KeyFile, type PemFile } from "../../facts/certificate.ts";
import { dayOf, daysUntil } from "../../facts/clock.ts";
import type { PathStatus } from "../../facts/file.ts";
import { certificateText, closeFile, makeFolder, makeSelfSigned, writeCertificate } from "../../steps/certificate.ts";
import type { Step } from "../../steps/step.ts";
import { certificateComplaints } from "./certificate-complaints.ts";

/** The inputs that matter here. */
export interface DesiredCertificate {
  readonly serverName?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly validDays: number;
  readonly renewDays: number;
}

export interface FoundCertificate {
  readonly path: string;
  readonly file: PemFile | null;
  readonly key: KeyFile | null;
  readonly folder: PathStatus | null;
  readonly now: Date;
}

/** What is wrong, in one line; `undefined` if the file is right. */
export function wrongWith(desired: DesiredCertificate, found: FoundCertificate): string | undefined {
  if (found.file === null) return "not there";
  return access(found.file) ?? contentWrong(desired, found, found.file);
}

/** The steps to a right file; none if it is right. */
export function make(desired: DesiredCertificate, found: FoundCertificate): Step[] {
  const { path, file, folder } = found;
  if (file !== null && !file.ours) throw notOurs(path);
  const wrongAccess = file === null ? undefined : access(file);
  const wrongContent = file === null ? "not there" : contentWrong(desired, found, file);
  return [
    ...(folder === null ? [makeFolder] : []),
    ...(wrongAccess === undefined ? [] : [closeFile(path, wrongAccess)]),
    ...(wrongContent === undefined ? [] : [replace(desired, found, wrongContent)]),
  ];
}

function replace(desired: DesiredCertificate, { path, file }: FoundCertificate, wrong: string): Step {
  const content = textOf(desired);
  return content === undefined
    ? makeSelfSigned(path, desired.serverName ?? "", desired.validDays, `make key and certificate in ${path}: ${wrong}`)
    : writeCertificate(path, content, file, `write key and certificate to ${path}: ${wrong}`);
}

function textOf({ certificate, key }: DesiredCertificate): Buffer | undefined {
  return certificate === undefined || key === undefined ? undefined : certificateText(certificate, key);
}

function access({ owner, group, mode }: PemFile): string | undefined {
  return owner === "root" && group === "root" && mode === "600" ? undefined : `${owner}:${group} ${mode}`;
}

function contentWrong(desired: DesiredCertificate, found: FoundCertificate, file: PemFile): string | undefined {
  const content = textOf(desired);
  const certificate = certificateIn(file.chain);
  if (content !== undefined) {
    if (createHash("sha256").update(content).digest("hex") === file.digest) return undefined;
    return certificate === undefined ? "another content" : `another content, with ${certificate.fingerprint}`;
  }
  if (certificate === undefined) return "no certificate in it that can be read";
  if (!certificate.selfSigned) return "a certificate that somebody else signed";
  if (found.key?.publicKey !== certificate.publicKey) return "the key does not belong to the certificate";
  const complaint = certificateComplaints(certificate, desired.serverName, found.now)[0];
  if (complaint !== undefined) return complaint.found;
  return daysUntil(certificate.notAfter, found.now) < desired.renewDays
    ? `valid until ${dayOf(certificate.notAfter)}, and renewed ${desired.renewDays} days before`
    : undefined;
}

function notOurs(path: string): Failure {
  return new Failure({
    code: "certificate-not-ours",
    tried: `put a certificate into ${path}`,
    found: "a file that this program did not make is in its place",
    left: ["nothing was changed"],
    next: `is it a certificate that is to be used? Then set tls.certificateFile and tls.keyFile to it, in the place of tls.certificate or tls.selfSigned. If not, move it away (mv ${path} /root/), after \`grep -rn ${path} /etc/postfix\` shows that nothing names it. In a program of your own a TlsCertificate may have another name`,
  });
}
