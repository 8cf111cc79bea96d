// What of the host a proof's digest covers: what Postfix loads, saslauthd's options and socket, the
// packages, and what starts at boot.
import { createHash } from "node:crypto";
import { type InstalledPackages, installedPackages, type Override, statOverrides } from "../../facts/dpkg.ts";
import { type FileContent, fileAt } from "../../facts/file.ts";
import { configurationDigest } from "../../facts/postfix.ts";
import { processesOf, type RunningProcess } from "../../facts/process.ts";
import { saslauthdPath } from "../../facts/saslauthd.ts";
import { saslauthdDigest } from "../../facts/saslauthd-digest.ts";
import { type UnitStatus, unitStatus } from "../../facts/systemd.ts";
import { socketDirectoryOf } from "../saslauthd/saslauthd-daemons.ts";
import { defaultPath, readSettings } from "../saslauthd/saslauthd-settings.ts";

export interface CoverActual {
  readonly configuration: string;
  readonly saslauthdFiles: string;
  readonly saslauthdDefaults: FileContent | null;
  readonly saslauthd: readonly RunningProcess[];
  readonly installed: InstalledPackages;
  readonly overrides: Readonly<Record<string, Override>>;
  readonly postfixUnit: UnitStatus;
  readonly saslauthdUnit: UnitStatus;
}

export const coverQuestions = {
  configuration: configurationDigest,
  saslauthdFiles: saslauthdDigest,
  saslauthdDefaults: fileAt(defaultPath),
  saslauthd: processesOf(saslauthdPath),
  installed: installedPackages,
  overrides: statOverrides,
  postfixUnit: unitStatus("postfix"),
  saslauthdUnit: unitStatus("saslauthd"),
};

const packages = ["postfix", "sasl2-bin", "libsasl2-modules"];

/**
 * SHA-256 of everything that the proof covers: another value means that the proof must run again.
 */
export function coveredBy(actual: CoverActual): string {
  const { socketDirectory } = readSettings(actual.saslauthdDefaults?.content ?? Buffer.alloc(0), false);
  // A saslauthd on another socket has another owner and may start and stop freely; all of our
  // processes have the same arguments.
  const daemons = actual.saslauthd.filter((process) => socketDirectoryOf(process) === socketDirectory);
  const all = [
    actual.configuration,
    actual.saslauthdFiles,
    [...new Set(daemons.map(({ argv }) => argv.join("\0")))].sort(),
    packages.map((name) => actual.installed[name]),
    Object.entries(actual.overrides).sort(([one], [other]) => (one < other ? -1 : 1)),
    actual.postfixUnit.enabled,
    actual.saslauthdUnit.enabled,
  ];
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}
