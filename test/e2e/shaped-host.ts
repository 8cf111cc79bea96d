// A host whose Postfix is given one shape after another: a mail host of this program comes beside each, and is taken away again.
import { afterAll, beforeAll } from "@jest/globals";
import { type Debian, destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, mailUser, Stack, shell } from "../support/index.ts";
import { oneMailHost, variant } from "../support/variant.ts";

export interface ShapedHost {
  readonly host: LabHost;
  readonly stack: Stack;
  /** The text with the host's address in the place of ADDRESS. */
  at(script: string): string;
  /** Runs shell text that changes /etc/postfix, and restarts Postfix. */
  give(script: string): Promise<void>;
  /** Configures both ports with TLS, and more. */
  configure(more: Record<string, unknown>): void;
  /** /etc/postfix as the package has it, whatever was given. */
  takeBack(script?: string): Promise<void>;
}

/** The host is made before the tests, and gone after them. */
export function shapedHost(purpose: string, debian: Debian): ShapedHost {
  let host: LabHost;
  let stack: Stack;

  const configure = (more: Record<string, unknown>) =>
    stack.configure({
      args: { tls: { selfSigned: true, serverName: "mail.lab.example" }, submission: true, ...more },
    });

  beforeAll(async () => {
    host = await freshHost(`${purpose}${debian}`, debian);
    await shell(
      host,
      "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin openssl >/dev/null 2>&1; cp -a /etc/postfix /root/stock",
    );
    stack = await Stack.create(`${purpose}-${debian}`, variant(`${purpose}${debian}`, oneMailHost));
    stack.configure({
      connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
      proofUsername: mailUser.name,
    });
    await stack.configureSecret("proofPassword", mailUser.password);
  });

  afterAll(async () => {
    stack?.forget();
    if (host !== undefined) await destroyHost(host);
  });

  const at = (script: string) => script.replaceAll("ADDRESS", host.address);
  return {
    get host() {
      return host;
    },
    get stack() {
      return stack;
    },
    at,
    configure,
    give: async (script) => {
      await shell(host, `${at(script)}; systemctl reset-failed postfix 2>/dev/null; systemctl restart postfix`);
      // On Debian 12 the restart ends before the instance listens.
      await shell(host, "timeout 10 sh -c 'until ss -Hltnp | grep -q master; do sleep 0.1; done' || :");
      // Debian 12 makes the units of further instances when systemd reads its units (postfix-instance-generator)
      await shell(host, "systemctl daemon-reload");
    },
    takeBack: async (script = ":") => {
      await shell(
        host,
        `${script}; systemctl stop postfix; rm -rf /etc/postfix /srv/mail; cp -a /root/stock /etc/postfix`,
      );
    },
  };
}
