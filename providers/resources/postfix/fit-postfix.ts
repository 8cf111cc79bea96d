// A Postfix that is on the host already and would not serve logins as it is set up: told before the
// first change of a run. Each resource checks its own part again, since the host may change.
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { disablingParameter } from "../../facts/disabled-service.ts";
import type { Fact } from "../../facts/fact.ts";
import { type FileContent, fileAt } from "../../facts/file.ts";
import { isLoopback } from "../../facts/loopback.ts";
import { type ServicePorts, servicePorts } from "../../facts/master-ports.ts";
import { listItems, setInMain, unknownParameters } from "../../facts/postconf.ts";
import { masterCfPath } from "../../facts/postfix.ts";
import { type RelayPolicy, relayPolicy } from "../../facts/relay-policy.ts";
import { line, outsideAccess, parameterName } from "../inputs.ts";
import { disabledService } from "./disabled-service.ts";
import { riskyInMain, unsafeMainSettings } from "./main-cf-unsafe-settings.ts";
import { entriesFor, nameFor } from "./master-entry.ts";
import { type UnsafeSetting, unknownOptions } from "./master-unsafe-settings.ts";
import { strangersOnPort25 } from "./open-relay.ts";
import { usualOptions } from "./usual-options.ts";

export const postfixDemandsSchema = z.strictObject({
  /** The services of master.cf that will take logins. */
  services: z.array(line).max(10),
  /** The further `-o` settings of these services. */
  options: z.record(parameterName, line).default({}),
  /** Whether these services have TLS. */
  tls: z.boolean(),
  /** The `outside` of the AuthProof. */
  outside: outsideAccess.default("expected"),
  /**
   * The host name or address by which the host is reached, where its clients use the same; empty
   * where that is not known.
   */
  address: line.default(""),
});

export type PostfixDemands = z.infer<typeof postfixDemandsSchema>;

export interface PostfixFound {
  readonly master: FileContent | null;
  readonly ports: ServicePorts;
  /** Settings of main.cf that decide whether a login can work. */
  readonly inMain: Readonly<Record<string, string>>;
  /** The options that this Postfix does not know. */
  readonly unknown: readonly string[];
  /** `null` where Postfix cannot read its files: MasterService names the line then. */
  readonly policy: RelayPolicy | null;
}

const listening = ["inet_interfaces", "inet_protocols", disablingParameter];

/** Where Postfix is not installed, all answers are empty. */
export function postfixQuestions({ options }: PostfixDemands) {
  const policy: Fact<RelayPolicy | null> = {
    ...relayPolicy,
    parse: (answer) => (answer.code === 0 ? relayPolicy.parse(answer) : null),
  };
  return {
    master: fileAt(masterCfPath),
    ports: servicePorts(),
    inMain: setInMain([...riskyInMain, ...listening]),
    unknown: unknownParameters(Object.keys(options).filter((name) => !usualOptions.includes(name))),
    policy,
  };
}

export function refuseUnfitPostfix(desired: PostfixDemands, found: PostfixFound): void {
  const [first, ...more] = [
    ...unsafeMainSettings(essential(desired), found.inMain),
    ...unknownOptions(desired.options, found.unknown),
    ...desired.services.flatMap((service) => disabledService(entryFor(service, found), found.inMain)),
    ...(desired.outside === "expected" ? shutOut(desired, found) : []),
  ];
  if (first === undefined) return;
  throw new Failure({
    code: "setting-unsafe",
    tried: `let the Postfix of this host take logins on ${desired.services.join(" and ")}`,
    found: [first, ...more].map((problem) => problem.found).join("; "),
    left: ["nothing was changed"],
    next: [...new Set([first, ...more].map(({ next }) => next))].join("; "),
  });
}

/** The options of the services that the rules about main.cf depend on. */
function essential({ options, tls }: PostfixDemands): Record<string, string> {
  const own = tls ? { smtpd_tls_security_level: "encrypt" } : { smtpd_tls_auth_only: "no" };
  return { smtpd_sasl_auth_enable: "yes", ...own, ...options };
}

/** Under the name that the entry of this port has, or will have. */
function entryFor(service: string, { master, ports }: PostfixFound): { service: string; type: string } {
  const desired = { service, type: "inet" };
  const entry = master === null ? undefined : entriesFor(desired, master.content, ports).found;
  return { service: nameFor(desired, entry), type: "inet" };
}

/** Settings of main.cf by which no client from elsewhere could connect. */
function shutOut({ services, address }: PostfixDemands, found: PostfixFound): UnsafeSetting[] {
  const { inMain } = found;
  const { inet_interfaces = "", inet_protocols = "all" } = inMain;
  const protocols = listItems(inet_protocols);
  const family = familyOf(address);
  const interfaces = listItems(inet_interfaces);
  const loopback = interfaces.length > 0 && interfaces.every(isLoopbackInterface);
  return [
    ...(loopback
      ? [
          {
            found: `main.cf has inet_interfaces = ${inet_interfaces}: nobody outside could connect to ${services.join(" and ")}`,
            next: `where no mail client outside is to log in, say outside: not wanted. Else ${opening(found)}`,
          },
        ]
      : []),
    ...(family !== undefined && !protocols.includes("all") && !protocols.includes(family.toLowerCase())
      ? [
          {
            found: `main.cf has inet_protocols = ${inet_protocols}: no client could connect to ${address}, which is ${family}`,
            next: `where no mail client outside is to log in, say outside: not wanted. Else let Postfix serve ${family}: \`postconf -e inet_protocols=all\`, then \`systemctl restart postfix\``,
          },
        ]
      : []),
  ];
}

/** How to let Postfix listen, which opens port 25, too: a relay that was open inside must not be. */
function opening({ master, policy, ports, inMain }: PostfixFound): string {
  const open = "let Postfix listen: `postconf -e inet_interfaces=all`, then `systemctl restart postfix`";
  if (policy === null)
    return `see first that nobody else can send through port 25, which opens with it: that could not be read. After that ${open}`;
  const strangers =
    master === null ? undefined : strangersOnPort25(master.content, policy, ports, inMain[disablingParameter]);
  if (strangers === undefined) return open;
  if (strangers.answer === "passed on")
    return `close port 25 first, which would then be an OPEN RELAY (${strangers.because}): ${strangers.next}. After that ${open}`;
  return strangers.answer === "refused"
    ? `${open}. That opens port 25 to everybody, too; mail of strangers is refused there (${strangers.because})`
    : `see first that nobody else can send through port 25, which opens with it: that could not be read (${strangers.because}). After that ${open}`;
}

/** `undefined` for a name, which may have addresses of both. */
function familyOf(address: string): "IPv4" | "IPv6" | undefined {
  if (address.includes(":")) return "IPv6";
  return /^\d+(\.\d+){3}$/.test(address) ? "IPv4" : undefined;
}

/** An item of inet_interfaces, where brackets around an IPv6 address are allowed (postconf(5)). */
function isLoopbackInterface(item: string): boolean {
  return item === "loopback-only" || item === "[::1]" || isLoopback(item);
}
