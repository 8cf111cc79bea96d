// Whose a package is, on real hosts where others work at the same time: what they install, make and
// edit while apt runs for us is theirs, after a roll-back, after a killed dpkg, and after a delete
// years later. Through the functions that Pulumi calls.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, inside, type LabHost, resetHost, snapshotHost } from "../../lab/hosts/index.ts";
import { freshHost, shell, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { aRun, connectionTo, hangUp } from "../support/resource-on-host.ts";

const records = "/var/lib/sasl-mail-host/packages";

/** Makes /root/NAME.deb. */
const build = (name: string, control: string, scripts: Record<string, string> = {}) => `mkdir -p /root/${name}/DEBIAN
printf '%s\\n' 'Package: ${name}' 'Version: 1' 'Architecture: all' 'Maintainer: A <a@example.org>' 'Description: x' '${control}' > /root/${name}/DEBIAN/control
${Object.entries(scripts)
  .map(
    ([script, text]) =>
      `printf '%s\\n' '#!/bin/sh' '${text}' > /root/${name}/DEBIAN/${script}; chmod 755 /root/${name}/DEBIAN/${script}`,
  )
  .join("\n")}
dpkg-deb --build /root/${name} /root/${name}.deb >/dev/null && rm -r /root/${name}`;

const ledger = build("ledger", "Section: misc", {
  postinst: "mkdir -p /var/lib/ledger; echo money > /var/lib/ledger/data",
  postrm: 'if [ "$1" = purge ]; then rm -rf /var/lib/ledger; fi',
});

/** What an administrator does meanwhile; dpkg waits for the lock that apt holds. */
const administrator = `useradd carol
groupadd projectx
useradd --system ledgerd
echo theirs > /etc/somebody.conf
dpkg-statoverride --add root root 750 /srv
dpkg-divert --add --rename /etc/issue >/dev/null
until dpkg -i /root/ledger.deb >/dev/null 2>&1; do sleep 0.1; done`;

/** While it unpacks or configures what apt has told it to. */
const killDpkg = (seconds: number) => `works='^/usr/bin/dpkg .*--(unpack|configure)'
timeout 60 sh -c "until pgrep -f '$works' >/dev/null; do sleep 0.01; done"
sleep ${seconds}
pkill -9 -f "$works"`;

/** At the moment when it notes this state in its log: no clock can miss it. */
const killDpkgAt = (state: string) => `log=/var/log/dpkg.log
from=$(($(cat "$log" 2>/dev/null | wc -c) + 1))
timeout 60 sh -c 'until tail -c "+$1" "$2" 2>/dev/null | grep -q " status $3"; do sleep 0.01; done' sh "$from" "$log" '${state}'
pkill -9 -f '^/usr/bin/dpkg .*--(unpack|configure)'`;

const theirs = `getent passwd carol ledgerd | cut -d : -f 1
getent group projectx | cut -d : -f 1
cat /etc/somebody.conf /var/lib/ledger/data
dpkg-statoverride --list /srv
dpkg-divert --list /etc/issue
dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ledger`;

const allOfIt = `carol
ledgerd
projectx
theirs
money
root root 750 /srv
local diversion of /etc/issue to /etc/issue.distrib
ledger installed`;

jest.setTimeout(240_000);

onRelease((debian) => {
  const seed = 2026100 + debian;
  describe(`Debian ${debian}, seed ${seed}`, () => {
    let host: LabHost;
    let bare: string[];
    const library = debian === 12 ? "libldap-2.5-0" : "libldap2";
    const inputs = (more: object = {}) => ({
      packages: ["libsasl2-modules", "sasl2-bin", "postfix"],
      connection: connectionTo(host),
      transaction: false,
      ...more,
    });
    const failing = () => ({ path: "/etc/nowhere/smtpd.conf", connection: connectionTo(host), transaction: true });
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => "it did not fail",
        (error: Error) => error.message,
      );
    const create = async (more?: object) => {
      await hangUp(host);
      return await aRun().create("SaslPackage", inputs(more));
    };
    const remove = async (made: { id: string; outs: object }) => {
      await hangUp(host);
      await aRun().delete("SaslPackage", made.id, made.outs as Record<string, unknown>);
    };
    /** Fails the operation behind the packages, so that they are taken back. */
    const rollBack = async () => {
      await hangUp(host);
      return await failure(aRun().create("SmtpdConf", failing()));
    };
    /** Runs beside apt, from when it has begun plus a part of a second that the seed gives. */
    const meanwhile = async (script: string, milliseconds: number) => {
      await shell(host, "timeout 60 sh -c 'until pgrep -x apt-get >/dev/null; do sleep 0.02; done'");
      await sleep(milliseconds);
      return await inside(host, ["sh", "-c", script]);
    };
    const moment = (index: number) => ((seed * (index + 3) * 7919) % 5000) + 1;

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`packages${debian}`, debian);
      await shell(
        host,
        [
          ledger,
          build("needy", "Depends: no-such-package"),
          build("broken", "Section: misc", { postinst: "exit 3" }),
          build("reader", `Depends: ${library}`),
          build("sender", "Depends: postfix"),
        ].join("\n"),
      );
      bare = await snapshot(host);
      await snapshotHost(host, "bare");
    });

    beforeEach(async () => {
      await hangUp(host);
      await resetHost(host, "bare");
    });

    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    /** The host without what the administrator did. */
    const without = async () => {
      await shell(
        host,
        "dpkg --purge ledger; userdel carol; userdel ledgerd; groupdel projectx 2>/dev/null; rm /etc/somebody.conf; dpkg-statoverride --remove /srv; dpkg-divert --remove --rename /etc/issue",
      );
      return await snapshot(host);
    };

    test.each([0, 1])("what others do while apt runs outlives a roll-back (moment %i)", async (index) => {
      const [admin] = await Promise.all([meanwhile(administrator, moment(index)), create({ transaction: true })]);
      expect(admin).toMatchObject({ exitCode: 0 });

      const story = await rollBack();

      expect(story).toMatch(
        /everything is put back as it was before:[\s\S]*install libsasl2-modules, sasl2-bin, postfix/,
      );
      expect(await shell(host, theirs)).toBe(allOfIt);
      expect(await without()).toEqual(bare);
    });

    test("and a delete", async () => {
      const [made] = await Promise.all([create(), meanwhile(administrator, moment(2))]);

      await remove(made);

      expect(await shell(host, theirs)).toBe(allOfIt);
      expect(await without()).toEqual(bare);
    });

    test.each([3, 4])(
      "a dpkg that is killed, a good run and a delete leave the host as it was (moment %i)",
      async (index) => {
        const [story] = await Promise.all([failure(create()), meanwhile(killDpkg((moment(index) % 1500) / 1000), 0)]);
        await shell(host, administrator);
        const made = await create();
        expect(story).toMatch(/it did not fail|SaslPackage/);
        expect(await shell(host, "dpkg --audit; ls /var/lib/sasl-mail-host")).toBe("memory\npackages");

        await remove(made);

        expect(await shell(host, theirs)).toBe(allOfIt);
        expect(await without()).toEqual(bare);
      },
    );

    test.each([
      "half-installed sasl2-bin",
      "unpacked sasl2-bin",
      "half-installed postfix",
      "unpacked postfix",
      "half-configured postfix",
    ])("a dpkg that is killed where %s is its last word is rolled back, whatever state it left", async (state) => {
      const [story, killed] = await Promise.all([
        failure(create({ transaction: true })),
        meanwhile(killDpkgAt(state), 0),
      ]);

      expect(killed).toMatchObject({ exitCode: 0 });
      expect(story).toMatch(/everything is put back as it was before/);
      expect(await snapshot(host)).toEqual(bare);
    });

    test("a package of somebody else with unmet dependencies is named, with the next step, and nothing is left", async () => {
      await shell(host, "dpkg -i /root/needy.deb >/dev/null 2>&1 || :");
      const before = await snapshot(host);

      const story = await failure(create({ transaction: true }));

      expect(story).toMatch(/needy : Depends: no-such-package[\s\S]*needy \(unpacked\)[\s\S]*apt-get -f install/);
      expect(story).not.toMatch(/NOT put back/);
      expect(await snapshot(host)).toEqual(before);
    });

    test("one that comes later hinders neither a roll-back nor a delete", async () => {
      await create({ transaction: true });
      await shell(host, "dpkg -i /root/needy.deb >/dev/null 2>&1 || :");

      expect(await rollBack()).toMatch(/everything is put back as it was before/);

      await shell(host, "dpkg --purge needy");
      expect(await snapshot(host)).toEqual(bare);
      const made = await create();
      await shell(host, "dpkg -i /root/needy.deb >/dev/null 2>&1 || :");
      await remove(made);
      await shell(host, "dpkg --purge needy");
      expect(await snapshot(host)).toEqual(bare);
    });

    test("one whose own script fails hinders nothing at all", async () => {
      await shell(host, "dpkg -i /root/broken.deb >/dev/null 2>&1 || :");
      const before = await snapshot(host);

      const made = await create();
      expect(made.outs).toMatchObject({ versions: { postfix: expect.stringMatching(/^3\./) } });
      await remove(made);

      expect(await snapshot(host)).toEqual(before);
    });

    test.each([
      [
        "a disk that is full while dpkg unpacks",
        "mkdir -p /usr/lib/postfix && mount -t tmpfs -o size=16k tmpfs /usr/lib/postfix",
        "umount /usr/lib/postfix; rmdir /usr/lib/postfix 2>/dev/null || :",
        /of all that it said:[\s\S]*No space left on device/,
      ],
      [
        "a mirror that is gone",
        "mv /srv/repo /srv/gone",
        "mv /srv/gone /srv/repo",
        /of all that it said:[\s\S]*E: .*\/srv\/repo/,
      ],
    ])("%s is told in apt's own words, and nothing is left", async (_what, set, unset, says) => {
      await shell(host, `apt-get -qq update; ${set}`);

      const story = await failure(create({ transaction: true }));

      await shell(host, unset);
      expect(story).toMatch(says);
      expect(story).not.toMatch(/NOT put back/);
      // made by a script of a package that dpkg then gave up before it was anything
      const left = (row: string) => !row.startsWith("/var/spool/postfix d ");
      expect((await snapshot(host)).filter(left)).toEqual(bare.filter(left));
    });

    test("lists that are too old to be refreshed are good enough", async () => {
      await shell(host, "apt-get -qq update; echo 'Valid-Until: Wed, 01 Jan 2020 00:00:00 UTC' >> /srv/repo/Release");

      const made = await create();

      expect(made.outs).toMatchObject({ versions: { postfix: expect.stringMatching(/^3\./) } });
    });

    test("a dependency that somebody else needs by now is kept; the rest goes, and the delete is over", async () => {
      const made = await create();
      await shell(host, "dpkg -i /root/reader.deb >/dev/null");

      await remove(made);

      expect(await shell(host, `dpkg-query -W -f '\${db:Status-Status} ' reader ${library} libsasl2-2`)).toBe(
        "installed installed installed",
      );
      expect(
        await shell(
          host,
          "dpkg -l postfix sasl2-bin libsasl2-modules 2>/dev/null | grep '^.[^n]' | grep -c ' [0-9]' || :",
        ),
      ).toBe("0");
      expect(await shell(host, "ls /var/lib/sasl-mail-host 2>&1 || :")).toMatch(/No such file/);
    });

    test("Postfix that somebody else needs is refused by name, and nothing is purged", async () => {
      const made = await create();
      await shell(host, "dpkg -i /root/sender.deb >/dev/null");
      const before = await snapshot(host);

      const story = await failure(remove(made));

      expect(story).toMatch(/postfix is still wanted here: sender depends on postfix/);
      expect(await snapshot(host)).toEqual(before);
      await shell(host, "dpkg --purge sender");
      await remove(made);
      expect(await snapshot(host)).toEqual(bare);
    });

    /** Two that cannot be delivered. */
    const sendMail = async () => {
      await shell(
        host,
        "postconf -e defer_transports=local; postfix reload; for id in 1 2; do echo hello | sendmail root; done",
      );
      await shell(host, "timeout 30 sh -c 'until [ $(postqueue -j | grep -c deferred) -eq 2 ]; do sleep 0.2; done'");
    };
    const mailWaits =
      /nothing is purged: messages wait in the queue of Postfix: 2 in \/var\/spool\/postfix[\s\S]*postqueue -p/;
    const deleteMail = "postsuper -d ALL 2>/dev/null; postconf -X defer_transports";

    test("mail in the queue stops a delete, and says how much it is", async () => {
      const made = await create();
      await sendMail();
      const before = await snapshot(host);

      expect(await failure(remove(made))).toMatch(mailWaits);

      expect(await snapshot(host)).toEqual(before);
      expect(await shell(host, "systemctl is-active postfix; postqueue -j | wc -l")).toBe("active\n2");
      await shell(host, deleteMail);
      await remove(made);
      expect(await snapshot(host)).toEqual(bare);
    });

    test("mail in the queue stops a roll-back, which leaves Postfix running and is gone on with when it is delivered", async () => {
      await create({ transaction: true });
      await sendMail();

      const story = await rollBack();

      expect(story).toMatch(mailWaits);
      expect(story).toContain("Postfix is left running, since its package stays");
      expect(
        await shell(host, "pgrep -c -x master; ss -Hltn 'sport = :25' | grep -c :25; postqueue -j | wc -l"),
      ).toMatch(/^1\n[12]\n2$/);
      await shell(host, deleteMail);
      expect(await rollBack()).toMatch(/everything is put back as it was before/);
      expect(await snapshot(host)).toEqual(bare);
    });

    test.each([
      ["empty", `: > ${records}/0001`, /0001 is damaged: it is empty/],
      ["cut", `sed -i '$d' ${records}/0001`, /0001 is damaged: it is cut/],
      ["garbled", `sed -i 's/postfix/postfox/' ${records}/0001`, /0001 is damaged: its lines are not those/],
    ])("a record that is %s is refused by name", async (_what, damage, says) => {
      const made = await create();
      await shell(host, damage);
      const before = await snapshot(host);

      expect(await failure(remove(made))).toMatch(says);
      expect(await snapshot(host)).toEqual(before);
      await shell(host, `rm ${records}/0001`);
      await remove(made);
      expect(await shell(host, "dpkg -s postfix | grep ^Status")).toBe("Status: install ok installed");
    });

    test("what others edited or added in the folders of Postfix is copied before a purge deletes it; an untouched host gets no copies", async () => {
      await remove(await create());
      expect(await shell(host, "ls -d /var/backups/sasl-mail-host* 2>/dev/null || :")).toBe("");
      const made = await create();
      await shell(
        host,
        "postconf -e relayhost=relay.example.org; echo a@example.org b > /etc/postfix/virtual; echo '# mine' >> /etc/default/saslauthd; install -D /etc/hostname /var/spool/postfix/etc/own/file; echo own > /var/spool/postfix/etc/own/other; echo own > /var/lib/postfix/map",
      );

      await remove(made);

      expect(await snapshot(host)).toEqual(bare);
      expect(
        await shell(
          host,
          "mkdir /tmp/copies; cd /tmp/copies; tar -xf /var/backups/sasl-mail-host-*.tar; find . -type f | sort; cd etc; grep -h '^relayhost' postfix/main.cf; tail -qn 1 postfix/virtual default/saslauthd",
        ),
      ).toBe(
        "./etc/default/saslauthd\n./etc/postfix/main.cf\n./etc/postfix/virtual\n./var/lib/postfix/map\n./var/spool/postfix/etc/own/file\n./var/spool/postfix/etc/own/other\nrelayhost = relay.example.org\na@example.org b\n# mine",
      );
    });

    test("configuration that a package had left behind is there again after a delete", async () => {
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y sasl2-bin >/dev/null 2>&1; echo '# mine' >> /etc/default/saslauthd; dpkg --remove sasl2-bin >/dev/null",
      );
      const before = await shell(host, "sha256sum /etc/default/saslauthd; dpkg -s sasl2-bin | grep ^Status");

      await remove(await create());

      expect(await shell(host, "sha256sum /etc/default/saslauthd; dpkg -s sasl2-bin | grep ^Status")).toBe(before);
    });
  });
});
