// A mail host whose Debian is upgraded under it by apt to the next release: logins work before and
// after the reboot, `up` does what is due, and destroy leaves what the same host is when it was
// upgraded without us. Each step stands on the one before.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  type Conffiles,
  destroyHost,
  type LabHost,
  rebootHost,
  resetHost,
  snapshotHost,
  upgradeHost,
} from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";

interface Person {
  readonly name: string;
  readonly password: string;
}

const account: Person = { name: "newsletter", password: "newsletter-lab" };
const people: readonly Person[] = [mailUser, account];
const ports = [465, 587] as const;

/*
 * From Debian 11 it is run by hand, with 11 in test/suites.ts: two of the destroys differ there. A
 * destroy puts Debian 11's START=no into a default file that the upgrade has replaced, and 12's has
 * none; and on a bare host it does not name perl, which the upgrade has brought.
 */

/** A host as it is before the first `up`, and how its release is upgraded. */
interface Upgrade {
  readonly what: string;
  readonly set: string;
  readonly conffiles: Conffiles;
  /** What the operator does first when apt is done. */
  readonly first: "reboot" | "up";
}

const ownPostfix = `apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin openssl >/dev/null 2>&1
postconf -e message_size_limit=20480000
printf '# our own\\n2525 inet n - y - - smtpd\\n  -o syslog_name=postfix/inner\\n' >> /etc/postfix/master.cf
systemctl reload postfix`;

const upgrades: readonly Upgrade[] = [
  { what: "a bare host, rebooted first", set: ":", conffiles: "old", first: "reboot" },
  {
    what: "a host with a Postfix and a saslauthd of its own, edited files kept, up first",
    set: `${ownPostfix}; sed -i 's/^THREADS=.*/THREADS=3/' /etc/default/saslauthd`,
    conffiles: "old",
    first: "up",
  },
  {
    what: "a host with a Postfix of its own, edited files replaced by the new release's, up first",
    set: ownPostfix,
    conffiles: "new",
    first: "up",
  },
];

const autoremove = "DEBIAN_FRONTEND=noninteractive apt-get -qq -y autoremove --purge >/dev/null 2>&1";

/**
 * Rows that differ between two upgrades of one host: compiled Python, Berkeley DB with its number,
 * copies that dpkg keeps, folders of the queue that mail has passed through, and the alternative
 * that cpio of Debian 12 makes and cpio of 13 does not take back (its prerm).
 */
const noise =
  /\.pyc |\/etc\/sasldb2$|\.dpkg-old( |$)|^\/var\/spool\/postfix\/defer|^\/(etc\/alternatives|usr\/bin|usr\/share\/man\/man1)\/mt(\.1\.gz)? ->/;

jest.setTimeout(600_000);

onRelease((debian) => {
  describe.each(upgrades)(`Debian ${debian} to ${debian + 1}, $what`, ({ set, conffiles, first }) => {
    let host: LabHost;
    let stack: Stack;
    let withoutUs: string[];
    let packagesWithoutUs: string[];
    const release = () => shell(host, ". /etc/os-release; echo $VERSION_ID");
    const found = async () => (await snapshot(host)).filter((row) => !noise.test(row));

    beforeAll(async () => {
      host = await freshHost(`upgrade${debian}`, debian);
      await shell(host, set);
      await snapshotHost(host, "before");
      await upgradeHost(host, conffiles);
      await rebootHost(host);
      packagesWithoutUs = await packagesOf(host);
      await shell(host, autoremove);
      withoutUs = await found();
      await resetHost(host, "before");
      stack = await Stack.create(`upgrade-${debian}`);
      const { address, privateKeyFile, knownHostsFile } = host;
      stack.configure({
        hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
        tls: { selfSigned: true, serverName: "mail.lab.example" },
        submission: true,
        accounts: [{ name: account.name }],
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
      await stack.configureSecretsIn("accountPasswords", { [account.name]: account.password });
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("the old release is brought to a mail host", async () => {
      expectSuccess(await stack.up());

      expect(await release()).toBe(String(debian));
      await everybodySends(host, "before the upgrade");
      await arrived(host, "before the upgrade");
    });

    test(`after the upgrade the release is the new one, and logins ${conffiles === "old" ? "go on" : "fail, as the options are gone"}`, async () => {
      await upgradeHost(host, conffiles);

      expect(await release()).toBe(String(debian + 1));
      if (conffiles === "old") await everybodySends(host, "after the upgrade");
      else expect(await login(host, 465, mailUser)).toMatchObject({ code: 454 });
    });

    test(`the ${first} that comes first brings mail and logins, also what waited`, async () => {
      if (first === "reboot") await rebootHost(host);
      else expectSuccess(await stack.up());

      await everybodySends(host, "after what came first");
      if (conffiles === "old") await arrived(host, "after the upgrade");
      await arrived(host, "after what came first");
    });

    test("a preview says what is due, up does it, and nothing is left to do, over a reboot too", async () => {
      const preview = await stack.preview("--diff");
      const run = await stack.up();
      await rebootHost(host);

      expectSuccess(preview);
      expectSuccess(run);
      expect(await stack.plan()).toEqual([]);
      await everybodySends(host, "at last");
      await arrived(host, "at last");
    });

    test("destroy leaves what the upgrade makes of the host without us, but for packages that it names and autoremove takes", async () => {
      await shell(host, `rm -rf /var/mail/${mailUser.name}`);

      const run = await stack.destroy();
      const more = (await packagesOf(host)).filter((name) => !packagesWithoutUs.includes(name));

      expectSuccess(run);
      const named = /left: ([^:]*): an upgrade has brought/.exec(run.output)?.[1]?.split(" ") ?? [];
      expect(named).toEqual(expect.arrayContaining(more));
      await shell(host, autoremove);
      const still = await packagesOf(host);
      expect(named.filter((name) => still.includes(name))).toEqual([]);
      await rebootHost(host);
      expect(await found()).toEqual(withoutUs);
    });
  });
});

/** The names of all packages that are installed. */
async function packagesOf(host: LabHost): Promise<string[]> {
  return (await shell(host, `dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\\n' | sed -n 's/^ii *//p'`))
    .split("\n")
    .sort();
}

/** Logs in by AUTH LOGIN, and sends a message to the user of the host. */
function login(host: LabHost, port: number, { name, password }: Person, subject = "no subject") {
  return smtplib({
    host: host.address,
    port,
    tls: port === 587 ? "starttls" : true,
    mechanism: "LOGIN",
    user: name,
    password,
    sender: `${name}@localhost`,
    recipient: `${mailUser.name}@localhost`,
    message: `Subject: ${subject}\r\n\r\nseen\r\n`,
  });
}

/** The user of the host and the account send a message each on both ports. */
async function everybodySends(host: LabHost, when: string): Promise<void> {
  for (const port of ports)
    for (const person of people)
      expect(await login(host, port, person, subjectOf(person, port, when))).toMatchObject({
        code: 235,
        recipientCode: 250,
        messageCode: 250,
      });
}

/** All these messages lie in the mailbox, at the latest when the queue has been tried again. */
async function arrived(host: LabHost, when: string): Promise<void> {
  const subjects = ports.flatMap((port) => people.map((person) => subjectOf(person, port, when)));
  const wanted = subjects.map((subject) => `grep -qx 'Subject: ${subject}' /var/mail/${mailUser.name}`).join(" && ");
  await shell(
    host,
    `for try in $(seq 60); do if ${wanted}; then exit; fi; postqueue -f; sleep 0.5; done 2>/dev/null; postqueue -p; exit 1`,
  );
}

function subjectOf({ name }: Person, port: number, when: string): string {
  return `${name} on ${port}, ${when}`;
}
