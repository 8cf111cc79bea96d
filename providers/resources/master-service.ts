// Step 6: one service of master.cf. Only this entry is read as ours; every other byte of the file stays as it is.
import { z } from "zod";
import { type FileContent, fileAt, missingFiles, statusOf } from "../facts/file.ts";
import { isUnterminated } from "../facts/line-ending.ts";
import { type LocatedEntry, limitColumn, wakeupColumn } from "../facts/master.ts";
import { formatEntry, withEntry } from "../facts/master-edit.ts";
import { type ServicePorts, servicePorts } from "../facts/master-ports.ts";
import { saslTypes, setInMain, unknownParameters } from "../facts/postconf.ts";
import { masterCfPath } from "../facts/postfix.ts";
import { Failure } from "../steps/failure.ts";
import { reloadIfRunning } from "../steps/postfix.ts";
import type { Step } from "../steps/step.ts";
import { define } from "./definition.ts";
import { line, parameterName } from "./inputs.ts";
import { mainCfHazards, riskyInMain } from "./main-cf-hazards.ts";
import { type EntriesFor, entriesFor, nameFor, withEntryAlone, withRivals } from "./master-entry.ts";
import { chainFilesIn, contradictions, type HazardFacts, hazards } from "./master-hazards.ts";
import { usualChainFiles, usualOptions } from "./usual-options.ts";

const column = line.regex(/^\S+$/, "must be one word");
const yesOrNo = z.enum(["y", "n", "-"]);

export const masterServiceSchema = z.strictObject({
  /** Service name, or address and port, as master.cf has it: "smtps", "submission", "[::1]:465". An entry that serves the same port under another of its names ("submissions", "465") is taken over as it is called. */
  service: column.regex(/^[^#{}]+$/, "must be a service name").default("smtps"),
  /** "inet" is a TCP port; the others are sockets on the host (master(5)). */
  type: z.enum(["inet", "unix", "unix-dgram", "fifo", "pass"]).default("inet"),
  /** Whether only Postfix may reach it. An inet service can not be private. */
  private: yesOrNo.default("n"),
  /** Whether it runs as the user postfix and not as root. "-" is y. */
  unprivileged: yesOrNo.default("-"),
  /** Say y or n: "-" means n on every Debian of today, and saslauthd's socket is inside the chroot. */
  chroot: yesOrNo.default("y"),
  /** Seconds after which it is woken each time; "-" is never. */
  wakeup: column.regex(wakeupColumn, "must be a number of seconds, perhaps with ?, or -").default("-"),
  /** How many processes at one time; 0 is no limit, and "-" is default_process_limit of main.cf (100). */
  processLimit: column.regex(limitColumn, "must be a number or -").default("-"),
  /** The daemon with its arguments, without `-o`. */
  command: line.regex(/^\S+( \S+)*$/, "must be a daemon name with its arguments").default("smtpd"),
  /** The `-o name=value` settings of this service (postconf(5)); each overrides main.cf for this service only. All of them: one more or less in the file is a difference. */
  options: z.record(parameterName, line).default({
    smtpd_sasl_auth_enable: "yes",
    smtpd_client_restrictions: "permit_sasl_authenticated,reject",
    smtpd_recipient_restrictions: "permit_sasl_authenticated,reject_unauth_destination",
  }),
});

type Inputs = z.infer<typeof masterServiceSchema>;

interface Actual extends Omit<HazardFacts, "unknown" | "missingChainFiles"> {
  /** Of the options that a service may have, whether this one has them or not. */
  readonly unknownOfUsual: readonly string[];
  readonly unknownOfOthers: readonly string[];
  /** Of the chain files that a service may have. */
  readonly missingUsual: readonly string[];
  readonly missingOthers: readonly string[];
  readonly file: FileContent | null;
  readonly ports: ServicePorts;
  /** Those of our options that main.cf sets, with its own values. */
  readonly inMain: Readonly<Record<string, string>>;
  /** What main.cf says that could harm a login. */
  readonly risky: Readonly<Record<string, string>>;
}

interface Before {
  /** The entry as it stood, or `null` where there was none. */
  readonly text: string | null;
  /** Other entries of the port that had to give way. A memory of an older version has none. */
  readonly rivals?: readonly string[];
  /** The file did not end with a line ending. */
  readonly unterminated: boolean;
}

export const masterService = define<typeof masterServiceSchema, Actual, Before>({
  kind: "MasterService",
  schema: masterServiceSchema,
  rules: ({ options }) => contradictions(options).map((reason) => ({ property: "options", reason })),
  show: (values) => ({ entry: formatEntry({ ...(values as Inputs), arguments: [] }) }),
  replacedBy: ["service", "type"],
  id: ({ service, type }) => `${service}/${type}`,
  inspect: ({ service, options }) => ({
    file: fileAt(masterCfPath),
    ports: servicePorts(service),
    unknownOfUsual: unknownParameters(usualOptions),
    unknownOfOthers: unknownParameters(Object.keys(options).filter((name) => !usualOptions.includes(name))),
    saslTypes,
    certificate: statusOf(pathIn(options.smtpd_tls_cert_file)),
    key: statusOf(pathIn(options.smtpd_tls_key_file)),
    missingUsual: missingFiles(usualChainFiles),
    missingOthers: missingFiles(chainFilesIn(options).filter((path) => !usualChainFiles.includes(path))),
    inMain: setInMain(Object.keys(options)),
    risky: setInMain(riskyInMain),
  }),
  observe: (inputs, { file, ports }) => {
    if (file === null) return undefined;
    const { found, rivals } = entriesFor(inputs, file.content, ports);
    return found === undefined ? undefined : asInputs(inputs, { found, rivals });
  },
  apply: (inputs, actual) => {
    const { file, ports } = actual;
    if (file === null) throw noFile();
    refuseHazards(inputs, actual);
    const { found, rivals } = entriesFor(inputs, file.content, ports);
    if (found !== undefined && JSON.stringify(asInputs(inputs, { found, rivals })) === JSON.stringify(inputs))
      return [];
    const service = nameFor(inputs, found);
    const text = formatEntry({ ...inputs, service, arguments: [] });
    const reason = `${found === undefined ? "add" : `replace (line ${found.line})`} ${service}/${inputs.type} in master.cf${told(rivals)}${overrides(inputs, actual)}`;
    return [write(file, withEntryAlone(file.content, { found, rivals }, text), reason)];
  },
  remember: ({ file, ports }, _after, inputs) => {
    const { found, rivals } = file === null ? noEntries : entriesFor(inputs, file.content, ports);
    return {
      text: found?.text ?? null,
      ...(rivals.length === 0 ? {} : { rivals: rivals.map(({ text }) => text) }),
      unterminated: file !== null && isUnterminated(file.content),
    };
  },
  remove: (inputs, { file, ports }, before) => {
    if (file === null) return [];
    const { found } = entriesFor(inputs, file.content, ports);
    const content = withRivals(
      found === undefined ? file.content : without(file.content, found, before),
      before.rivals ?? [],
    );
    if (content.equals(file.content)) return [];
    const reason = `${before.text === null ? "take" : "put"} ${inputs.service}/${inputs.type} ${before.text === null ? "out of" : "back in"} master.cf as before`;
    return [write(file, content, reason), reloadIfRunning("reload Postfix: its master.cf was put back")];
  },
});

const noEntries: EntriesFor = { found: undefined, rivals: [] };

/** The file with the entry as it was before, or without it. */
function without(content: Buffer, found: LocatedEntry, before: Before): Buffer {
  const restored = withEntry(content, found, before.text);
  const wasLast = found.start + found.text.length === content.length;
  return before.text === null && before.unterminated && wasLast ? withoutLastLineEnding(restored) : restored;
}

function told(rivals: readonly LocatedEntry[]): string {
  return rivals
    .map(({ line, entry }) => `; comment out line ${line}, which is the same port as ${entry.service}`)
    .join("");
}

/** A path to look at; where the option is not set, or is a `$parameter`, one that exists nowhere. */
function pathIn(option: string | undefined): string {
  return option?.startsWith("/") ? option : "/nonexistent";
}

/** What holds for this service only, although main.cf says something else: nobody who reads main.cf would guess it. */
function overrides({ options }: Inputs, { inMain }: Actual): string {
  const told = Object.entries(inMain)
    .filter(([name, value]) => options[name] !== undefined && words(options[name]) !== words(value))
    .map(([name, value]) => `${name}=${options[name]} (there: ${value || "empty"})`);
  return told.length === 0 ? "" : `; overrides main.cf for this service: ${told.join(", ")}`;
}

function refuseHazards(inputs: Inputs, actual: Actual): void {
  const chainFiles = chainFilesIn(inputs.options);
  const onThisHost = hazards(inputs.options, {
    ...actual,
    unknown: [...actual.unknownOfUsual.filter((name) => name in inputs.options), ...actual.unknownOfOthers],
    missingChainFiles: [...actual.missingUsual.filter((path) => chainFiles.includes(path)), ...actual.missingOthers],
  });
  const [first, ...more] = [...onThisHost, ...mainCfHazards(inputs.options, actual.risky)];
  if (first === undefined) return;
  throw new Failure({
    tried: `configure ${inputs.service}/${inputs.type} in ${masterCfPath}`,
    found: [first, ...more].map(({ found }) => found).join("; "),
    next: [...new Set([first, ...more].map(({ next }) => next))].join("; "),
  });
}

/** The entry in the words of the inputs. A list written with other separators is the same list; another name of the port is the same service. */
function asInputs(
  inputs: Inputs,
  { found, rivals }: { readonly found: LocatedEntry; readonly rivals: readonly LocatedEntry[] },
): Record<string, unknown> {
  const { entry } = found;
  const options = Object.fromEntries(
    Object.entries(entry.options).map(([name, value]) => {
      const wanted = inputs.options[name];
      return [name, wanted !== undefined && words(wanted) === words(value) ? wanted : value];
    }),
  );
  const wantedOrder = Object.keys(inputs.options).filter((name) => name in options);
  const others = Object.keys(options).filter((name) => !(name in inputs.options));
  return {
    service: nameFor(inputs, found) === entry.service ? `${inputs.service}${also(rivals)}` : entry.service,
    type: entry.type,
    private: entry.private,
    unprivileged: entry.unprivileged,
    chroot: entry.chroot,
    wakeup: entry.wakeup,
    processLimit: entry.processLimit,
    command: [entry.command, ...entry.arguments].join(" "),
    options: Object.fromEntries([...wantedOrder, ...others].map((name) => [name, options[name]])),
  };
}

function also(rivals: readonly LocatedEntry[]): string {
  return rivals.map(({ line, entry }) => `, and in line ${line} as ${entry.service}`).join("");
}

function words(value: string): string {
  return value
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .join(",");
}

function write(file: FileContent, content: Buffer, reason: string): Step {
  return {
    do: "write",
    path: masterCfPath,
    content,
    expected: file.content,
    created: { owner: "root", group: "root", mode: "644" },
    reason,
    tellsLines: true,
  };
}

function withoutLastLineEnding(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replace(/\r?\n$/, ""), "latin1");
}

function noFile(): Failure {
  return new Failure({
    tried: `read ${masterCfPath}`,
    found: "the file does not exist",
    left: "nothing was changed",
    next: "let this resource depend on SaslPackage; where postfix is installed and the file was deleted: cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf",
  });
}
