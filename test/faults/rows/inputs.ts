// Inputs that are hostile or out of all proportion, secrets, and hosts that answer without end.
import type { Fault } from "../fault.ts";
import { connecting, onHost } from "../injections.ts";
import { mustBeRefused, mustWork } from "../row.ts";

/** Refused before the host is contacted. */
const refused = (
  id: string,
  fault: string,
  of: string,
  configure: Record<string, unknown>,
  says: readonly RegExp[],
): Fault => mustBeRefused(`input-${id}`, fault, of, [], { meets: "preview", configure, says, within: 60 });

/** Counts lines with a part of the proof's password, which is nowhere in the text of the command itself. */
const canary = `p='pä ss'; q='"w'; grep -a -c -F "$p$q"`;

const quiet = (id: string, fault: string, of: string, set: string, look: string, more: Partial<Fault> = {}): Fault =>
  mustWork(id, fault, of, set === "" ? [] : [onHost(set, "systemctl stop watcher 2>/dev/null; :")], {
    shows: { look, is: /^0\b/ },
    ...more,
  });

export const ofInputs: readonly Fault[] = [
  refused(
    "command-in-account",
    "A command in the place of an account's name",
    "faults.md 55",
    { accounts: [{ name: "; rm -rf /" }] },
    [/accounts/],
  ),
  refused(
    "command-in-option",
    "A command in a setting of Postfix",
    "faults.md 55",
    { options: { "$(touch /root/x)": "y" } },
    [/options/],
  ),
  refused(
    "newline-in-option",
    "A line end in the value of a setting",
    "faults.md 56",
    { options: { smtpd_banner: "a\nb" } },
    [/options/],
  ),
  refused("nul-in-directory", "A NUL in a path", "faults.md 56", { socketDirectory: "/var/a\0b" }, [
    /socketDirectory|path/,
  ]),
  refused(
    "carriage-return-in-user",
    "A carriage return in the name of the user",
    "faults.md 56",
    { proofUsername: "alice\r" },
    [/proofUsername|username/],
  ),
  refused(
    "leading-dash",
    "A user whose name begins with a dash",
    "faults.md 57",
    { proofUsername: "-alice", accounts: [{ name: "-alice" }] },
    [/accounts|name/],
  ),
  refused(
    "one-megabyte",
    "A value of a megabyte",
    "faults.md 58",
    { socketDirectory: `/var/${"a".repeat(1_000_000)}` },
    [/socketDirectory|path/],
  ),
  refused(
    "path-climbs",
    "A path that climbs out of its folder",
    "faults.md 55",
    { socketDirectory: "/var/spool/../../etc" },
    [/socketDirectory|path/],
  ),
  refused("key-misspelt", "`tsl` in the place of `tls`", "H10", { tsl: { selfSigned: true } }, [/did you mean tls/]),
  refused("tls-of-no-kind", "Plain text where an object belongs", "H10", { tls: "yes" }, [/tls/]),
  {
    ...refused(
      "cleartext-left-running",
      "A Postfix in use would end stopped, and nobody said so",
      "H10",
      { allowCleartext: undefined },
      [/postfix-stop-unasked|stopped/],
    ),
    meets: "refresh",
    within: 120,
    next: ["up"],
    run: ({ stack }) => stack.up(),
    shows: { look: "systemctl is-active postfix", is: /^active/ },
  },
  quiet(
    "secret-in-processes",
    "Somebody on the host reads all arguments and environments during the first up",
    "faults.md 61",
    "systemd-run -q --unit=watcher sh -c 'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; sleep 0.05; done > /run/watched'",
    `systemctl stop watcher; tr '\\0' '\\n' < /run/watched > /run/lines; ${canary} /run/lines`,
  ),
  quiet(
    "secret-in-logs",
    "Somebody on the host searches logs and temporary files after the first up",
    "faults.md 61",
    "",
    `journalctl --no-pager > /run/all 2>/dev/null; cat /run/all $(find /var/log /tmp /var/tmp /var/lib/sasl-mail-host /run -xdev -type f -size -4M ! -path /run/all 2>/dev/null) 2>/dev/null > /dev/shm/all; ${canary} /dev/shm/all; rm /dev/shm/all`,
  ),
  {
    ...quiet(
      "sudo-records-input",
      "sudo records what is typed (log_input)",
      "H15",
      "echo 'Defaults log_input, log_output' > /etc/sudoers.d/zz-record",
      `find /var/log/sudo-io -type f -exec zcat -f {} + > /dev/shm/all 2>/dev/null; ${canary} /dev/shm/all; rm /dev/shm/all`,
    ),
    inject: [
      onHost("echo 'Defaults log_input, log_output' > /etc/sudoers.d/zz-record"),
      connecting("log in as deployer, who is no root", async () => ({ user: "deployer" })),
    ],
    leaves: /sudoers\.d|sudo_as_admin/,
  },
  {
    id: "output-300-mb",
    of: "faults.md 63",
    fault: "root's .bashrc prints 300 MB",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "cp /root/.bashrc /run/bashrc; echo \"head -c 300000000 /dev/zero | tr '\\\\0' x\" > /root/.bashrc",
        "cp /run/bashrc /root/.bashrc",
      ),
    ],
    exit: "any",
    left: "either",
  },
  {
    id: "output-endless",
    of: "faults.md 63",
    fault: "root's .bashrc prints without end",
    start: "mail",
    meets: "up",
    inject: [
      onHost("cp /root/.bashrc /run/bashrc; echo yes > /root/.bashrc", "cp /run/bashrc /root/.bashrc; pkill -x yes; :"),
      connecting("one dial", async () => ({ dialErrorLimit: 0 })),
    ],
    exit: "not 0",
    says: [/shell-not-started/],
    left: "as before",
    next: ["up"],
  },
  {
    id: "answer-too-large",
    of: "faults.md 63",
    fault: "A configuration file of the host has 40 MB",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "cp -a /etc/default/saslauthd /run/kept; head -c 40000000 /dev/zero | tr '\\0' '#' | fold -w 1000 >> /etc/default/saslauthd",
        "cat /run/kept > /etc/default/saslauthd",
      ),
    ],
    exit: "not 0",
    says: [/answer-too-large/],
    left: "as before",
  },
  {
    id: "ssh-banner-large",
    of: "faults.md 63",
    fault: "sshd shows a banner of 200 KB before the login",
    start: "mail",
    meets: "up",
    inject: [
      onHost(
        "head -c 200000 /dev/zero | tr '\\0' b | fold -w 100 > /run/banner; echo Banner /run/banner > /etc/ssh/sshd_config.d/banner.conf; systemctl reload ssh",
        "rm /etc/ssh/sshd_config.d/banner.conf; systemctl reload ssh",
      ),
    ],
    exit: 0,
    left: "as asked",
  },
];
