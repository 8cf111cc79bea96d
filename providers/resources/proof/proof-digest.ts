// A digest of the host's state that a proof vouches for: what Postfix loads, saslauthd's options
// and socket, the packages, and what starts at boot.
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

export interface ProvedState {
  readonly configuration: string;
  readonly saslauthdFiles: string;
  readonly saslauthdDefaults: FileContent | null;
  readonly saslauthd: readonly RunningProcess[];
  readonly installed: InstalledPackages;
  readonly overrides: Readonly<Record<string, Override>>;
  readonly postfixUnit: UnitStatus;
  readonly saslauthdUnit: UnitStatus;
}

export const proofDigestQuestions = {
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
 * SHA-256 of that state: another value means that the proof must run again. In Pulumi's state it is
 * the property `covered`, which keeps its name, because kept states have it.
 */
export function proofDigest(actual: ProvedState): string {
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
