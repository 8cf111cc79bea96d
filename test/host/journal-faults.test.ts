// A host whose folder of the journal is full, read-only, out of inodes or damaged: the change is not made or is rolled back, mail is served all the time,
// and the message names the file and the next step.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";
import { aRun, connectionTo, hangUp } from "../support/resource-on-host.ts";

const library = "/var/lib/sasl-mail-host";
const file = "/etc/postfix/sasl/smtpd.conf";

jest.setTimeout(120_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    const inputs = (more: object = {}) => ({
      connection: connectionTo(host),
      transaction: true,
      resourceUrn: "urn:pulumi:test::mail::pulumi-nodejs:dynamic/sasl:SmtpdConf::conf",
      path: file,
      ...more,
    });
    /** The message of an operation that must fail, while the world asks port 25; Postfix is the one of before, and both daemons run. */
    const refused = async (work: () => Promise<unknown>): Promise<string> => {
      const daemons = () => shell(host, "pgrep -o -x master; pgrep -x saslauthd >/dev/null && echo saslauthd");
      const before = await daemons();
      const world = askEvery(100, host.address);
      const message = await work().then(
        () => "it went well",
        (error: Error) => error.message,
      );
      expect((await world.stop()).refused).toEqual([]);
      expect(await daemons()).toBe(before);
      return message;
    };
    /** What another run, whose proof fails, does with a journal that is there: a resource that cannot be made stands for the proof. */
    const failingRun = () => aRun().create("SmtpdConf", inputs({ path: "/etc/nowhere/smtpd.conf" }));

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`faults${debian}`, debian);
      await shell(
        host,
        `apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin >/dev/null 2>&1
postconf -e inet_interfaces=all; systemctl restart postfix
sed -i 's/^START=.*/START=yes/' /etc/default/saslauthd; grep -q '^START=' /etc/default/saslauthd || echo START=yes >> /etc/default/saslauthd
systemctl restart saslauthd; pgrep -x saslauthd >/dev/null`,
      );
    });
    afterEach(async () => {
      await hangUp(host);
      await shell(host, `! mountpoint -q ${library} || umount ${library}; rm -rf ${library} ${file} /etc/other.conf`);
    });
    afterAll(async () => {
      if (host !== undefined) await destroyHost(host);
    });

    test.each([
      [
        "full",
        "size=64k",
        `dd if=/dev/zero of=${library}/filler bs=1k 2>/dev/null || :`,
        /: 0 KiB and \d+ inodes free/,
      ],
      ["out of inodes", "nr_inodes=3", `touch ${library}/a; touch ${library}/b || :`, /make .*memory[\s\S]*df -i/],
      ["read-only", "size=64k", `mount -o remount,ro ${library}`, /Read-only file system/],
    ])("on a file system that is %s", async (_what, option, spoil, words) => {
      await shell(host, `mkdir -p ${library}; mount -t tmpfs -o ${option} none ${library}; ${spoil}`);

      const message = await refused(() => aRun().create("SmtpdConf", inputs()));

      expect(message).toMatch(words);
      expect(message).toMatch(
        /SmtpdConf .*smtpd\.conf on [\s\S]*\/var\/lib\/sasl-mail-host[\s\S]*left on the host: [\s\S]*next: /,
      );
      expect(await shell(host, `ls ${file} 2>&1 || true`)).toMatch(/No such file/);
    });

    test("full only behind the record: the journal itself is what cannot be written", async () => {
      await shell(host, `mkdir -p ${library}; mount -t tmpfs -o nr_inodes=4 none ${library}`);

      const message = await refused(() => aRun().create("SmtpdConf", inputs()));

      expect(message).toMatch(
        /write down in \/var\/lib\/sasl-mail-host\/journal[\s\S]*no daemon was touched[\s\S]*df -i/,
      );
    });

    describe.each(["opened", "0001/head", "0001/path", "0001/new", "0001/sums"])("with the journal's %s", (name) => {
      test.each([
        ["emptied", (path: string) => `: > ${path}`],
        ["cut", (path: string) => `truncate -s 7 ${path}`],
        ["garbled", (path: string) => `printf '\\001 garbage\\n' > ${path}`],
      ])("%s, a failing run says so and plays nothing of it", async (_how, spoil) => {
        await aRun().create("SmtpdConf", inputs());
        const made = await shell(host, `cat ${file}`);
        await shell(host, spoil(`${library}/journal/${name}`));

        const message = await refused(failingRun);

        expect(message).toContain(`${library}/journal/${name.split("/")[0]}`);
        expect(message).toMatch(/NOT put back|is damaged/);
        expect([made, ""]).toContain(await shell(host, `cat ${file} 2>/dev/null || true`));
      });
    });

    test.each([
      ["emptied", (path: string) => `: > ${path}`],
      ["cut", (path: string) => `truncate -s 40 ${path}`],
      ["changed", (path: string) => `sed -i s/before/behind/ ${path}`],
    ])("a record that was %s is named, and nothing is decided from it", async (_how, spoil) => {
      const { outs } = await aRun().create("SmtpdConf", inputs());
      const record = await shell(host, `ls ${library}/memory/SmtpdConf-*.json`);
      await shell(host, spoil(record));

      const message = await refused(() => aRun().read("SmtpdConf", file, outs));
      const destroyed = await refused(() => aRun().delete("SmtpdConf", file, outs));

      expect(message).toContain(`read ${record}`);
      expect(message).toContain(`mv ${record} /root/`);
      expect(message).not.toContain("SyntaxError");
      expect(destroyed).toContain(`read ${record}`);
      expect(await shell(host, `grep -c . ${file}`)).toBe("2");
    });

    test("a commit whose removal was killed half-way is a commit: a later failing run gives nothing of it back", async () => {
      await aRun().create("SmtpdConf", inputs());
      const made = await shell(host, `cat ${file}`);
      // what a killed `rm -rf` leaves: the end of a journal is its rename
      await shell(host, `cd ${library} && mv journal closed.1 && rm closed.1/0001/head closed.1/opened`);

      const message = await refused(failingRun);

      expect(message).not.toContain("put back");
      expect(await shell(host, `cat ${file}`)).toBe(made);
    });
  });
});
