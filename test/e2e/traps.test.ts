// Configurations that pass `postfix check` and do not work, tried on a host that carries mail: each must end with the host as it
// was, port 25 served throughout, and an error that tells the story; and correcting the input must be enough.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, shell, smtplib, snapshot } from "../support/index.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";
import { Stack } from "../support/stack.ts";
import { oneMailHost, variant } from "../support/variant.ts";

interface Trap {
  readonly what: string;
  /** Arguments of SaslMailHost. */
  readonly args?: Record<string, unknown>;
  /** Inputs of single parts, by kind. */
  readonly changed?: Record<string, Record<string, unknown>>;
  /** Done on the host first, and undone afterwards. */
  readonly onHost?: { readonly set: string; readonly unset: string };
  readonly says: RegExp;
}

const running = { allowCleartext: true };
const withOption = (name: string, value: string) => ({ ...running, options: { [name]: value } });

/** The two with the socket reach the proof: nothing before it could know. */
const traps: readonly Trap[] = [
  {
    what: "port 465 is taken by another program",
    args: running,
    onHost: {
      set: "systemd-run --unit=squatter nc -l -k -p 465",
      unset: "systemctl stop squatter",
    },
    says: /nc listens on .*:465/,
  },
  {
    what: "a SASL type that Postfix does not have",
    args: withOption("smtpd_sasl_type", "cyrux"),
    says: /smtpd_sasl_type=cyrux: this Postfix has/,
  },
  {
    what: "a certificate that is not there",
    args: { tls: { certificateFile: "/etc/ssl/certs/nobody.pem", keyFile: "/etc/ssl/private/nobody.key" } },
    says: /nobody\.pem: there is no such file/,
  },
  {
    what: "smtpd_tls_security_level=banana",
    args: withOption("smtpd_tls_security_level", "banana"),
    says: /security_level=banana: must be none, may or encrypt/,
  },
  {
    what: "a parameter with a spelling mistake",
    args: withOption("smptd_client_restrictions", "reject"),
    says: /no parameter smptd_client_restrictions/,
  },
  {
    what: "restriction lists without a reject",
    args: {
      ...running,
      options: {
        smtpd_relay_restrictions: "permit_sasl_authenticated",
        smtpd_recipient_restrictions: "permit_sasl_authenticated",
      },
    },
    says: /has a reject or defer/,
  },
  {
    what: "a mechanism that saslauthd can not serve",
    args: running,
    changed: { SmtpdConf: { mechList: ["cram-md5"] } },
    says: /saslauthd can serve no other/,
  },
  {
    what: "port 25 is an open relay",
    args: running,
    onHost: {
      set: "cp -p /etc/postfix/main.cf /root; postconf -e mynetworks=0.0.0.0/0; systemctl reload postfix",
      unset: "mv /root/main.cf /etc/postfix/main.cf; systemctl reload postfix",
    },
    says: /OPEN RELAY: anybody .* port 25 .*mynetworks has 0\.0\.0\.0\/0/,
  },
  {
    what: "the socket outside the chroot",
    args: { ...running, socketDirectory: "/run/saslauthd" },
    says: /454 4\.7\.0/,
  },
  {
    what: "the socket directory for a group that Postfix is not in",
    args: running,
    changed: { StatOverride: { group: "adm" } },
    says: /454 4\.7\.0/,
  },
  {
    what: "a certificate whose key does not fit",
    args: {
      tls: { certificateFile: "/root/one.pem", keyFile: "/root/other.key", serverName: "mail.lab.example" },
    },
    onHost: {
      set: "cd /root; for name in one other; do openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=mail.lab.example -keyout $name.key -out $name.pem 2>/dev/null; done",
      unset: "rm /root/one.* /root/other.*",
    },
    says: /the key in \/root\/other\.key does not belong to the certificate/,
  },
];

/** `first` = the trap is in the very first `up` of a host with Postfix in use; else the host was proved before. */
const withoutMemory = (rows: readonly string[]) => rows.filter((row) => !row.includes("/sasl-mail-host/memory"));

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}, with Postfix in use`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    const up = (trap: Pick<Trap, "args" | "changed">) => {
      stack.configure({ args: trap.args ?? {}, changed: trap.changed ?? {} });
      return stack.up();
    };

    beforeAll(async () => {
      host = await freshHost(`traps${debian}`, debian);
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix openssl netcat-openbsd >/dev/null 2>&1",
      );
      before = await snapshot(host);
      stack = await Stack.create(`traps-${debian}`, variant(`traps${debian}`, oneMailHost));
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

    const expectCaught = async (trap: Trap, expected: readonly string[]) => {
      if (trap.onHost !== undefined) await shell(host, trap.onHost.set);
      const outsider = askEvery(100, host.address);

      const run = await up(trap);

      const { served, refused } = await outsider.stop();
      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(trap.says);
      expect({ refused, some: served > 5 }).toEqual({ refused: [], some: true });
      if (trap.onHost !== undefined) await shell(host, trap.onHost.unset);
      expect(await snapshot(host)).toEqual(expected);
    };

    test("a first up that falls into a trap gives the host back without a trace", async () => {
      const wrongGroup = traps.find(({ changed }) => changed?.StatOverride !== undefined);

      await expectCaught(wrongGroup as Trap, before);
    });

    test("corrected, it converges, and a stock client logs in", async () => {
      expectSuccess(await up({ args: running }));

      expect(
        await smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password }),
      ).toMatchObject({ code: 235 });
    });

    test.each(traps.filter(({ what }) => !what.startsWith("port 465")))(
      "$what: caught, put back, and healed by correcting it",
      async (trap) => {
        const proved = await snapshot(host);

        await expectCaught(trap, proved);

        expectSuccess(await up({ args: running }));
        // what the host remembers of us grows with each version that an up has set there
        expect(withoutMemory(await snapshot(host))).toEqual(withoutMemory(proved));
      },
    );

    test("white space in a restriction list is no trap: it is written so that Postfix reads it as one value", async () => {
      expectSuccess(await up({ args: withOption("smtpd_client_restrictions", "permit_sasl_authenticated, reject") }));

      expect(
        await smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password }),
      ).toMatchObject({ code: 235 });
    });

    test("destroy gives the host back as it was, and mail flows throughout", async () => {
      const outsider = askEvery(100, host.address);

      expectSuccess(await stack.destroy());

      expect((await outsider.stop()).refused).toEqual([]);
      expect(await snapshot(host)).toEqual(before);
    });

    test("port 465 is taken by another program: seen before the reload that would end Postfix", async () => {
      await expectCaught(traps[0] as Trap, before);
    });
  });
});
