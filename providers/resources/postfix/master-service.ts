// One service of master.cf. Only its entry is treated as ours; every other byte of the file stays
// as it is.
import { Failure } from "../../core/failure.ts";
import { disablingParameter } from "../../facts/disabled-service.ts";
import { type FileContent, fileAt, missingFiles, statusOf } from "../../facts/file.ts";
import { isUnterminated } from "../../facts/line-ending.ts";
import { describeLines, type LocatedEntry } from "../../facts/master.ts";
import { formatEntry, withEntry } from "../../facts/master-edit.ts";
import { type ServicePorts, servicePorts } from "../../facts/master-ports.ts";
import { rewriteEntry } from "../../facts/master-rows.ts";
import { mailVersion, saslTypes, setInMain, unknownParameters } from "../../facts/postconf.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { keepCopy } from "../../steps/kept-copy.ts";
import { reloadIfRunning } from "../../steps/postfix.ts";
import type { Step } from "../../steps/step.ts";
import { define, type Report } from "../definition.ts";
import { disabledService } from "./disabled-service.ts";
import { riskyInMain, unsafeMainSettings } from "./main-cf-unsafe-settings.ts";
import {
  commentedOutSince,
  type EntriesFor,
  entriesFor,
  masterCfMissing,
  nameFor,
  withEntryAlone,
  withRivals,
} from "./master-entry.ts";
import { cameSince, describeForeign, everSetIn, foreignOptions } from "./master-foreign.ts";
import { asInputs, entryBack, entryOf, holdsOthersWork, isAsDesired } from "./master-forms.ts";
import { type MasterServiceInputs as Inputs, masterServiceSchema } from "./master-inputs.ts";
import { describeOthers, refuseUnclear, undoEntries } from "./master-undo.ts";
import { chainFilesIn, type UnsafeSettingFacts, unsafeOnAnyHost, unsafeOnThisHost } from "./master-unsafe-settings.ts";
import { asReadBy, describeNotation, readableBy, unreadableRanges } from "./tls-versions.ts";
import { usualChainFiles, usualOptions } from "./usual-options.ts";

interface Actual extends Omit<UnsafeSettingFacts, "unknown" | "missingChainFiles"> {
  /** The usual options that this Postfix does not know. */
  readonly unknownOfUsual: readonly string[];
  readonly unknownOfOthers: readonly string[];
  /** The usual chain files that are missing. */
  readonly missingUsual: readonly string[];
  readonly missingOthers: readonly string[];
  readonly file: FileContent | null;
  readonly ports: ServicePorts;
  /** Those of our options that main.cf sets, with its values. */
  readonly inMain: Readonly<Record<string, string>>;
  /** Values of main.cf that could break a login. */
  readonly risky: Readonly<Record<string, string>>;
  readonly mailVersion: string | null;
}

interface Before {
  /** The original entry, or `null` if there was none. */
  readonly text: string | null;
  /**
   * Other entries of the port that were commented out, by the first change or by a later one. The
   * record of an older version has none.
   */
  readonly rivals?: readonly string[];
  /** The file did not end with a line ending. */
  readonly unterminated: boolean;
}

export const masterService = define<typeof masterServiceSchema, Actual, Before>({
  kind: "MasterService",
  schema: masterServiceSchema,
  rules: ({ options }) => unsafeOnAnyHost(options).map((reason) => ({ property: "options", reason })),
  show: (values) => ({ entry: formatEntry(entryOf(values as Inputs, (values as Inputs).service)) }),
  replacedBy: ["service", "type"],
  id: ({ service, type }) => `${service}/${type}`,
  inspect: ({ service, options, initialOptions }) => ({
    file: fileAt(masterCfPath),
    ports: servicePorts(service),
    unknownOfUsual: unknownParameters(usualOptions),
    unknownOfOthers: unknownParameters(
      Object.keys({ ...options, ...initialOptions }).filter((name) => !usualOptions.includes(name)),
    ),
    saslTypes,
    certificate: statusOf(pathIn(options.smtpd_tls_cert_file)),
    key: statusOf(pathIn(options.smtpd_tls_key_file)),
    missingUsual: missingFiles(usualChainFiles),
    missingOthers: missingFiles(chainFilesIn(options).filter((path) => !usualChainFiles.includes(path))),
    inMain: setInMain(Object.keys(options)),
    risky: setInMain([...riskyInMain, disablingParameter]),
    mailVersion,
  }),
  observe: (inputs, { file, ports, mailVersion }, lastReport) => {
    if (file === null) return undefined;
    const entries = entriesFor(inputs, file.content, ports);
    return entries.found === undefined
      ? undefined
      : asInputs(inputs, asReadBy(mailVersion, entries.found), entries.rivals, everSetIn(lastReport));
  },
  apply: (inputs, actual, lastReport) => {
    const { file, ports, mailVersion } = actual;
    if (file === null) throw masterCfMissing();
    const entries = entriesFor(inputs, file.content, ports);
    const { found, rivals } = entries;
    const service = nameFor(inputs, found);
    const written = readableBy(mailVersion, inputs);
    refuseUnsafe(written, service, actual);
    const settings = [...describeNotation(mailVersion, inputs.options, written.options), ...overrides(written, actual)];
    if (found === undefined) {
      const content = withEntryAlone(file.content, entries, formatEntry(entryOf(written, service)));
      const details = [...describeRivals(rivals), ...settings];
      return [write(file, content, `add ${service}/${inputs.type} in master.cf`, details)];
    }
    const seen = asInputs(inputs, asReadBy(mailVersion, found), rivals, everSetIn(lastReport));
    if (JSON.stringify(seen) === JSON.stringify(inputs)) return [];
    const foreign = foreignOptions(found, inputs, everSetIn(lastReport));
    const desired = entryOf(written, service, { processLimit: found.entry.processLimit, kept: foreign.kept });
    const text = rewriteEntry(found, desired, Object.keys(foreign.kept));
    const reason = `replace (line ${found.line}) ${service}/${inputs.type} in master.cf`;
    const details = [...describeRivals(rivals), ...describeForeign(found, foreign), ...settings];
    return [write(file, withEntryAlone(file.content, entries, text), reason, details)];
  },
  remember: ({ file, ports }, _after, inputs) => {
    const { found, rivals } = file === null ? noEntries : entriesFor(inputs, file.content, ports);
    return {
      text: found?.text ?? null,
      ...(rivals.length === 0 ? {} : { rivals: rivals.map(({ text }) => text) }),
      unterminated: file !== null && isUnterminated(file.content),
    };
  },
  intend: (earlier, { file, ports }, inputs) => {
    const { rivals } = file === null ? noEntries : entriesFor(inputs, file.content, ports);
    return withMore(
      earlier,
      rivals.map(({ text }) => text),
    );
  },
  join: (onHost, { rivals = [] }) => withMore(onHost, rivals),
  extend: (earlier, actual, after) => withMore(earlier, commentedOutSince(actual.file?.content, after.file?.content)),
  report: (inputs, { file, ports }, lastReport) => {
    const { found } = file === null ? noEntries : entriesFor(inputs, file.content, ports);
    const everSet = everSetNow(lastReport ?? {}, inputs);
    return { kept: found === undefined ? {} : foreignOptions(found, inputs, everSet).kept, everSet };
  },
  lasting: (lastReport, inputs) => ({ everSet: everSetNow(lastReport, inputs) }),
  warnings: (inputs, { file, ports }, lastReport) => {
    const { found } =
      file === null || lastReport?.kept === undefined ? noEntries : entriesFor(inputs, file.content, ports);
    if (found === undefined) return [];
    const foreign = foreignOptions(found, inputs, everSetIn(lastReport));
    const came = cameSince(found, foreign, lastReport?.kept as Record<string, string>);
    if (came.length === 0) return [];
    return [
      `since the last run this came into ${found.entry.service}/${inputs.type} of ${masterCfPath}: ${came.join(", ")}. It stays, since nothing that is wanted there contradicts it; name it in options to have it kept so`,
    ];
  },
  refusesToGo: (inputs, { file, ports }, before) => {
    if (file !== null) refuseUnclear(inputs, undoEntries(inputs, file.content, ports, before), ports);
  },
  leaves: (inputs, { file, ports }, before) =>
    file === null ? [] : describeOthers(undoEntries(inputs, file.content, ports, before)),
  remove: (inputs, { file, ports }, before) => {
    if (file === null) return [];
    const { rivals = [] } = before;
    const { ours: found, others } = undoEntries(inputs, file.content, ports, before);
    const without = found === undefined ? file.content : withoutOurs(inputs, file.content, found, before);
    // Postfix could not open the port a second time for a rival, beside an entry that came since.
    const content = others.length === 0 ? withRivals(without, rivals) : without;
    if (content.equals(file.content)) return [];
    const reason = `${before.text === null ? "take" : "put"} ${inputs.service}/${inputs.type} ${before.text === null ? "out of" : "back in"} master.cf as before`;
    return [
      ...(found !== undefined && holdsOthersWork(inputs, found, before.text)
        ? [keepCopy(masterCfPath, `somebody else has edited ${found.entry.service}/${inputs.type} in it since`)]
        : []),
      write(file, content, reason, []),
      reloadIfRunning("reload Postfix: its master.cf was put back"),
    ];
  },
});

/** The record with more entries that were commented out. */
function withMore(earlier: Before, texts: readonly string[]): Before {
  const { rivals = [] } = earlier;
  const more = texts.filter((text) => !rivals.includes(text));
  return more.length === 0 ? earlier : { ...earlier, rivals: [...rivals, ...more] };
}

const noEntries: EntriesFor = { found: undefined, rivals: [] };

/** The file with the original entry, or without it. */
function withoutOurs(inputs: Inputs, content: Buffer, found: LocatedEntry, before: Before): Buffer {
  const restored = withEntry(content, found, before.text === null ? null : entryBack(inputs, found, before.text));
  const wasLast = found.start + found.text.length === content.length;
  return before.text === null && before.unterminated && wasLast ? withoutLastLineEnding(restored) : restored;
}

function describeRivals(rivals: readonly LocatedEntry[]): string[] {
  return rivals.map(
    (rival) => `comments out ${describeLines(rival)} (${rival.entry.service}): another entry for the same port`,
  );
}

/**
 * A name that was set once stays in the list, because a roll-back may have restored an entry with
 * it.
 */
function everSetNow(lastReport: Report, { options }: Inputs): string[] {
  return [...new Set([...everSetIn(lastReport), ...Object.keys(options)])].sort();
}

/** A path to read; a path that never exists if the option is not set or is a `$parameter`. */
function pathIn(option: string | undefined): string {
  return option?.startsWith("/") ? option : "/nonexistent";
}

/**
 * Settings of this service that override main.cf. They are logged, because a reader of main.cf
 * would not expect them.
 */
function overrides({ options }: Inputs, { inMain }: Actual): string[] {
  return Object.entries(inMain)
    .filter(([name, value]) => options[name] !== undefined && !isAsDesired(name, value, options[name]))
    .map(
      ([name, value]) => `overrides main.cf for this service: ${name}=${options[name]} (there: ${value || "empty"})`,
    );
}

function refuseUnsafe(inputs: Inputs, service: string, actual: Actual): void {
  const chainFiles = chainFilesIn(inputs.options);
  const onThisHost = unsafeOnThisHost(inputs.options, {
    ...actual,
    unknown: [...actual.unknownOfUsual.filter((name) => name in inputs.options), ...actual.unknownOfOthers],
    missingChainFiles: [...actual.missingUsual.filter((path) => chainFiles.includes(path)), ...actual.missingOthers],
  });
  const [first, ...more] = [
    ...onThisHost,
    ...unsafeMainSettings(inputs.options, actual.risky),
    ...unreadableRanges(actual.mailVersion, inputs.options),
    ...disabledService({ service, type: inputs.type }, actual.risky),
  ];
  if (first === undefined) return;
  throw new Failure({
    code: "setting-unsafe",
    tried: `configure ${inputs.service}/${inputs.type} in ${masterCfPath}`,
    found: [first, ...more].map(({ found }) => found).join("; "),
    next: [...new Set([first, ...more].map(({ next }) => next))].join("; "),
    ...(first.awaits === undefined || more.length > 0 ? {} : { awaits: first.awaits }),
  });
}

function write(file: FileContent, content: Buffer, reason: string, details: readonly string[]): Step {
  return {
    do: "write",
    path: masterCfPath,
    content,
    expected: file.content,
    created: { owner: "root", group: "root", mode: "644" },
    reason,
    details,
    tellsLines: true,
  };
}

function withoutLastLineEnding(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replace(/\r?\n$/, ""), "latin1");
}
