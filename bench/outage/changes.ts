// What is changed on a host that serves mail, one after the other: each stands on those before it.
import type { LabHost } from "../../lab/hosts/index.ts";
import { shell } from "../../test/support/host.ts";

export interface Change {
  readonly what: string;
  /** Keys of the stack's configuration. */
  readonly configure?: Record<string, unknown>;
  /** Done on the host before, as an operator or certbot does. */
  readonly onHost?: (host: LabHost) => Promise<unknown>;
  /** Ports that serve before and after it. */
  readonly ports: readonly number[];
}

/** The client of the measurement comes fifty times a second, and is no abuse. */
const limits = { connectionRate: 0, connectionCount: 0 };

export const changes: readonly Change[] = [
  { what: "first `up`, on a host with Postfix in use", configure: { allowCleartext: true, limits }, ports: [25] },
  { what: "nothing", ports: [25, 465] },
  { what: "a limit of the port (`limits`)", configure: { limits: { ...limits, errorSleep: 3 } }, ports: [25, 465] },
  {
    what: "TLS turned on (`tls`, a certificate made on the host)",
    configure: { tls: { selfSigned: true, serverName: "mail.lab.example" } },
    ports: [25, 465],
  },
  {
    what: "another certificate",
    onHost: (host) => shell(host, "rm /etc/postfix/tls/smtpd.pem"),
    ports: [25, 465],
  },
  { what: "port 587 added (`submission`)", configure: { submission: true }, ports: [25, 465] },
  { what: "saslauthd: `cache` turned off", configure: { cache: false }, ports: [25, 465, 587] },
  { what: "saslauthd: `mechanism` pam → shadow", configure: { mechanism: "shadow" }, ports: [25, 465, 587] },
  {
    what: "drift: saslauthd stopped by hand",
    onHost: (host) => shell(host, "systemctl stop saslauthd"),
    ports: [25, 465, 587],
  },
  {
    what: "drift: mode of the socket directory",
    onHost: (host) => shell(host, "chmod 755 /var/spool/postfix/var/run/saslauthd"),
    ports: [25, 465, 587],
  },
  {
    what: "drift: postfix taken out of the group sasl",
    onHost: (host) => shell(host, "gpasswd -d postfix sasl && systemctl restart postfix"),
    ports: [25, 465, 587],
  },
  { what: "port 587 taken away", configure: { submission: false }, ports: [25, 465] },
];
