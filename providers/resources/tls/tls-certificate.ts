// The certificate of the TLS ports, from one of three sources: files that others keep on the host,
// PEM from the program, or a certificate made on the host. A renewed certificate has another
// fingerprint; it is checked here, and then loaded and proved.
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { sh } from "../../core/shell.ts";
import { certificateIn, type KeyFile, keyFileAt, type PemFile, pemFileAt } from "../../facts/certificate.ts";
import { clock, dayOf } from "../../facts/clock.ts";
import { entriesOf, type PathStatus, statusOf } from "../../facts/file.ts";
import { placesNaming } from "../../facts/postfix-names.ts";
import { hasRecordOf } from "../../facts/resource-record.ts";
import { certificateFolder, certificatePath } from "../../steps/certificate.ts";
import { define, type Report } from "../definition.ts";
import { absolutePath, hostName } from "../inputs.ts";
import { packageAdvice } from "../packages/package-advice.ts";
import { type Complaint, certificateComplaints, fileComplaints, refuseCertificate } from "./certificate-complaints.ts";
import { pemRules, sourceRules } from "./certificate-rules.ts";
import { type FoundCertificate, make, wrongWith } from "./made-certificate.ts";

const pem = z
  .string()
  .max(100_000)
  .regex(/^[\n\r -~]*-----BEGIN [\n\r -~]*$/, "must be PEM: text with a line -----BEGIN …-----");

export const tlsCertificateSchema = z.strictObject({
  /** Name of the file for `certificate` and `selfSigned`: /etc/postfix/tls/<name>.pem. */
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9._-]*$/, "must be lower case letters, digits, dots, dashes")
    .default("smtpd"),
  /**
   * The name or address that clients connect to: the certificate must be valid for it. Without it
   * the name is not checked.
   */
  serverName: hostName.optional(),
  /**
   * Source 1: files that are already on the host and are renewed there, for example by certbot.
   * They are never written.
   */
  files: z
    .strictObject({
      /** The server's certificate followed by its chain, PEM. */
      certificateFile: absolutePath,
      /** Its key, PEM, without a passphrase. May be the same file, with the key first. */
      keyFile: absolutePath,
    })
    .optional(),
  /** Source 2: the server's certificate followed by its chain, PEM. */
  certificate: pem.optional(),
  /** The key of `certificate`, PEM, without a passphrase. On the host only root can read it. */
  key: pem.optional(),
  /**
   * Source 3: a self-signed certificate made on the host. Clients must be configured to trust it,
   * so it is for a lab.
   */
  selfSigned: z.boolean().default(false),
  /** Days for which a self-signed certificate is valid. */
  validDays: z.number().int().min(1).max(3650).default(365),
  /** Days before the expiry from which an `up` makes a new self-signed certificate. */
  renewDays: z.number().int().min(0).max(3650).default(30),
});

type Inputs = z.infer<typeof tlsCertificateSchema>;

interface Actual {
  readonly certificate: PemFile | null;
  readonly key: KeyFile | null;
  /** The file that this program makes, or made earlier for another source. */
  readonly made: PemFile | null;
  readonly folder: PathStatus | null;
  /** The names in the folder. */
  readonly entries: readonly string[];
  /** Where Postfix's configuration names the file that this program makes. */
  readonly named: readonly string[];
  /** Whether a MasterService of this program still stands on the host. */
  readonly hasMasterService: boolean;
  readonly openssl: PathStatus | null;
  readonly now: Date;
}

interface Before {
  /** The folder of the file existed. */
  readonly folder?: boolean;
}

export const tlsCertificate = define<typeof tlsCertificateSchema, Actual, Before>({
  kind: "TlsCertificate",
  schema: tlsCertificateSchema,
  rules: (inputs) => [...sourceRules(inputs), ...pemRules(inputs)],
  secrets: ["key"],
  replacedBy: ["name"],
  id: ({ name }) => name,
  inspect: (inputs) => {
    const { certificateFile, keyFile } = filesOf(inputs);
    return {
      certificate: pemFileAt(certificateFile),
      key: keyFileAt(keyFile),
      made: pemFileAt(certificatePath(inputs.name)),
      folder: statusOf(certificateFolder),
      entries: entriesOf(certificateFolder),
      named: placesNaming(certificatePath(inputs.name)),
      hasMasterService: hasRecordOf("MasterService"),
      openssl: statusOf("/usr/bin/openssl"),
      now: clock,
    };
  },
  observe: (inputs, actual, lastReport) => {
    if (inputs.files === undefined && actual.made === null) return undefined;
    const wrong = inputs.files === undefined ? wrongWith(inputs, foundOf(inputs, actual)) : wrongFiles(inputs, actual);
    const shown = wrong ?? renewal(actual, lastReport);
    if (shown === undefined) return inputs;
    // A short extra key: a preview then shows that key alone, not the names of the files.
    if (inputs.files !== undefined) return { ...inputs, files: { ...inputs.files, onTheHost: shown } };
    return { ...inputs, [inputs.certificate === undefined ? "selfSigned" : "certificate"]: shown };
  },
  apply: (inputs, actual) => {
    if (inputs.key === undefined && actual.openssl === null) throw noOpenssl();
    if (inputs.files !== undefined) {
      refuseCertificate(filesOf(inputs).certificateFile, complaintsAbout(inputs, actual));
      return [];
    }
    const given = inputs.certificate === undefined ? undefined : certificateIn(inputs.certificate);
    if (given !== undefined)
      refuseCertificate(
        "the certificate in the input `certificate`",
        certificateComplaints(given, inputs.serverName, actual.now),
      );
    return make(inputs, foundOf(inputs, actual));
  },
  remember: ({ folder }, _after, { files }) => (files === undefined ? { folder: folder !== null } : {}),
  intend: (earlier, { folder }, { files }) => (files === undefined && folder === null ? withFolder(earlier) : earlier),
  extend: (earlier, actual, after) => (actual.folder === null && after.folder !== null ? withFolder(earlier) : earlier),
  report: (inputs, actual, lastReport, proofs) => {
    const certificate = actual.certificate === null ? undefined : certificateIn(actual.certificate.chain);
    // A read alone reports what was checked last, so that a renewal remains visible until it has
    // been checked.
    if (proofs === undefined || certificate === undefined) return lastReport ?? {};
    return {
      ...filesOf(inputs),
      fingerprint: certificate.fingerprint,
      notAfter: certificate.notAfter.toISOString(),
      names: certificate.names,
      chain: actual.certificate?.chain,
    };
  },
  warnings: (inputs, { key }) =>
    key !== null && /[4-7]$/.test(key.mode)
      ? [`everybody on the host can read the key in ${filesOf(inputs).keyFile} (mode ${key.mode})`]
      : [],
  leaves: ({ name }, { made, named, hasMasterService }) =>
    made?.ours && named.length > 0 && !hasMasterService
      ? [`${certificatePath(name)} is left: somebody else names it in ${named.join(" and ")}`]
      : [],
  remove: ({ name }, actual, before) => {
    const path = certificatePath(name);
    const isLeft = actual.named.length > 0;
    if (actual.made?.ours && isLeft && actual.hasMasterService) throw stillNamed(path, actual.named);
    const isGoing = actual.made?.ours === true && !isLeft;
    // An earlier run may have ended between the two steps.
    const isEmpty = actual.entries.every((entry) => isGoing && path === `${certificateFolder}/${entry}`);
    return [
      ...(isGoing ? [{ do: "remove", path, reason: `remove ${path}: it was made by this program` } as const] : []),
      ...(before.folder === false && actual.folder !== null && isEmpty
        ? [
            {
              do: "run",
              reason: `remove ${certificateFolder} if it is empty: it was not there before`,
              script: sh`rmdir --ignore-fail-on-non-empty -- ${certificateFolder}`,
            } as const,
          ]
        : []),
    ];
  },
});

/** The record with a folder that is made where the source was files before, which need none. */
function withFolder(earlier: Before): Before {
  return earlier.folder === undefined ? { ...earlier, folder: false } : earlier;
}

/** The paths of certificate and key on the host, whatever the source. */
function filesOf({ files, name }: Inputs): { certificateFile: string; keyFile: string } {
  return files ?? { certificateFile: certificatePath(name), keyFile: certificatePath(name) };
}

function foundOf(inputs: Inputs, { made, key, folder, now }: Actual): FoundCertificate {
  return { path: certificatePath(inputs.name), file: made, key, folder, now };
}

function complaintsAbout(inputs: Inputs, { certificate, key, now }: Actual): Complaint[] {
  return fileComplaints({ ...filesOf(inputs), certificate, key, serverName: inputs.serverName, now });
}

function wrongFiles(inputs: Inputs, actual: Actual): string | undefined {
  return complaintsAbout(inputs, actual)
    .map(({ found }) => found)
    .at(0);
}

/** Why the certificate differs from the one that was checked last. */
function renewal({ certificate }: Actual, lastReport: Report | undefined): string | undefined {
  const found = certificate === null ? undefined : certificateIn(certificate.chain);
  if (found === undefined || found.fingerprint === lastReport?.fingerprint) return undefined;
  const before = lastReport?.fingerprint === undefined ? "never checked" : short(String(lastReport.fingerprint));
  return `SHA-256 ${before} -> ${short(found.fingerprint)}, valid until ${dayOf(found.notAfter)}`;
}

/**
 * The first eight bytes, because Pulumi shows at most 150 characters of a text. The whole
 * fingerprint is an output.
 */
function short(fingerprint: string): string {
  return `${fingerprint.slice(0, 23)}...`;
}

function noOpenssl(): Failure {
  return new Failure({
    code: "package-missing",
    tried: "look at the key of the certificate",
    found: "/usr/bin/openssl is not there",
    left: ["nothing was changed"],
    next: packageAdvice("openssl"),
  });
}

/**
 * A TlsCertificate may be gone from the Pulumi program while services on the host still use its
 * file, after a run that failed or was limited with --target.
 */
function stillNamed(path: string, named: readonly string[]): Failure {
  return new Failure({
    code: "certificate-in-use",
    tried: `remove ${path}`,
    found: `Postfix still names it in ${named.join(" and ")}: without the file that port has no TLS`,
    left: ["the file, as it is"],
    next: "let the services that are named use another certificate first, or remove them, then run the same command again. To give a certificate another name: make a second TlsCertificate, let the services use that, and remove the first in a later run",
  });
}
