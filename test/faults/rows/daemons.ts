// Faults of services and processes of the host: stopped, disabled, crashing, in the way.
import type { Fault } from "../fault.ts";
import { once, onHost } from "../injections.ts";
import { changeBegun } from "../moments.ts";
import { mustWork } from "../row.ts";

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";

/** Something of ours was undone by hand: shown by a preview and repaired by the next up. */
const drift = (id: string, fault: string, of: string, set: string, shows: RegExp): readonly Fault[] => [
  {
    id: `drift-${id}`,
    of,
    fault: `${fault}, seen by a preview`,
    start: "mail",
    meets: "preview",
    inject: [onHost(set)],
    exit: 0,
    says: [shows],
    left: "to be repaired",
  },
];

/** A listener on a port, of a program that is not Postfix. */
const squatter = (port: number) =>
  onHost(
    `cat > /run/squatter.pl <<'END'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(Listen => 5, LocalPort => ${port}, ReuseAddr => 1) or die;
sleep 600;
END
systemd-run -q --unit=squatter perl /run/squatter.pl; timeout 10 sh -c 'until ss -Hltn | grep -q :${port}; do sleep 0.1; done'`,
    "systemctl stop squatter",
  );

const serving = { look: "systemctl is-active postfix; ss -Hltn 'sport = :25' | grep -c .", is: /^active\n[12]/ };

export const ofDaemons: readonly Fault[] = [
  ...drift(
    "socket-directory-missing",
    "The socket's directory is gone",
    "faults.md 39",
    `systemctl stop saslauthd; rm -rf ${socketDirectory}`,
    /StatOverride|socket/i,
  ),
  ...drift(
    "socket-directory-open",
    "Everybody may reach the socket",
    "faults.md 39",
    `chmod 755 ${socketDirectory}`,
    /security hole|every local user/,
  ),
  ...drift(
    "group-membership",
    "postfix was taken out of the group sasl",
    "faults.md 40",
    "gpasswd -d postfix sasl >/dev/null; systemctl restart postfix",
    /GroupMember/,
  ),
  ...drift(
    "saslauthd-stopped",
    "saslauthd was stopped by hand",
    "faults.md 42",
    "systemctl stop saslauthd",
    /SaslauthdService[\s\S]*stopped/,
  ),
  ...drift(
    "saslauthd-disabled",
    "saslauthd was stopped and disabled by hand",
    "faults.md 42",
    "systemctl disable --now saslauthd 2>/dev/null",
    /SaslauthdService/,
  ),
  ...drift(
    "postfix-stopped",
    "Postfix was stopped and disabled by hand",
    "faults.md 42",
    "systemctl disable --now postfix 2>/dev/null",
    /PostfixService/,
  ),
  ...drift(
    "smtpd-conf-gone",
    "smtpd.conf was removed by hand",
    "faults.md 42",
    "rm /etc/postfix/sasl/smtpd.conf",
    /SmtpdConf/,
  ),
  ...drift(
    "entry-gone",
    "The entry smtps was taken out of master.cf",
    "faults.md 42",
    "postconf -MX smtps/inet; systemctl reload postfix",
    /MasterService/,
  ),
  ...drift(
    "process-older",
    "saslauthd runs with other options than its file has",
    "faults.md 43",
    "cp -p /etc/default/saslauthd /run/kept; sed -i 's|^OPTIONS=.*|OPTIONS=\"-m /var/spool/postfix/var/run/saslauthd -n 2\"|' /etc/default/saslauthd; systemctl restart saslauthd; cp -p /run/kept /etc/default/saslauthd",
    /SaslauthdService/,
  ),
  mustWork("port-465-taken", "Another program listens on port 465", "faults.md 37", [squatter(465)], {
    exit: "not 0",
    says: [/perl/, /465/, /port-in-use/],
    left: "as before",
    shows: serving,
  }),
  {
    id: "port-587-taken",
    of: "faults.md 37",
    fault: "Another program listens on port 587, which a change asks for",
    start: "mail",
    meets: "change",
    configure: {
      tls: { selfSigned: true, serverName: "mail.lab.example" },
      submission: true,
      allowCleartext: undefined,
    },
    inject: [squatter(587)],
    exit: "not 0",
    says: [/perl/, /587/, /port-in-use/],
    left: "as before",
    shows: serving,
  },
  mustWork(
    "saslauthd-crashes",
    "saslauthd is killed once a second",
    "issue 14",
    [
      onHost(
        "systemd-run -q --unit=crasher sh -c 'while sleep 1; do pkill -KILL -x saslauthd; done'",
        "systemctl stop crasher; systemctl reset-failed saslauthd 2>/dev/null; :",
      ),
    ],
    { exit: "any", left: "either", says: [/saslauthd/] },
  ),
  mustWork(
    "saslauthd-cannot-start",
    "saslauthd ends at once each time it is started",
    "issue 14",
    [
      onHost(
        "mkdir -p /etc/systemd/system/saslauthd.service.d; printf '[Service]\\nExecStartPost=/bin/false\\n' > /etc/systemd/system/saslauthd.service.d/zz.conf; systemctl daemon-reload",
        "rm /etc/systemd/system/saslauthd.service.d/zz.conf; rmdir --ignore-fail-on-non-empty /etc/systemd/system/saslauthd.service.d; systemctl daemon-reload; systemctl reset-failed saslauthd 2>/dev/null; :",
      ),
    ],
    {
      exit: "not 0",
      says: [/saslauthd-not-started/],
      left: "as before",
      leaves: /^failed saslauthd|unit /,
      shows: serving,
    },
  ),
  mustWork(
    "saslauthd-masked",
    "saslauthd.service is masked",
    "faults.md 42",
    [onHost("systemctl mask --now saslauthd 2>/dev/null", "systemctl unmask saslauthd 2>/dev/null")],
    {
      exit: "not 0",
      says: [/masked/, /saslauthd-unit-masked/],
      left: "as before",
      shows: serving,
    },
  ),
  mustWork(
    "postfix-masked",
    "postfix.service is masked, and runs",
    "faults.md 42",
    [onHost("systemctl mask postfix 2>/dev/null", "systemctl unmask postfix 2>/dev/null")],
    {
      exit: "any",
      says: [/masked/],
      left: "either",
    },
  ),
  mustWork(
    "postfix-killed-in-change",
    "Postfix's master is killed in the middle of a change",
    "issue 14",
    [once(changeBegun, "pkill -KILL -x master")],
    {
      meets: "change",
      exit: "any",
      left: "either",
    },
  ),
  mustWork(
    "saslauthd-killed-in-change",
    "saslauthd is killed in the middle of a change",
    "issue 14",
    [once(changeBegun, "pkill -KILL -x saslauthd")],
    {
      meets: "change",
      exit: "any",
      left: "either",
    },
  ),
  mustWork(
    "root-shell-killed",
    "Our shell on the host is killed in the middle of a change",
    "issue 14",
    [once(changeBegun, "pid=$(cut -d' ' -f2 /run/sasl-mail-host.lock); kill -KILL $pid")],
    { meets: "change", exit: "any", left: "to be repaired", says: [/connection-lost/] },
  ),
  mustWork(
    "container-saslauthd",
    "A container on the host runs a saslauthd on the same path",
    "H9",
    [
      onHost(
        "systemd-run -q --unit=container unshare --pid --mount --fork --mount-proc sh -c 'mount -t tmpfs tmpfs /var/spool; mkdir -p /var/spool/postfix/var/run/saslauthd; /usr/sbin/saslauthd -a shadow -m /var/spool/postfix/var/run/saslauthd -n 1; exec sleep infinity'; sleep 1",
        "systemctl stop container; systemctl reset-failed container 2>/dev/null; :",
      ),
    ],
    { shows: { look: "systemctl status container --no-pager", is: /saslauthd -a shadow/ } },
  ),
  mustWork(
    "mail-in-queue-destroy",
    "Mail waits in the queue of a Postfix that we installed, and a destroy begins",
    "H1",
    [
      onHost(
        "postconf -e defer_transports=local; postfix reload 2>/dev/null; echo hello | sendmail root; timeout 30 sh -c 'until postqueue -j | grep -q deferred; do sleep 0.2; done'",
        "postsuper -d ALL 2>/dev/null; postconf -X defer_transports",
      ),
    ],
    {
      start: "bare",
      meets: "destroy",
      exit: "not 0",
      says: [/mail-in-queue/],
      left: "to be repaired",
      shows: { look: "postqueue -j | wc -l; systemctl is-active postfix", is: /^1\nactive/ },
    },
  ),
  mustWork(
    "no-process-ids",
    "The user who logs in may have no further process",
    "issue 14",
    [onHost("echo 'deployer hard nproc 1' > /etc/security/limits.d/few.conf", "rm /etc/security/limits.d/few.conf")],
    { exit: "any", left: "either", leaves: /sudo_as_admin/ },
  ),
  mustWork(
    "little-memory",
    "root's sessions may have 60 MB of address space",
    "issue 14",
    [onHost("echo 'root hard as 60000' > /etc/security/limits.d/little.conf", "rm /etc/security/limits.d/little.conf")],
    { start: "bare", exit: "any", left: "either", within: 240 },
  ),
  mustWork(
    "few-open-files",
    "root's sessions may have twelve open files",
    "issue 14",
    [onHost("echo 'root hard nofile 12' > /etc/security/limits.d/few.conf", "rm /etc/security/limits.d/few.conf")],
    { exit: "any", left: "either" },
  ),
  mustWork(
    "group-pids-full",
    "The host's control group has no process id left in the middle of a change",
    "issue 14",
    [
      onHost(
        "mkdir -p /run/pids && mount -t cgroup -o pids none /run/pids 2>/dev/null && mkdir -p /run/pids/few && echo 40 > /run/pids/few/pids.max && for pid in $(pgrep -x sshd); do echo $pid > /run/pids/few/cgroup.procs; done",
        "for pid in $(cat /run/pids/few/cgroup.procs); do echo $pid > /run/pids/cgroup.procs; done; rmdir /run/pids/few; umount /run/pids; rmdir /run/pids",
      ),
    ],
    { exit: "any", left: "either" },
  ),
];
