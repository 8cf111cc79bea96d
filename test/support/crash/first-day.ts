// The host before anything of ours, and after a boot: the daemons load what is on the disk.
import { Disk, type Inode, newId, type Tree } from "./disk.ts";

const files: Readonly<Record<string, string>> = {
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n',
  "/etc/group": "root:x:0:\nmail:x:8:ops\nsasl:x:45:\n",
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\npostfix:x:100:100::/var/spool/postfix:/bin/false\n",
  "/etc/default/saslauthd": "MECHANISMS=pam\n",
  "/etc/postfix/main.cf": "compatibility_level = 3.6\n",
  "/etc/postfix/master.cf": "smtp inet n - y - - smtpd\n",
  "/etc/postfix/sasl/smtpd.conf": "# of the administrator\nlog_level: 3\n",
};

/** What systemd starts; both units are enabled. */
const daemons = ["postfix", "saslauthd"];

/** The same tree with new daemons; what is in memory is gone. */
export function booted(tree: Tree): Tree {
  const result = new Map(tree);
  const add = (path: string, inode: Inode) => result.set(path, { ...inode, id: newId() });
  const folder = (path: string) => add(path, { kind: "folder", mode: 0o755, data: "" });
  const file = (path: string, data: string) => add(path, { kind: "file", mode: 0o644, data });
  for (const path of [
    "/run",
    "/run/queue",
    "/run/queue/pid",
    "/run/systemd",
    "/run/systemd/system",
    "/proc",
    "/proc/77",
    "/daemons",
  ])
    folder(path);
  file("/run/queue/pid/master.pid", "77\n");
  file("/proc/77/comm", "master\n");
  for (const daemon of daemons) file(`/daemons/${daemon}`, loadedBy(daemon, tree));
  return result;
}

/** What a daemon has in memory when it has just read its files. */
export function loadedBy(daemon: string, tree: Tree): string {
  const content = (path: string) => tree.get(path)?.data ?? "";
  if (daemon === "saslauthd") return content("/etc/default/saslauthd");
  const applications = [...tree.keys()].filter((path) => /^\/etc\/postfix\/sasl\/[^.][^/]*\.conf$/.test(path)).sort();
  return [content("/etc/postfix/master.cf"), ...applications.map(content)].join("");
}

export function firstDay(): Disk {
  const tree = new Map<string, Inode & { id: number }>();
  const add = (path: string, inode: Inode) => tree.set(path, { ...inode, id: tree.size + 1 });
  for (const path of ["/etc", "/etc/default", "/etc/postfix", "/etc/postfix/sasl", "/var", "/var/lib", "/var/backups"])
    add(path, { kind: "folder", mode: 0o755, data: "" });
  for (const [path, data] of Object.entries(files)) add(path, { kind: "file", mode: 0o644, data });
  return Disk.of(booted(tree));
}
