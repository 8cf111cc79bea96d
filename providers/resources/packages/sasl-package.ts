// The packages of SMTP AUTH. They are installed in one apt transaction; destroy removes exactly
// what that transaction installed, by the host's own record.
import { z } from "zod";
import { type InstalledPackages, installedPackages, unfinishedPackages } from "../../facts/dpkg.ts";
import { type FileContent, fileAt } from "../../facts/file.ts";
import { release } from "../../facts/machine.ts";
import { keptPackages, type PackageRecord, packageRecord } from "../../facts/package-record.ts";
import { queueDirectory } from "../../facts/postconf.ts";
import { aptInstall, settleRecords } from "../../steps/apt.ts";
import { leavePackages, takeBackPackages } from "../../steps/package-rollback.ts";
import { dropInPath } from "../../steps/saslauthd.ts";
import { define } from "../definition.ts";
import { absolutePath, packageName } from "../inputs.ts";
import {
  type PostfixFound,
  postfixDemandsSchema,
  postfixQuestions,
  refuseUnfitPostfix,
} from "../postfix/fit-postfix.ts";
import { masterCfMissing } from "../postfix/master-entry.ts";
import { mendDropIn } from "../saslauthd/saslauthd-drop-in.ts";
import {
  clientsOf,
  describeTakeOver,
  type ElsewhereActual,
  elsewhereQuestions,
} from "../saslauthd/saslauthd-elsewhere.ts";
import { defaultSocketDirectory, socketDirectoryIn } from "../saslauthd/socket-directory.ts";
import {
  type CertificateFound,
  certificateDemandsSchema,
  certificateQuestions,
  refuseUnfitCertificate,
} from "../tls/fit-certificate.ts";

export const defaultPackages = ["libsasl2-modules", "sasl2-bin", "postfix"];

export const saslPackageSchema = z.strictObject({
  /**
   * The packages to install. If apt would remove another package for them, the run stops and names
   * what apt would remove.
   */
  packages: z.array(packageName).min(1).max(100).default(defaultPackages),
  /**
   * What a SaslauthdService of the same program will need. A host that would refuse it is refused
   * here, before anything is changed.
   */
  saslauthd: z
    .strictObject({
      /** Its socketDirectory. Default: var/run/saslauthd in Postfix's queue_directory. */
      socketDirectory: absolutePath.optional(),
      /** Its mechanism. */
      mechanism: z.string(),
      /** Its takeOver. */
      takeOver: z.boolean(),
    })
    .optional(),
  /**
   * What the MasterServices and the AuthProof of the same program will need of a Postfix that is
   * there already. A host whose Postfix would refuse it is refused here, before anything is
   * changed.
   */
  postfix: postfixDemandsSchema.optional(),
  /**
   * The files of a TlsCertificate of the same program that others keep on the host. A host without
   * them is refused here, before anything is changed.
   */
  certificate: certificateDemandsSchema.optional(),
});

interface Packages {
  readonly installed: InstalledPackages;
  readonly unfinished: readonly string[];
  readonly record: PackageRecord | null;
  /** Packages that the last purge kept on purpose. */
  readonly kept: readonly string[];
  readonly release: string;
  readonly queueDirectory: string;
  /** The drop-in of saslauthd's unit. */
  readonly dropIn: FileContent | null;
}

/** Includes the current state of saslauthd, of Postfix and of the certificate if these inputs are given. */
type Actual = Packages & Partial<ElsewhereActual> & Partial<PostfixFound> & Partial<CertificateFound>;

/** What our transactions installed. */
interface Before {
  /**
   * The packages in the host's records, which alone decide what is purged. If the records are lost,
   * these packages stay and are named.
   */
  readonly recorded?: readonly string[];
  /**
   * Packages that an older version found to be new after its transactions, when the host kept no
   * record.
   */
  readonly packages?: readonly string[];
  readonly leftovers?: Leftovers;
  /**
   * The packages before a transaction of an older version whose end was not observed. Any newer
   * package may have another owner.
   */
  readonly from?: Pick<Packages, "installed">;
}

interface Leftovers {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly overrides: readonly string[];
  /** Path → SHA-256 of the content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Stands for a package: what a killed run has installed still needs to be verified. */
const interrupted = "an interrupted installation";

export const saslPackage = define<typeof saslPackageSchema, Actual, Before>({
  kind: "SaslPackage",
  foundation: true,
  schema: saslPackageSchema,
  replacedBy: [],
  id: () => "packages",
  inspect: ({ saslauthd, postfix, certificate }) => ({
    ...(certificate === undefined ? {} : certificateQuestions(certificate)),
    ...(postfix === undefined ? {} : postfixQuestions(postfix)),
    ...(saslauthd === undefined
      ? {}
      : { ...elsewhereQuestions, ...clientsOf(saslauthd.socketDirectory ?? defaultSocketDirectory) }),
    ...{ installed: installedPackages, record: packageRecord, kept: keptPackages, release, queueDirectory },
    ...{ unfinished: unfinishedPackages, dropIn: fileAt(dropInPath) },
  }),
  observe: (inputs, actual, lastReport) => {
    const { installed, record } = actual;
    if (inputs.saslauthd !== undefined && lastReport === undefined)
      describeTakeOver(
        {
          ...inputs.saslauthd,
          socketDirectory: inputs.saslauthd.socketDirectory ?? socketDirectoryIn(actual.queueDirectory),
        },
        actual as ElsewhereActual,
      );
    if (inputs.postfix !== undefined && lastReport === undefined) {
      if (installed.postfix !== undefined && actual.master === null) throw masterCfMissing();
      refuseUnfitPostfix(inputs.postfix, actual as PostfixFound);
    }
    if (inputs.certificate !== undefined && lastReport === undefined)
      refuseUnfitCertificate(inputs.certificate, actual as CertificateFound);
    const found = inputs.packages.filter((name) => installed[name] !== undefined);
    return {
      packages: record?.isUnfinished ? [...found, interrupted] : found,
      ...(inputs.saslauthd === undefined ? {} : { saslauthd: inputs.saslauthd }),
      ...(inputs.postfix === undefined ? {} : { postfix: inputs.postfix }),
      ...(inputs.certificate === undefined ? {} : { certificate: inputs.certificate }),
    };
  },
  apply: (inputs, { installed, record, dropIn }) => {
    const missing = inputs.packages.filter((name) => installed[name] === undefined);
    if (missing.length > 0) return [...mendDropIn(dropIn), aptInstall(missing)];
    return record?.isUnfinished ? [settleRecords] : [];
  },
  remember: (_actual, { record }) => ({ recorded: record?.packages ?? [] }),
  prepare: ({ record }) => ({ recorded: record?.packages ?? [] }),
  extend: (earlier, actual, { record }) => {
    // A package that has left the host is not ours if it is installed again.
    const still = (names: readonly string[]) => names.filter((name) => isThere(name, actual));
    const { packages = [], leftovers } = earlier;
    const older = packages.length === 0 || leftovers === undefined ? {} : { packages: still(packages), leftovers };
    return { ...older, recorded: [...new Set([...still(supposed(earlier, actual)), ...(record?.packages ?? [])])] };
  },
  report: (inputs, { installed, release, queueDirectory }) => ({
    release,
    queueDirectory,
    versions: Object.fromEntries(
      inputs.packages.flatMap((name) => (installed[name] === undefined ? [] : [[name, installed[name]]])),
    ),
  }),
  remove: (inputs, actual, before) => {
    const { record, kept } = actual;
    const here = (names: readonly string[]) => names.filter((name) => isThere(name, actual) && !kept.includes(name));
    const ours = record?.packages ?? [];
    const older = here(before.packages ?? []).filter((name) => !ours.includes(name));
    const toLeave = here(supposed(before, actual)).filter((name) => !ours.includes(name) && !older.includes(name));
    const unrecorded = { packages: older, made: madeBy(before), requested: inputs.packages };
    return [
      ...(record === null && older.length === 0 ? [] : [takeBackPackages([...ours, ...older], unrecorded)]),
      ...(toLeave.length === 0 ? [] : [leavePackages(toLeave)]),
    ];
  },
});

/** A package that dpkg could not configure has not left the host. */
function isThere(name: string, { installed, unfinished }: Actual): boolean {
  return installed[name] !== undefined || unfinished.includes(name);
}

/** Packages that may be ours, but that no record on the host names. */
function supposed({ recorded = [], from }: Before, { installed }: Actual): readonly string[] {
  if (from === undefined) return recorded;
  return [...recorded, ...Object.keys(installed).filter((name) => from.installed[name] === undefined)];
}

function madeBy({ leftovers }: Before): readonly string[] {
  if (leftovers === undefined) return [];
  const { users, groups, overrides, files } = leftovers;
  return [
    ...users.map((name) => `user ${name}`),
    ...groups.map((name) => `group ${name}`),
    ...overrides.map((path) => `override ${path}`),
    ...Object.entries(files).map(([path, digest]) => `file ${digest} ${path}`),
  ];
}
