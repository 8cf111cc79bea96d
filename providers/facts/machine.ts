// What distinguishes machines at the same address, and which system each of them runs: machine-id(5),
// os-release(5) and what was booted. It is asked in words that every POSIX shell understands, so that
// a host that is no Debian can say so.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

export interface Machine {
  /** /etc/machine-id */
  readonly id: string;
  /**
   * The boot ID (random(4)) and the file system of /run, which no other running machine has: not a
   * clone, and not a container on the same kernel. `undefined` where the host does not say it.
   */
  readonly running: string | undefined;
  /** "Debian GNU/Linux 13 (trixie)" */
  readonly release: string;
  readonly system: System;
}

export interface System {
  /** "systemd" where it was booted (sd_booted(3)), else the name of process 1: "init", "runit". */
  readonly init: string;
  /** /etc/debian_version: "12.5", "trixie/sid"; "" where it is not there. */
  readonly debianVersion: string;
  /** 64-bit Raspberry Pi OS calls itself Debian in os-release and has /etc/rpi-issue. */
  readonly raspberryPi: boolean;
  /** Field → value of os-release; empty where the file is not there. */
  readonly osRelease: Readonly<Record<string, string>>;
}

const name = "machine id and release";

export const machine: Fact<Machine> = {
  name,
  question: sh`{ echo "$(cat /etc/machine-id)"
[ -d /run/systemd/system ] && echo systemd || cat /proc/1/comm || echo
echo "$(cat /etc/debian_version)"
[ -e /etc/rpi-issue ] && echo pi || echo
echo "running=$(cat /proc/sys/kernel/random/boot_id) $(stat -c %d:%i /run)"
cat /etc/os-release || cat /usr/lib/os-release; } 2>/dev/null
:`,
  parse: (answer) => {
    const [id = "", init = "", debianVersion = "", board = "", ...rows] = textOf(name, answer).split("\n");
    const osRelease = fieldsIn(rows);
    const running = rows.map((row) => /^running=([0-9a-f-]{36} \d+:\d+)$/.exec(row)?.[1]).find(Boolean);
    const release = osRelease.PRETTY_NAME ?? osRelease.NAME ?? "";
    return { id, running, release, system: { init, debianVersion, raspberryPi: board === "pi", osRelease } };
  },
};

/** The release alone: "Debian GNU/Linux 13 (trixie)". */
export const release: Fact<string> = { ...machine, parse: (answer) => machine.parse(answer).release };

/** The assignments of os-release(5): each on one line, quoted as a shell quotes. */
function fieldsIn(rows: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [, field, , quoted, plain] = /^([A-Z0-9_]+)=(?:(["'])(.*)\2|(\S*))\s*$/.exec(row) ?? [];
      return field === undefined ? [] : [[field, quoted?.replace(/\\(["$`\\])/g, "$1") ?? plain ?? ""]];
    }),
  );
}
