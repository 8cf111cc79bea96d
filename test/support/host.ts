// Hosts of the tests, and ways to look at them that the product does not use.
import { createHost, type Debian, destroyHost, inside, type LabHost } from "../../lab/hosts/index.ts";
import { checkoutMark } from "../../lab/paths.ts";

/** The mail user of the tests, with every character that a careless quoting would change. */
export const mailUser = { name: "alice", password: `pä ss"w'o$rd\\ -\`x\`;#` } as const;

/**
 * A fresh host with the mail user on it. PAM refuses a wrong password at once, and not after two seconds (`nodelay`, pam_unix(8)):
 * each proof asks for a refusal. `asShipped` leaves that.
 */
export async function freshHost(
  purpose: string,
  debian: Debian,
  { asShipped = false }: { readonly asShipped?: boolean } = {},
): Promise<LabHost> {
  const name = `${purpose}-${checkoutMark}`;
  await destroyHost({ name });
  const host = await createHost(name, { debian });
  await shell(host, `useradd -m ${mailUser.name}`);
  await setPassword(host, mailUser.password);
  if (!asShipped) await shell(host, "sed -i 's/pam_unix.so nullok/& nodelay/' /etc/pam.d/common-auth");
  return host;
}

export async function setPassword(host: LabHost, password: string): Promise<void> {
  const { exitCode, stderr } = await inside(host, ["chpasswd"], { input: `${mailUser.name}:${password}\n` });
  if (exitCode !== 0) throw new Error(stderr);
}

/** Gives the host another /bin/sh, as an administrator does it. */
export async function exchangeShell(host: LabHost, program: "bash" | "busybox"): Promise<void> {
  await shell(host, "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y busybox >/dev/null");
  await shell(host, `ln -sf ${program} /bin/sh && [ "$(readlink -f /bin/sh)" = /usr/bin/${program} ]`);
}

/** Runs shell text as root inside the host, not through SSH, and gives what it printed; a failing one is an error. */
export async function shell(host: LabHost, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await inside(host, ["sh", "-c", script]);
  if (exitCode !== 0) throw new Error(`in ${host.name}: ${script}\nexit ${exitCode}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** inode, mtime, owner, group and mode of files, one line each. */
export function identityOf(host: LabHost, paths: readonly string[]): Promise<string> {
  return shell(host, `stat -c '%n %i %y %U:%G %a' ${paths.join(" ")}`);
}

/** Ports that something listens on, as ss prints them. */
export async function listeningPorts(host: LabHost): Promise<number[]> {
  const rows = (await shell(host, "ss -Hltn | awk '{print $4}'")).split("\n");
  return [...new Set(rows.map((row) => Number(row.slice(row.lastIndexOf(":") + 1))))].sort((a, b) => a - b);
}

/** The argument list of the oldest process of a program, from /proc. */
export function argvOf(host: LabHost, program: string): Promise<string> {
  return shell(host, `tr '\\0' ' ' < /proc/$(pgrep -o -x ${program})/cmdline`);
}

/**
 * Everything of a host that a user could miss or find left over: files with content, owner and mode, units with what starts them at
 * boot, overrides, packages. The states of units follow from files and links below /etc, /usr and /run (systemctl(1), is-enabled);
 * to ask systemd for all of them costs more than the rest together. Left out are logs, caches, spool contents, the package database's
 * own bookkeeping, and the scopes of sessions. Below /usr, which only packages write, size and time stand for the content.
 */
export async function snapshot(host: LabHost): Promise<string[]> {
  const skip = [
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/tmp",
    "/srv/repo",
    "/var/log",
    "/var/cache",
    // dpkg's own copies of its database, made each midnight
    "/var/backups",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lib/systemd",
    "/var/tmp",
    "/root/.ssh",
  ];
  const prune = skip.map((path) => `-path ${path}`).join(" -o ");
  const look = `find / -xdev \\( ${prune} \\) -prune -o`;
  const files = await shell(
    host,
    `${look} -type l -printf '%p -> %l\\n' -o -path '/usr/*' -type f -printf '%p %U:%G %m %s %T@\\n' -o -printf '%p %y %U:%G %m\\n'
${look} -type f ! -path '/usr/*' -print0 | xargs -0 sha256sum`,
  );
  const rest = await shell(
    host,
    `dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Status}\\n'
dpkg-statoverride --list | sed 's/^/override /'
cd /run/systemd && find system* generator* transient ! -type d ! -name '*.scope' -printf 'unit %p %l\\n' 2>/dev/null
systemctl list-units --type=service --all --plain --no-legend --no-pager | awk '$3 == "active" || $3 == "failed" {print $3, $1}'`,
  );
  const rows = [...files.split("\n"), ...rest.split("\n")];
  return rows.filter((row) => !noise.test(row.replace(/^[0-9a-f]{64} +/, ""))).sort();
}

/** What every host writes by itself between two looks. */
const noise =
  /^\/(var\/spool\/postfix\/(pid|active|incoming|private|public|maildrop|var\/run\/saslauthd\/)|var\/lib\/postfix|usr\/lib\/sasl2|home\/\w+\/\.sudo_as_admin_successful)|^\/etc\/(ld\.so\.cache|\.pwd\.lock|mtab|(passwd|group|shadow|gshadow|subuid|subgid)-)( |$)|^active (user@|session|systemd-|user-runtime)/;
