// Facts of the listening TCP ports (ss(8)) and the processes that hold them.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { isLoopback } from "./loopback.ts";
import { findMaster, postfixDaemons } from "./own-process.ts";

/** A listening TCP socket. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /**
   * The holder: `postfixItself` for every process of Postfix that the kernel names; else the name
   * of a program with what identifies it; "" where the kernel names no holder.
   */
  readonly program: string;
}

/** The master and all processes that it started: smtpd, postscreen, tlsproxy … */
export const postfixItself = "master";

const name = "the listening ports (ss)";

/**
 * Every holder of a socket that our /proc shows counts, also one in a container that shares the
 * host's network. ss itself is not asked for the holders (`-p`): it prints the name of a process as
 * it is, and any user may put line ends and whole rows into a name (PR_SET_NAME). Holders are found
 * by the inode of their socket, and only plain characters of their names are shown.
 */
export const listeners: Fact<readonly Listener[]> = {
  name,
  question: sh`command -v find >/dev/null || exit 127
rows=$(ss -H -l -t -n -e) || exit
printf '%s\n' "$rows"
${findMaster}
whose() {
  pid=$1
  { read -r stat < /proc/$pid/stat; } 2>/dev/null || return
  set -- \${stat##*) }
  case $master in $pid | $2) echo postfix; return ;; esac
  [ /proc/$pid/ns/pid -ef /proc/self/ns/pid ] || { echo container; return; }
  exes=$(readlink /proc/$pid/exe)\ $(readlink /proc/$2/exe)
  case $exes in
    ${postfixDaemons}/*${postfixDaemons}/master* | ${postfixDaemons}/master*) echo instance ;;
    ${postfixDaemons}/*) echo postfix ;;
    *) echo other ;;
  esac
}
find /proc/[0-9]*/fd -maxdepth 1 -lname 'socket:*' -printf '%h %l\n' 2>/dev/null | awk -v rows="$rows" '
  BEGIN {
    count = split(rows, words, /[ \n]+/)
    for (at = 1; at <= count; at++) if (words[at] ~ /^ino:[0-9]+$/) inodes[substr(words[at], 5)]
  }
  { split($1, path, "/"); inode = substr($2, 9, length($2) - 9) }
  inode in inodes { print path[3], inode }' | sort -u | while read -r pid inode; do
  printf 'holder %s %s %s %s\n' "$inode" "$pid" "$(whose "$pid")" "$({ tr -c 'A-Za-z0-9._\n-' '?' < "/proc/$pid/comm"; } 2>/dev/null | head -n 1)"
done`,
  parse: (answer) => {
    const rows = textOf(name, answer)
      .split("\n")
      .map((row) => row.trim().split(/\s+/));
    const holders = rows.filter(([kind]) => kind === "holder");
    return rows.flatMap((columns) => {
      const local = /^(.*):(\d+)$/.exec(columns[3] ?? "");
      if (columns[0] !== "LISTEN" || local === null) return [];
      const inode = columns.find((column) => column.startsWith("ino:"))?.slice("ino:".length);
      const described = holders
        .filter(([, held]) => held === inode)
        .map(([, , pid = "", whose = "", program = ""]) => describeHolder(program, pid, whose));
      const program = described.find((holder) => holder === postfixItself) ?? described[0] ?? "";
      return [{ address: local[1] ?? "", port: Number(local[2]), program }];
    });
  },
};

/** The description of a holder; "" for one that ended between the two reads. */
function describeHolder(program: string, pid: string, whose: string): string {
  if (whose === "postfix") return postfixItself;
  if (whose === "container") return `${program} (process ${pid} of a container)`;
  if (whose === "instance") return `${program} of another Postfix instance (process ${pid})`;
  return whose === "" ? "" : program;
}

/** Where the kernel names no holder, it may be Postfix itself. */
export function mayBePostfix({ program }: Listener): boolean {
  return program === postfixItself || program === "";
}

/** The addresses on which Postfix serves a port, without brackets. */
function addressesOf(found: readonly Listener[], port: number): string[] {
  return found
    .filter((listener) => listener.port === port && mayBePostfix(listener))
    .map(({ address }) => address.replace(/[[\]]/g, ""))
    .filter((address) => address === "*" || /^[0-9a-f:.]+(%[\w.-]+)?$/i.test(address));
}

/** The loopback address by which a client on the host reaches each of these addresses. */
const loopbackOf: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "*": "127.0.0.1",
  "::": "::1",
};

/** ss(8) puts `::ffff:` before the IPv4 address of an IPv6 socket, and appends the interface. */
function isLoopbackSocket(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/, "").replace(/%.*$/, ""));
}

/**
 * The address for a dialogue from the host itself: its loopback where that is served, else the
 * first served address (inet_interfaces, postconf(5)).
 */
export function addressToConnect(found: readonly Listener[], port: number): string {
  const reachable = addressesOf(found, port).map((address) => loopbackOf[address] ?? address);
  const loopbacks = reachable.filter(isLoopbackSocket).sort();
  return loopbacks[0] ?? reachable[0] ?? "127.0.0.1";
}

/** The ports that Postfix serves only for clients on the host itself. */
export function onLoopbackOnly(found: readonly Listener[], ports: readonly number[]): number[] {
  return ports.filter((port) => {
    const addresses = addressesOf(found, port);
    return addresses.length > 0 && addresses.every(isLoopbackSocket);
  });
}
