// All that a proof rests on: what Postfix loads, what saslauthd runs with and where its socket is, the packages, and what starts at boot.
// Other resources ask most of it, too, so it costs next to nothing.
import { createHash } from "node:crypto";
import { type InstalledPackages, installedPackages, type Override, statOverrides } from "../facts/dpkg.ts";
import { type FileContent, fileAt } from "../facts/file.ts";
import { configurationDigest } from "../facts/postfix.ts";
import { processesOf, type RunningProcess } from "../facts/process.ts";
import { saslauthdPath } from "../facts/saslauthd.ts";
import { saslauthdDigest } from "../facts/saslauthd-digest.ts";
import { type UnitStatus, unitStatus } from "../facts/systemd.ts";
import { socketDirectoryOf } from "./saslauthd-daemons.ts";
import { defaultPath, readSettings } from "./saslauthd-settings.ts";

/** What the host shows of it. */
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

/** One word for all of it, SHA-256: another word, and the proof is due again. */
export function coveredBy(actual: CoverActual): string {
  const { socketDirectory } = readSettings(actual.saslauthdDefaults?.content ?? Buffer.alloc(0), false);
  // a saslauthd on another socket is somebody else's, and may come and go; of ours each process has the same arguments
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
