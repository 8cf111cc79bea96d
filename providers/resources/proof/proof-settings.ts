// The settings of one port that a proof needs, from main.cf and the service's own `-o` options.
import { type MasterEntry, parseMaster } from "../../facts/master.ts";
import { portOf, type ServicePorts } from "../../facts/master-ports.ts";
import type { RelayPolicy } from "../../facts/relay-policy.ts";
import { riskyInMain, unsafeMainSettings } from "../postfix/main-cf-unsafe-settings.ts";
import { reliedOptions } from "../postfix/relied-options.ts";

/** The settings of the smtpd that serves one port, as Postfix has them on the host. */
export interface SmtpdSettings {
  /** The `-o` settings of the service; empty if no service of master.cf has this port. */
  readonly own: Readonly<Record<string, string>>;
  /** What main.cf itself sets. */
  readonly inMain: Readonly<Record<string, string>>;
  /** The effective values of lists and domains (postconf -x). */
  readonly values: Readonly<Record<string, string>>;
}

interface HostSettings {
  readonly master: Buffer | undefined;
  readonly names: ServicePorts;
  readonly inMain: Readonly<Record<string, string>>;
  readonly policy: RelayPolicy;
}

/** Tables and filters that may take AUTH out of the dialogue, and whose effect cannot be read. */
const opaque = ["smtpd_discard_ehlo_keyword_address_maps", "smtpd_command_filter"];

/** The parameters of main.cf to read. */
export const askedInMain: readonly string[] = [
  ...Object.keys(reliedOptions),
  ...riskyInMain,
  ...opaque,
  "smtpd_milters",
];

export function settingsOf(port: number, { master, names, inMain, policy: { values } }: HostSettings): SmtpdSettings {
  const entries = master === undefined ? [] : parseMaster(master).entries;
  const found = entries.findLast(({ entry }) => entry.type === "inet" && portOf(entry.service, names) === String(port));
  return { own: found?.entry.options ?? {}, inMain, values };
}

/**
 * The services that speak SMTP on the port, as postconf(1) names them: "smtp/inet". postscreen hands
 * its clients on to smtpd/pass.
 */
export function servicesOf(port: number, { master, names }: Pick<HostSettings, "master" | "names">): string[] {
  const entries = master === undefined ? [] : parseMaster(master).entries.map(({ entry }) => entry);
  const serving = entries.filter(({ type, service }) => type === "inet" && portOf(service, names) === String(port));
  const smtpd = (entry: MasterEntry) =>
    entry.command === "postscreen" ? "smtpd/pass" : `${entry.service}/${entry.type}`;
  return [...new Set(serving.map(smtpd))];
}

/** The setting that names the milters of the port; `undefined` where it has none. */
export function miltersIn({ own, inMain }: SmtpdSettings): string | undefined {
  const value = own.smtpd_milters ?? inMain.smtpd_milters ?? "";
  return value === ""
    ? undefined
    : `smtpd_milters = ${value}, ${"smtpd_milters" in own ? "-o of the service" : "main.cf"}`;
}

/** Settings that differ from what a login through saslauthd relies on. */
export function suspectsIn({ own, inMain }: SmtpdSettings): string[] {
  const expected = [...Object.entries(reliedOptions), ...opaque.map((name) => [name, ""] as const)];
  const relied = expected.flatMap(([name, right]) => {
    const value = own[name] ?? inMain[name];
    if (value === undefined || value === right) return [];
    return [`${name} = ${value || "(empty)"} (${name in own ? "-o of the service" : "main.cf"})`];
  });
  return [
    ...relied,
    ...unsafeMainSettings({ smtpd_sasl_auth_enable: "yes", ...own }, inMain).map(({ found }) => found),
  ];
}
