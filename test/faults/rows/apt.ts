// Faults of apt and dpkg, and of others who use them.
import type { Fault } from "../fault.ts";
import { once, onHost } from "../injections.ts";
import { installs } from "../moments.ts";
import { mustWork } from "../row.ts";

/** Takes a lock of fcntl(2), as apt and dpkg do, and keeps it. */
const lockOf = (path: string, seconds: number) =>
  `cat > /run/holder.pl <<'END'
use Fcntl;
open F, ">>", "${path}" or die;
fcntl F, F_SETLK, pack("s!s!x![q]qqi", F_WRLCK, 0, 0, 0, 0) or die;
sleep ${seconds};
END
systemd-run -q --unit=holder perl /run/holder.pl; sleep 0.5`;

/** Makes and gives a package's file. */
const deb = (name: string, control: string, postinst = "exit 0") => `mkdir -p /root/${name}/DEBIAN
printf '%s\\n' 'Package: ${name}' 'Version: 1' 'Architecture: all' 'Maintainer: A <a@example.org>' 'Description: x' '${control}' > /root/${name}/DEBIAN/control
printf '%s\\n' '#!/bin/sh' '${postinst}' > /root/${name}/DEBIAN/postinst; chmod 755 /root/${name}/DEBIAN/postinst
dpkg-deb --build /root/${name} /root/${name}.deb >/dev/null; rm -r /root/${name}`;

/** What an administrator's package leaves on the host. */
const theirs = /\/root\/|\/root |package (stuck|needy|ledger|busybox|exim4)|\/var\/lib\/dpkg/;

const first = (...[id, fault, of, inject, more]: Parameters<typeof mustWork>): Fault =>
  mustWork(id, fault, of, inject, { start: "bare", within: 240, ...more });

const refused = (
  id: string,
  fault: string,
  of: string,
  inject: Fault["inject"],
  says: readonly RegExp[],
  more: Partial<Fault> = {},
): Fault => first(id, fault, of, inject, { exit: "not 0", left: "as before", says, ...more });

const othersInstall = once(
  installs,
  `${deb("ledger", "Section: misc", "mkdir -p /var/lib/ledger; echo money > /var/lib/ledger/data")}; useradd carol; groupadd projectx; until dpkg -i /root/ledger.deb >/dev/null 2>&1; do sleep 0.2; done`,
);

/** What must still be there of `othersInstall`. */
const whatTheyHave = {
  leaves:
    /carol|\/root |\/root\/|ledger|\/etc\/(passwd|group|shadow|gshadow|sub[ug]id)|\/home |\/var\/mail|\/var\/lib\/dpkg|\/var\/lib d/,
  shows: {
    look: "cat /var/lib/ledger/data; getent passwd carol; getent group projectx",
    is: /^money\ncarol:.*\nprojectx:/,
  },
} satisfies Partial<Fault>;

const repository = { gone: "mv /srv/repo /srv/away", back: "mv /srv/away /srv/repo" };

export const ofApt: readonly Fault[] = [
  first("no-postfix", "The host has no Postfix", "faults.md 33", []),
  ...(["lock-frontend", "lock"] as const).map((name) =>
    first(
      `dpkg-${name}-held-20-s`,
      `Another program holds /var/lib/dpkg/${name} for twenty seconds`,
      "faults.md 24",
      [onHost(lockOf(`/var/lib/dpkg/${name}`, 20))],
      {
        says: [/wait for apt's lock, held by perl/],
      },
    ),
  ),
  ...(["lists", "archives"] as const).map((name) => {
    const path = name === "lists" ? "/var/lib/apt/lists/lock" : "/var/cache/apt/archives/lock";
    return first(
      `apt-${name}-lock-held-20-s`,
      `Another program holds ${path} for twenty seconds`,
      "faults.md 25",
      [onHost(lockOf(path, 20))],
      {
        says: [/wait for apt's lock, held by perl/],
      },
    );
  }),
  first(
    "apt-lock-held-in-destroy",
    "Another program holds dpkg's lock for fifteen seconds when a destroy begins",
    "issue 14",
    [onHost(lockOf("/var/lib/dpkg/lock-frontend", 15))],
    { meets: "destroy", says: [/wait for apt's lock, held by perl/] },
  ),
  first(
    "unattended-upgrades-at-work",
    "Another apt installs packages when the run comes to its own",
    "issue 14",
    [
      onHost(
        `${deb("ledger", "Section: misc", "sleep 12")}; systemd-run -q --unit=upgrades apt-get -y install /root/ledger.deb; timeout 20 sh -c 'until pgrep -f ledger.postinst; do sleep 0.1; done' >/dev/null`,
      ),
    ],
    { says: [/wait for apt's lock, held by apt-get/], leaves: theirs },
  ),
  first(
    "dpkg-half-configured",
    "A package of the host is half-configured, and can be configured",
    "faults.md 26, issue 14",
    [
      onHost(
        `${deb("stuck", "Section: misc", "[ ! -e /root/broken ]")}; touch /root/broken; dpkg -i /root/stuck.deb >/dev/null 2>&1; rm /root/broken; dpkg -s stuck | grep -q half-configured`,
      ),
    ],
    { leaves: theirs },
  ),
  first(
    "dpkg-cannot-be-configured",
    "A package of somebody else fails in its own script, each time",
    "issue 14",
    [
      onHost(
        `${deb("stuck", "Section: misc", "exit 3")}; dpkg -i /root/stuck.deb >/dev/null 2>&1; dpkg -s stuck | grep -q half-configured`,
        "dpkg --purge --force-all stuck >/dev/null 2>&1",
      ),
    ],
    { leaves: theirs },
  ),
  first(
    "foreign-package-unmet",
    "A foreign package was unpacked with unmet dependencies",
    "H17",
    [
      onHost(
        `${deb("needy", "Depends: no-such-package")}; dpkg -i /root/needy.deb >/dev/null 2>&1; dpkg -s needy | grep -q unpacked`,
        "dpkg --purge --force-all needy >/dev/null 2>&1",
      ),
    ],
    { leaves: theirs },
  ),
  first(
    "dpkg-interrupted",
    "dpkg was killed by somebody before: its journal has to be worked off",
    "faults.md 26",
    [
      onHost(
        `touch /var/lib/dpkg/updates/0001; printf 'Package: no-such\\nStatus: purge ok not-installed\\n\\n' > /var/lib/dpkg/updates/0001`,
      ),
    ],
    {},
  ),
  refused(
    "package-missing",
    "The repository does not have one of the packages",
    "faults.md 28",
    [
      onHost(
        "cp -p /srv/repo/Packages /srv/kept; sed -i 's/^Package: sasl2-bin$/Package: other/' /srv/repo/Packages; rm -f /srv/repo/Release; rm -rf /var/lib/apt/lists/*_*",
        "mv /srv/kept /srv/repo/Packages; rm -rf /var/lib/apt/lists/*_*",
      ),
    ],
    [/sasl2-bin/, /package-missing|apt-failed/],
  ),
  refused(
    "mirror-dead",
    "The mirror is dead, and packages are missing",
    "faults.md 29, issue 14",
    [onHost(`${repository.gone}; rm -rf /var/lib/apt/lists/*_*`, repository.back)],
    [/apt-failed/],
  ),
  {
    id: "mirror-dead-nothing-missing",
    of: "faults.md 29",
    fault: "The mirror is dead, and all packages are there",
    start: "mail",
    meets: "up",
    inject: [onHost(repository.gone, repository.back)],
    exit: 0,
    left: "as asked",
  },
  {
    id: "mirror-dead-destroy",
    of: "issue 14",
    fault: "The mirror is dead when a destroy purges the packages",
    start: "bare",
    meets: "destroy",
    inject: [onHost(repository.gone, repository.back)],
    exit: 0,
    left: "as asked",
  },
  refused(
    "mirror-of-network-dead",
    "sources.list names a mirror on a machine that does not answer",
    "issue 14",
    [
      onHost(
        "cp -p /etc/apt/sources.list /root/; echo 'deb [trusted=yes] http://192.0.2.80/debian ./' > /etc/apt/sources.list; rm -rf /var/lib/apt/lists/*_*",
        "mv /root/sources.list /etc/apt/sources.list",
      ),
    ],
    [/apt-failed/],
    { leaves: theirs },
  ),
  first(
    "release-expired",
    "The repository's Release has expired",
    "issue 14",
    [
      onHost(
        "apt-get -qq update; cp -p /srv/repo/Release /root/; echo 'Valid-Until: Wed, 01 Jan 2020 00:00:00 UTC' >> /srv/repo/Release",
      ),
    ],
    { leaves: theirs },
  ),
  refused(
    "release-expired-no-lists",
    "The repository's Release has expired, and there are no older lists",
    "issue 14",
    [
      onHost(
        "rm -rf /var/lib/apt/lists/*_*; cp -p /srv/repo/Release /root/; echo 'Valid-Until: Wed, 01 Jan 2020 00:00:00 UTC' >> /srv/repo/Release",
        "mv /root/Release /srv/repo/Release",
      ),
    ],
    [/apt-failed/],
    { leaves: theirs },
  ),
  refused(
    "package-file-corrupt",
    "The file of a package is cut short on the mirror",
    "faults.md 29",
    [
      onHost(
        "cp -p /srv/repo/sasl2-bin_* /root/; for each in /srv/repo/sasl2-bin_*; do truncate -s 1000 $each; done",
        "mv /root/sasl2-bin_* /srv/repo/",
      ),
    ],
    [/apt-failed/],
    { leaves: theirs },
  ),
  {
    id: "package-held-up",
    of: "issue 14",
    fault: "The packages are on hold",
    start: "mail",
    meets: "up",
    inject: [onHost("apt-mark hold postfix sasl2-bin >/dev/null")],
    exit: 0,
    left: "as asked",
  },
  {
    id: "package-held-destroy",
    of: "issue 14",
    fault: "A package that we installed is on hold when a destroy begins",
    start: "bare",
    meets: "destroy",
    inject: [onHost("apt-mark hold sasl2-bin >/dev/null", "apt-mark unhold sasl2-bin >/dev/null")],
    exit: "not 0",
    says: [/sasl2-bin/, /package-still-needed/],
    left: "to be repaired",
  },
  refused(
    "exim-present",
    "The host has exim",
    "faults.md 34",
    [
      onHost(
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends exim4-daemon-light >/dev/null 2>&1",
        "DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y 'exim4*' libgnutls-dane0 >/dev/null 2>&1; DEBIAN_FRONTEND=noninteractive apt-get -qq autoremove --purge -y >/dev/null 2>&1",
      ),
    ],
    [/exim4/, /apt-would-remove-packages/],
    { left: "to be repaired", shows: { look: "systemctl is-active exim4", is: /^active/ }, next: [] },
  ),
  ...(["unpack", "configure"] as const).map((stage) =>
    first(
      `dpkg-killed-in-${stage}`,
      `dpkg is killed while it ${stage}s`,
      "H2",
      [once(`pgrep -f '^/usr/bin/dpkg .*--${stage}'`, `pkill -KILL -f '^/usr/bin/dpkg .*--${stage}' || :`)],
      {
        exit: "any",
        left: "either",
      },
    ),
  ),
  first(
    "others-install-meanwhile",
    "While apt runs for us, an administrator adds a user, a group and a package",
    "H2",
    [othersInstall],
    {
      ...whatTheyHave,
    },
  ),
  first("others-install-meanwhile-proof-fails", "The same, and the proof fails", "H2", [othersInstall], {
    secrets: { proofPassword: "wrong" },
    exit: "not 0",
    says: [/refused-by-saslauthd/],
    left: "as before",
    ...whatTheyHave,
  }),
  first(
    "proof-fails-first-up",
    "The proof of a first up on a bare host fails: the password is wrong",
    "faults.md 38",
    [],
    {
      secrets: { proofPassword: "wrong" },
      exit: "not 0",
      says: [/535/, /refused-by-saslauthd/, /everything is put back/],
      left: "as before",
    },
  ),
  first(
    "needrestart",
    "needrestart is asked by apt about each restart",
    "issue 14",
    [
      onHost(
        'printf \'#!/bin/sh\\necho "$0 mode=$NEEDRESTART_MODE ui=$DEBIAN_FRONTEND" >> /run/needrestart.log; [ "$NEEDRESTART_MODE" = l ] || read answer < /dev/tty\\n\' > /usr/sbin/needrestart; chmod 755 /usr/sbin/needrestart; echo \'DPkg::Post-Invoke {"/usr/sbin/needrestart";};\' > /etc/apt/apt.conf.d/99needrestart',
      ),
    ],
    { leaves: /needrestart|\/usr\/sbin |apt\.conf\.d /, shows: { look: "sort -u /run/needrestart.log", is: /mode=l/ } },
  ),
];
