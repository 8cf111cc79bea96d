// Port 25 as main.cf and master.cf make it, read by us and tried by a real outsider from another machine: both must say the same.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { fileAt } from "../../providers/facts/file.ts";
import { masterCfPath } from "../../providers/facts/postfix.ts";
import { relayPolicy } from "../../providers/facts/relay-policy.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { strangersOnPort25, type Verdict } from "../../providers/resources/postfix/open-relay.ts";
import { freshHost, shell, smtplib } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { connectionTo, hangUp, hosts } from "../support/resource-on-host.ts";

interface Case {
  readonly what: string;
  /** Settings of main.cf, for postconf. */
  readonly settings: readonly string[];
  readonly read: Verdict["answer"];
  /** What RCPT TO a foreign domain is answered with. */
  readonly tried: "refused" | "taken";
}

const cases: readonly Case[] = [
  { what: "Debian's own settings", settings: [], read: "refused", tried: "refused" },
  { what: "all addresses in mynetworks", settings: ["mynetworks=0.0.0.0/0"], read: "passed on", tried: "taken" },
  {
    what: "all of IPv4 in the words of IPv6, where nobody is looked for",
    settings: ["mynetworks=127.0.0.0/8 [::ffff:0.0.0.0]/96"],
    read: "refused",
    tried: "refused",
  },
  {
    what: "a file that holds all addresses",
    settings: ["mynetworks=127.0.0.0/8, /etc/postfix/relay_nets"],
    read: "passed on",
    tried: "taken",
  },
  { what: "a table of all addresses", settings: ["mynetworks=static:all"], read: "passed on", tried: "taken" },
  {
    what: "a refusal that only warns before one that is not reached",
    settings: [
      "mynetworks=0.0.0.0/0",
      "smtpd_relay_restrictions=warn_if_reject reject_unauth_destination, permit_mynetworks, reject",
    ],
    read: "passed on",
    tried: "taken",
  },
  { what: "every domain in relay_domains", settings: ["relay_domains=static:all"], read: "passed on", tried: "taken" },
  {
    what: "the old way, in the list of recipients",
    settings: [
      "smtpd_relay_restrictions=",
      "smtpd_recipient_restrictions=permit_mynetworks, reject_unauth_destination",
    ],
    read: "refused",
    tried: "refused",
  },
  {
    what: "a table of clients in front of the refusal, which lets this one in",
    settings: ["smtpd_relay_restrictions=check_client_access static:OK, reject_unauth_destination"],
    read: "not decided by reading",
    tried: "taken",
  },
];

jest.setTimeout(120_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;

    beforeAll(async () => {
      host = await freshHost(`relays${debian}`, debian);
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix >/dev/null 2>&1; cp /etc/postfix/main.cf /root; echo 0.0.0.0/0 > /etc/postfix/relay_nets",
      );
    });

    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    test.each(cases)("$what: read as $read, and an outsider's mail is $tried", async ({ settings, read, tried }) => {
      const quoted = settings.map((setting) => `'${setting}'`).join(" ");
      const change = quoted === "" ? "" : `postconf -e ${quoted};`;
      await shell(host, `cp /root/main.cf /etc/postfix/main.cf; ${change} systemctl reload postfix`);

      const asked = await hosts.of(connectionSchema.parse(connectionTo(host))).ask({
        policy: relayPolicy,
        master: fileAt(masterCfPath),
      });

      expect(strangersOnPort25(asked.master?.content ?? Buffer.alloc(0), asked.policy)?.answer).toBe(read);
      const { recipientCode = 0 } = await smtplib({ host: host.address, port: 25, recipient: "x@elsewhere.example" });
      expect(recipientCode < 400 ? "taken" : "refused").toBe(tried);
    });
  });
});
