// Faults of file systems: full, without inodes, read-only, and a power cut.
import { setTimeout as sleep } from "node:timers/promises";
import { createHost } from "../../../lab/hosts/index.ts";
import { findInit, signal } from "../../../lab/hosts/processes.ts";
import type { Fault, Injection, Scene } from "../fault.ts";
import { full, once, onceDo, onHost, readOnly, withoutInodes } from "../injections.ts";
import { changeBegun, installs, login } from "../moments.ts";
import { mustBeRefused } from "../row.ts";

const library = "/var/lib/sasl-mail-host";

const refused = (
  id: string,
  fault: string,
  of: string,
  inject: readonly Injection[],
  says: readonly RegExp[],
  more: Partial<Fault> = {},
): Fault =>
  mustBeRefused(id, fault, of, inject, {
    says,
    shows: { look: "systemctl is-active postfix; pgrep -x saslauthd | head -c1 | wc -c", is: /^active\n1/ },
    ...more,
  });

/**
 * The init is killed, and with it everything. What was not synced stays, in the page cache of the
 * machine that runs the lab.
 */
async function cutPower({ host }: Scene): Promise<void> {
  const init = findInit(host.name);
  if (init !== undefined) signal(init, "SIGKILL");
  await sleep(500);
  await createHost(host.name, { debian: host.debian });
}

const cut = (
  id: string,
  fault: string,
  start: Fault["start"],
  meets: Fault["meets"],
  seen: string,
  after = 0,
): Fault => ({
  id,
  of: "faults.md 64, issue 14",
  fault,
  start,
  meets,
  inject: [onceDo(seen, "the host's first process is killed, and it boots again", cutPower, after)],
  exit: "any",
  left: "to be repaired",
  within: 240,
});

export const ofDisk: readonly Fault[] = [
  refused(
    "full-etc-postfix",
    "The file system of /etc/postfix is full",
    "faults.md 30",
    [full("/etc/postfix")],
    [/No space left/],
  ),
  refused("full-etc", "The file system of /etc is full", "faults.md 30, issue 14", [full("/etc")], [/No space left/]),
  refused(
    "full-journal",
    "The file system of our journal is full",
    "H3",
    [full(library)],
    [/records-not-written|No space/],
  ),
  refused("full-tmp", "/tmp is full", "issue 14", [full("/tmp")], [], {
    exit: "any",
    left: "either",
    shows: { look: "systemctl is-active postfix", is: /^active/ },
  }),
  refused(
    "full-var-bare",
    "/var is full when packages are to be installed",
    "faults.md 31, issue 14",
    [full("/var")],
    [/No space left|not enough free space|apt-failed|records-not-written/],
    {
      start: "bare",
      meets: "up",
      shows: { look: "ls /usr/sbin/postfix 2>&1 || :", is: /No such/ },
    },
  ),
  refused(
    "full-usr-bare",
    "The file system that packages are unpacked to is full",
    "faults.md 31, issue 14",
    [
      onHost(
        "mkdir -p /usr/lib/postfix && mount -t tmpfs -o size=16k tmpfs /usr/lib/postfix",
        "umount /usr/lib/postfix; rmdir /usr/lib/postfix 2>/dev/null || :",
      ),
    ],
    [/No space left on device/],
    {
      start: "bare",
      meets: "up",
      leaves: /^\/var\/spool\/postfix d |usr\/lib\/postfix/,
      shows: { look: ":", is: /^$/ },
    },
  ),
  refused(
    "full-etc-first-up",
    "The file system of /etc/postfix is full at the first up",
    "faults.md 30",
    [full("/etc/postfix")],
    [/No space left/],
    {
      meets: "up",
      shows: {
        look: "systemctl is-active postfix; ls -A /etc/postfix | grep -c '^\\.sasl\\|tmp' || :",
        is: /^active\n0/,
      },
    },
  ),
  refused(
    "full-etc-default-destroy",
    "The file system of /etc/default is full at a destroy",
    "issue 14",
    [full("/etc/default")],
    [/No space left/],
    {
      meets: "destroy",
      left: "to be repaired",
      shows: { look: "grep -c OPTIONS /etc/default/saslauthd", is: /^[12]/ },
    },
  ),
  refused(
    "no-inodes-journal",
    "The file system of our journal has no inode left",
    "issue 14",
    [withoutInodes(library)],
    [/df -i|No space left|inodes/],
  ),
  refused(
    "no-inodes-etc-postfix",
    "The file system of /etc/postfix has no inode left",
    "issue 14",
    [withoutInodes("/etc/postfix")],
    [/No space left/],
  ),
  refused(
    "read-only-etc-postfix",
    "/etc/postfix is read-only",
    "faults.md 32",
    [readOnly("/etc/postfix")],
    [/Read-only file system/],
  ),
  refused("read-only-etc", "/etc is read-only", "faults.md 32", [readOnly("/etc")], [/Read-only file system/]),
  refused(
    "read-only-journal",
    "The folder of our journal is read-only",
    "faults.md 32",
    [readOnly(library)],
    [/Read-only file system/],
  ),
  refused(
    "read-only-etc-destroy",
    "/etc is read-only at a destroy",
    "faults.md 32",
    [readOnly("/etc")],
    [/Read-only file system/],
    { meets: "destroy", left: "to be repaired" },
  ),
  refused(
    "immutable-master-cf",
    "master.cf is immutable, as by chattr +i: a file is mounted over it",
    "faults.md 32",
    [
      onHost(
        "cp -a /etc/postfix/master.cf /run/master.cf; mount --bind /run/master.cf /etc/postfix/master.cf",
        "umount /etc/postfix/master.cf",
      ),
    ],
    [/master\.cf/],
  ),
  {
    ...refused(
      "disk-fills-up-in-change",
      "The file system of our journal fills up in the middle of a change",
      "H3",
      [
        onHost(
          `cp -a ${library} /dev/shm/kept; mount -t tmpfs -o size=2m none ${library}; cp -a /dev/shm/kept/. ${library}/`,
          `rm -f ${library}/filler*; rm -rf /dev/shm/kept; cp -a ${library} /dev/shm/kept; umount -l ${library}; find ${library} -mindepth 1 -delete; cp -a /dev/shm/kept/. ${library}/; rm -rf /dev/shm/kept`,
        ),
        once(
          changeBegun,
          `for size in 64k 4k; do dd if=/dev/zero of=${library}/filler$size bs=$size 2>/dev/null; done; :`,
        ),
      ],
      [],
    ),
    exit: "any",
    left: "either",
  },
  cut("power-cut-in-apt", "The power goes while dpkg works", "bare", "up", installs),
  cut("power-cut-in-apt-later", "The power goes while dpkg works, three seconds later", "bare", "up", installs, 3),
  cut("power-cut-in-first-up", "The power goes at the first change of a first up", "mail", "up", changeBegun),
  cut(
    "power-cut-in-first-up-later",
    "The power goes a second after the first change of a first up",
    "mail",
    "up",
    changeBegun,
    1,
  ),
  cut(
    "power-cut-in-change",
    "The power goes at the first entry of the journal of a change",
    "mail",
    "change",
    changeBegun,
  ),
  cut(
    "power-cut-in-proof",
    "The power goes while the proof logs in",
    "mail",
    "change",
    "ss -Htn state established '( sport = :465 )' | grep -q .",
  ),
  cut("power-cut-in-preview", "The power goes in a preview", "mail", "preview", login),
  cut("power-cut-in-refresh", "The power goes in a refresh", "mail", "refresh", login),
  cut("power-cut-in-destroy", "The power goes in a destroy", "mail", "destroy", login, 0.5),
  cut("power-cut-in-destroy-later", "The power goes later in a destroy", "mail", "destroy", login, 1.2),
  cut(
    "power-cut-in-purge",
    "The power goes while a destroy purges the packages",
    "bare",
    "destroy",
    "pgrep -f '^/usr/bin/dpkg .*--(purge|remove)'",
  ),
  {
    id: "journal-file-emptied",
    of: "H4",
    fault: "After a kill in a change, a file of the journal is empty, as a power cut leaves it on ext4",
    start: "mail",
    meets: "change",
    inject: [
      onceDo(
        changeBegun,
        "the sshd sessions are killed, and the newest file of the journal is emptied",
        async ({ shell }) => {
          await shell("pkill -KILL -f '^sshd(-session)?: root'; sleep 0.3");
          await shell(`file=$(ls -t ${library}/journal/*/* 2>/dev/null | head -1); [ -z "$file" ] || : > "$file"`);
        },
      ),
    ],
    exit: "any",
    left: "to be repaired",
  },
];
