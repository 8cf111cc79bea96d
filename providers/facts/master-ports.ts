// The TCP port of a service in master.cf. Its name may be a number, a name that Postfix resolves
// itself, or one of /etc/services, alone or after an address (master(5)).
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** Name → port, for the names that only the host can resolve. */
export type ServicePorts = Readonly<Record<string, string>>;

/**
 * Names that Postfix resolves itself, whatever /etc/services holds (known_tcp_ports in
 * postconf(5)).
 */
export const knownPorts: ServicePorts = { smtp: "25", smtps: "465", submissions: "465", submission: "587" };

const name = "the ports of the services in master.cf (getent)";

/**
 * The ports of the names in master.cf and of `service`, which may not be in it yet; a name that the
 * host does not know is left out.
 */
export function servicePorts(service = "smtp"): Fact<ServicePorts> {
  const coming = serviceName(service);
  const asked = coming in knownPorts || /^\d+$/.test(coming) ? [] : [coming];
  return {
    name,
    question: sh`command -v getent >/dev/null || exit 127
{ printf '%s\n' ${asked}; sed -n 's/^\([^#[:space:]]*\)[[:space:]]\{1,\}inet[[:space:]].*/\1/p' /etc/postfix/master.cf 2>/dev/null; } | while read -r service; do
  name=\${service##*:}
  case $name in *[!0-9]*) set -- $(getent services "$name/tcp"); if [ -n "$2" ]; then printf '%s %s\n' "$name" "\${2%/*}"; fi ;; esac
done`,
    parse: (answer) =>
      Object.fromEntries(
        textOf(name, answer)
          .split("\n")
          .flatMap((row) => {
            const [service, port] = row.split(" ");
            return service === undefined || port === undefined ? [] : [[service, port]];
          }),
      ),
  };
}

/**
 * "465" for "smtps", "[::1]:submissions" and "465"; the name itself where it cannot be resolved.
 */
export function portOf(service: string, ports: ServicePorts): string {
  const called = serviceName(service);
  return knownPorts[called] ?? ports[called] ?? called;
}

/** "[::1]" for "[::1]:465"; empty for all addresses of inet_interfaces. */
export function addressOf(service: string): string {
  return /^(.*):[^:\]]+$/.exec(service)?.[1] ?? "";
}

function serviceName(service: string): string {
  return service.slice(addressOf(service).length).replace(/^:/, "");
}
