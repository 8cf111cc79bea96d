// Whether port 25 relays mail from unauthenticated clients. No dialogue from the host itself can
// show it: the host's address is in `mynetworks`, so it may relay even if outsiders may not.
// Instead the restriction lists are evaluated as smtpd does (postconf(5), SMTPD_ACCESS_README), for
// a client with an outside address. A result that depends on a lookup is not guessed.

import { Failure } from "../../core/failure.ts";
import { isDisabled } from "../../facts/disabled-service.ts";
import { parseMaster } from "../../facts/master.ts";
import { portOf, type ServicePorts } from "../../facts/master-ports.ts";
import { listItems } from "../../facts/postconf.ts";
import { domainLists, outsider, type RelayPolicy, restrictionLists } from "../../facts/relay-policy.ts";

/** What port 25 does with an outsider's mail to another domain, and why. */
export type Verdict =
  | { readonly answer: "refused" | "not decided by reading"; readonly because: string }
  /** `next` = the setting that lets it through, and what to change it to. */
  | { readonly answer: "passed on"; readonly because: string; readonly next: string };

type Values = Readonly<Record<string, string>>;

/**
 * Checks every smtpd that serves port 25; the worst result counts. `undefined` if none does.
 *
 * @param disabling What main.cf has in master_service_disable.
 */
export function strangersOnPort25(
  master: Buffer,
  policy: RelayPolicy,
  names: ServicePorts = {},
  disabling = "",
): Verdict | undefined {
  // Of several entries of one name Postfix uses the last.
  const named = parseMaster(master).entries.map(({ entry }) => [`${entry.service}/${entry.type}`, entry] as const);
  const entries = [...new Map(named).values()].filter((entry) => !isDisabled(disabling, entry));
  const served = entries.filter((entry) => entry.type === "inet" && portOf(entry.service, names) === "25");
  const verdicts = served.map((entry) => {
    // postscreen passes its clients on to this smtpd.
    const screened = entry.command === "postscreen";
    const smtpd = screened ? entries.find(({ service }) => service === "smtpd") : entry;
    const { service, type, options } = smtpd ?? { ...entry, options: {} };
    return verdictOf(`${service}/${type}`, options, policy);
  });
  const order = ["passed on", "not decided by reading", "refused"];
  return verdicts.sort((one, other) => order.indexOf(one.answer) - order.indexOf(other.answer))[0];
}

/** As one line, for the outputs. */
export function describeVerdict(verdict: Verdict | undefined): string | undefined {
  return verdict === undefined ? undefined : `${verdict.answer}: ${verdict.because}`;
}

export function refuseOpenRelay(verdict: Verdict | undefined): void {
  if (verdict?.answer !== "passed on") return;
  throw new Failure({
    code: "open-relay",
    tried: "see that port 25 passes on no stranger's mail",
    found: `OPEN RELAY: anybody can send mail to anywhere through port 25 of this host: ${verdict.because}`,
    next: `${verdict.next}; then \`postfix reload\`, and run \`pulumi up\` again`,
  });
}

/**
 * The tables of `policy` are those of main.cf. Where the service has a value of its own (`own`),
 * they are not in force, and nobody has looked into a table there.
 */
function verdictOf(service: string, own: Values, policy: RelayPolicy): Verdict {
  const { values: inMain, tables, failedLookups } = policy;
  const values = { ...inMain, ...own };
  const inForce = tables.filter(({ parameter }) => !(parameter in own));
  const domain = inForce.find(({ parameter }) => domainLists.some((list) => list === parameter));
  const network = openNetwork(values.mynetworks ?? "", inForce);
  const isLetIn = (list: string) => walk(list, values[list] ?? "", network !== undefined, "ours").end === "passed";
  if (domain !== undefined && restrictionLists.every(isLetIn))
    return {
      answer: "passed on",
      because: `${domain.parameter} takes mail for every domain, by ${domain.table}`,
      next: withoutRow(domain.parameter, domain.table, outsider.domain, "every domain"),
    };
  const unread = [
    ...unreadOwn(own),
    ...unreadInMain(own, inMain),
    ...failedLookups
      .filter(({ parameter }) => !(parameter in own))
      .map(({ parameter, table }) => ({ name: parameter, why: `${parameter} has ${table}, where the lookup failed` })),
  ];
  const unreadNetworks = network === undefined && unread.some(({ name }) => name === "mynetworks");
  const unreadDomains = unread.some(({ name }) => name !== "mynetworks");
  const destination = domain !== undefined ? "ours" : unreadDomains ? "unread" : "elsewhere";
  const walks = restrictionLists.map((list) =>
    walk(list, values[list] ?? "", network !== undefined || unreadNetworks, destination),
  );
  const refusing = walks.find(({ end }) => end === "refused");
  if (refusing !== undefined) return { answer: "refused", because: refusing.why };
  const doubtful = walks.find(({ end }) => end === "doubtful");
  const [first] = unread;
  if (first !== undefined && network === undefined) return { answer: "not decided by reading", because: first.why };
  if (doubtful !== undefined) return { answer: "not decided by reading", because: doubtful.why };
  // Without a reachable `reject` or `defer` smtpd exits at once (has_required in smtpd_check.c).
  if (network === undefined)
    return { answer: "refused", because: "smtpd does not start without a refusal in its lists" };
  const list = `smtpd_relay_restrictions = ${values.smtpd_relay_restrictions ?? ""}`;
  return {
    answer: "passed on",
    because: `mynetworks has ${network} (${list})`,
    next: withoutNetwork(service, network, own, policy),
  };
}

/** The change by which `mynetworks` no longer contains the outsider. */
function withoutNetwork(service: string, network: string, own: Values, { values, tables, files }: RelayPolicy): string {
  const [isOwn, value] = own.mynetworks === undefined ? [false, values.mynetworks] : [true, own.mynetworks];
  if (!isOwn && tables.some(({ parameter, table }) => parameter === "mynetworks" && table === network))
    return withoutRow("mynetworks", network, outsider.address, "every address");
  const file = files.find(({ parameter, words }) => parameter === "mynetworks" && words.includes(network));
  if (!isOwn && file !== undefined)
    return `take ${network} out of ${file.path}, which mynetworks in main.cf names: only networks of your own belong there`;
  const words = listItems(value ?? "");
  const narrow = words.filter((word) => !isWide(word));
  const sendOn = "with the networks added from which machines of your own send without a login";
  // What stands in files and tables must not be written out into main.cf.
  if (files.some(({ parameter }) => parameter === "mynetworks") || words.some((word) => /[{}$]/.test(word)))
    return `take ${network} out of mynetworks ${isOwn ? `of ${service} in master.cf` : "in main.cf"}: only networks of your own belong there`;
  const remaining = narrow.length === 0 ? ["127.0.0.0/8", "[::1]/128"] : narrow;
  // `postconf -P` takes no white space in a value (postconf(1); tested).
  return isOwn
    ? `\`postconf -P '${service}/mynetworks=${remaining.join(",")}'\` on the host, ${sendOn}`
    : `\`postconf -e 'mynetworks = ${remaining.join(" ")}'\` on the host, ${sendOn}`;
}

function withoutRow(parameter: string, table: string, key: string, all: string): string {
  return `${table} must not hold ${all} (on the host \`postmap -q ${key} '${table}'\` finds it): take that row out of the table, or the table out of ${parameter} in main.cf`;
}

/** A setting whose meaning is not known from its text. */
interface Unread {
  readonly name: string;
  readonly why: string;
}

/** Of the service's own settings: a table, a file of patterns, a `$name`. */
function unreadOwn(own: Values): Unread[] {
  const opaque = (value: string) => listItems(value).some((word) => /^!?([a-z]\w*:|\/)|[{}$]/.test(word));
  return ["mynetworks", ...domainLists]
    .filter((name) => opaque(own[name] ?? ""))
    .map((name) => ({ name, why: `${name} = ${own[name]} of the service decides` }));
}

/**
 * Of main.cf: a file of networks that could not be read, or a part of a table within braces
 * (postconf(5), mynetworks; DATABASE_README, inline). All other files were read.
 */
function unreadInMain(own: Values, inMain: Values): Unread[] {
  if ("mynetworks" in own) return [];
  return listItems(inMain.mynetworks ?? "")
    .filter((word) => /^\/|[{}]/.test(word))
    .map((word) => ({ name: "mynetworks", why: `mynetworks has ${word}, which could not be read` }));
}

/**
 * Restrictions that end a list for every client that reaches them, because the outsider's mail is
 * for none of our domains.
 */
const refusals = ["reject", "defer", "reject_unauth_destination", "defer_unauth_destination"];

/** Whether the domains of the service include the outsider's; `unread` = they may. */
type Destination = "ours" | "unread" | "elsewhere";

/** Evaluates one list as smtpd does for an unauthenticated client. */
function walk(
  list: string,
  value: string,
  inNetworks: boolean,
  destination: Destination,
): { end: "refused" | "passed" | "doubtful"; why: string } {
  let doubt: string | undefined;
  let warned = false;
  for (const word of listItems(value)) {
    const idle = warned;
    warned = word === "warn_if_reject";
    if (warned) continue;
    const isOfDomains = /_(un)?auth_destination$/.test(word);
    if (refusals.includes(word) && !idle && !(isOfDomains && destination !== "elsewhere")) {
      if (doubt !== undefined) return { end: "doubtful", why: `${doubt} stands before ${word} in ${list}` };
      return { end: "refused", why: `${word} in ${list}` };
    }
    if (word === "permit" || (word === "permit_mynetworks" && inNetworks)) break;
    if (word === "permit_auth_destination" && destination === "ours") break;
    if (mayPermit(word) || (isOfDomains && destination === "unread" && !idle)) doubt ??= word;
  }
  return doubt === undefined ? { end: "passed", why: "" } : { end: "doubtful", why: `${doubt} in ${list} decides` };
}

/**
 * Whether a word may permit an outsider: a lookup, a policy service or the administrator's own
 * class. A word with . : or / is an argument of the word before it.
 */
function mayPermit(word: string): boolean {
  if (/[.:/]/.test(word) || /^\d+$/.test(word)) return false;
  return !/^(reject|defer|permit_(mynetworks|sasl_authenticated|auth_destination|inet_interfaces|mx_backup|tls_)|sleep)/.test(
    word,
  );
}

/**
 * The entry of `mynetworks` that contains the outsider, or is too large to be the host's own
 * network.
 */
function openNetwork(value: string, tables: RelayPolicy["tables"]): string | undefined {
  const table = tables.find(({ parameter }) => parameter === "mynetworks");
  return table?.table ?? listItems(value).find((word) => isWide(word));
}

/**
 * Whether the network is too large. An IPv4 client never matches an IPv6 entry
 * ([::ffff:0.0.0.0]/96).
 */
function isWide(network: string): boolean {
  const [, address, bits] = /^\[?([\dA-Fa-f.:]+)\]?(?:\/(\d+))?$/.exec(network) ?? [];
  if (address === undefined) return false;
  if (address.includes(":")) return bits !== undefined && Number(bits) < 16;
  const length = Number(bits ?? 32);
  return length < 8 || (number(address) ^ number(outsider.address)) >>> (32 - length) === 0;
}

function number(address: string): number {
  return address.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0);
}
