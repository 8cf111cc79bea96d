// A second person at work on the host: what they install, make and edit at each stage of an operation is theirs after a roll-back, after a kill that a
// destroy ends, and after a destroy of a converged host. Either it is untouched, or it is left as they have it and the version from before is kept beside.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, resetHost, snapshotHost } from "../../lab/hosts/index.ts";
import type { Properties } from "../../providers/engine/state.ts";
import { freshHost, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { aRun, connectionTo, hangUp } from "../support/resource-on-host.ts";

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";

/** What another administrator does, and how it is to be seen that it is still so. */
const acts = [
  [
    "a service in master.cf",
    "printf 'policy unix - n n - 0 spawn\\n  user=nobody argv=/bin/true\\n' >> /etc/postfix/master.cf",
    "postconf -M policy/unix",
  ],
  [
    "another setting of port 25",
    "postconf -P smtp/inet/smtpd_helo_required=yes",
    "postconf -Ph smtp/inet/smtpd_helo_required",
  ],
  ["main.cf", "postconf -e smtpd_banner=theirs", "postconf -h smtpd_banner"],
  [
    "another setting of smtpd.conf",
    "echo 'log_level: 7' >> /etc/postfix/sasl/smtpd.conf",
    "grep log_level /etc/postfix/sasl/smtpd.conf",
  ],
  [
    "a setting of ours in smtpd.conf",
    "sed -i s/^mech_list.*/mech_list:\\ plain/ /etc/postfix/sasl/smtpd.conf",
    "grep mech_list /etc/postfix/sasl/smtpd.conf",
  ],
  [
    "another line of the default file",
    "echo 'PARAMS=theirs' >> /etc/default/saslauthd",
    "grep PARAMS /etc/default/saslauthd",
  ],
  [
    "an override of their own",
    "mkdir -p /srv/theirs; dpkg-statoverride --update --add root mail 750 /srv/theirs",
    "dpkg-statoverride --list /srv/theirs; stat -c '%G %a' /srv/theirs",
  ],
  [
    "the override that was ours",
    `dpkg-statoverride --remove ${socketDirectory}; dpkg-statoverride --update --add root mail 750 ${socketDirectory}`,
    `dpkg-statoverride --list ${socketDirectory}; stat -c '%G %a' ${socketDirectory}`,
  ],
  [
    "a user and a group",
    "useradd carol; groupadd projectx",
    "getent passwd carol | cut -d : -f 1; getent group projectx | cut -d : -f 1",
  ],
  ["a file in /etc", "echo theirs > /etc/somebody.conf", "cat /etc/somebody.conf"],
] as const;

jest.setTimeout(120_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    const urn = (kind: string) => `urn:pulumi:test::mail::pulumi-nodejs:dynamic/sasl:${kind}::${kind}`;
    const common = (kind: string) => ({ connection: connectionTo(host), transaction: true, resourceUrn: urn(kind) });
    const kinds = ["StatOverride", "GroupMember", "SmtpdConf", "MasterService", "SaslauthdService"];

    /** A part of a run, without its proof: the journal is open. */
    const change = async () => {
      const run = aRun();
      const made: { kind: string; id: string; outs: Properties }[] = [];
      for (const kind of kinds) {
        const { inputs, failures } = await run.check(kind, {}, common(kind));
        expect(failures).toEqual([]);
        made.push({ kind, ...(await run.create(kind, inputs)) });
      }
      return made;
    };
    const destroy = async (made: Awaited<ReturnType<typeof change>>) => {
      const run = aRun();
      for (const { kind, id, outs } of made.toReversed()) await run.delete(kind, id, outs);
    };
    /** A later resource of the run that cannot be made stands for a proof that fails. */
    const fail = () =>
      aRun()
        .create("SmtpdConf", { ...common("Failing"), path: "/etc/nowhere/smtpd.conf" })
        .then(
          () => "it went well",
          (error: Error) => error.message,
        );
    const ours = () =>
      shell(
        host,
        `postconf -M smtps/inet; id -nG postfix | grep -w sasl || true; grep -c "^OPTIONS.*${socketDirectory}" /etc/default/saslauthd || true`,
      );

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`second${debian}`, debian);
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin libsasl2-modules >/dev/null 2>&1; postconf -e inet_interfaces=all; systemctl restart postfix",
      );
      await snapshotHost(host, "fresh");
    });
    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    const anew = async () => {
      await hangUp(host);
      await resetHost(host, "fresh");
    };
    const act = async () => {
      for (const [, script] of acts) await shell(host, script);
      // the next run is another process, which knows nothing of the looks of this one
      await hangUp(host);
    };
    const left = async () => {
      const seen: Record<string, string> = {};
      for (const [what, , look] of acts) seen[what] = await shell(host, `${look} 2>&1 || true`);
      return seen;
    };

    test("a roll-back leaves their work, and takes ours back", async () => {
      await anew();
      await change();
      await act();
      const theirs = await left();

      const message = await fail();

      expect(await left()).toEqual(theirs);
      expect(await ours()).toBe("0");
      expect(message).toMatch(/smtpd\.conf was edited by somebody else since and is left as it is/);
      expect(message).toMatch(/kept: the override root mail 750 .* which somebody else has registered since/);
      expect(await shell(host, "ls -d /var/lib/sasl-mail-host/journal 2>&1 || true")).toMatch(/No such file/);
    });

    test("a destroy after a killed run does, too", async () => {
      await anew();
      const made = await change();
      await act();
      const theirs = await left();

      await destroy(made);

      expect(await left()).toEqual(theirs);
      expect(await ours()).toBe("0");
    });

    test("and so does the destroy of a converged host", async () => {
      await anew();
      const made = await change();
      await shell(host, "rm -r /var/lib/sasl-mail-host/journal");
      await act();
      const theirs = await left();

      await destroy(made);

      expect(await left()).toEqual(theirs);
      expect(await ours()).toBe("0");
    });

    test("an entry of ours that they have edited is out of force after a roll-back, and their file is kept beside", async () => {
      await anew();
      const before = await shell(host, "cat /etc/postfix/master.cf");
      await change();
      await shell(host, "postconf -P smtps/inet/smtpd_sasl_auth_enable=no; systemctl reload postfix");
      const theirs = await shell(host, "cat /etc/postfix/master.cf");
      await hangUp(host);

      const message = await fail();

      expect(await shell(host, "postconf -M smtps/inet; ss -H -l -t -n 'sport = :465'")).toBe("");
      expect(await shell(host, "ss -H -l -t -n 'sport = :25' | grep -c 0.0.0.0:25")).toBe("1");
      expect(await shell(host, "grep -v '^#' /etc/postfix/master.cf")).toBe(
        before
          .split("\n")
          .filter((row) => !row.startsWith("#"))
          .join("\n"),
      );
      expect(message).toContain(
        "BUT /etc/postfix/master.cf was edited by somebody else since: smtps/inet is commented out",
      );
      expect(await shell(host, "cat /var/lib/sasl-mail-host/kept/*master.cf")).toBe(theirs);
    });
  });
});
