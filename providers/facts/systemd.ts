// Facts of systemd: what a unit is, as `systemctl show` tells it. What really runs is a question for facts/process.ts.
import { sh } from "../steps/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";

/** A unit as systemd sees it. */
export interface UnitStatus {
  /** "loaded", "not-found", "masked" … */
  readonly load: string;
  /** "active", "inactive", "failed" … For a sysv script on Debian 12 this says nothing about the daemon. */
  readonly active: string;
  /** "enabled", "disabled", "generated", "masked" … as `is-enabled` says, which knows sysv scripts too. */
  readonly enabled: string;
}

/**
 * The PID file that systemd waits for when it starts the unit, drop-ins included; "" = it waits for none, `null` = the unit's files have
 * changed since systemd read them.
 */
export function pidFileOf(unit: string): Fact<string | null> {
  const name = `the PID file of ${unit} (systemctl)`;
  return {
    name,
    question: sh`systemctl show -p PIDFile -p NeedDaemonReload ${unit}`,
    parse: (answer) => {
      const rows = textOf(name, answer).split("\n");
      const value = (key: string) => rows.find((row) => row.startsWith(`${key}=`))?.slice(key.length + 1);
      const changed = value("NeedDaemonReload");
      if (changed === undefined) throw unreadable(name, answer);
      return changed === "yes" ? null : (value("PIDFile") ?? "");
    },
  };
}

export function unitStatus(unit: string): Fact<UnitStatus> {
  const name = `the unit ${unit} (systemctl)`;
  return {
    name,
    question: sh`systemctl show -p LoadState -p ActiveState --value ${unit} || exit; systemctl is-enabled ${unit} 2>/dev/null || true`,
    parse: (answer) => {
      const [load = "", active = "", enabled = ""] = textOf(name, answer)
        .split("\n")
        .filter((row) => row !== "");
      // a systemctl that does not reach systemd has nothing to say; a unit that is not there has "not-found"
      if (load === "" || active === "") throw unreadable(name, answer);
      return { load, active, enabled: enabled || "not-found" };
    },
  };
}
