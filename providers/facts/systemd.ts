// Facts of systemd units from `systemctl show`. Running processes are read by facts/process.ts.
import { sh } from "../core/shell.ts";
import { type Answer, type Fact, textOf, unreadable } from "./fact.ts";

/** A unit as systemd reports it. */
export interface UnitStatus {
  /** "loaded", "not-found", "masked" … */
  readonly load: string;
  /**
   * "active", "inactive", "failed" … For a sysv script on Debian 12 it does not reflect the state
   * of the daemon.
   */
  readonly active: string;
  /**
   * "enabled", "disabled", "generated", "masked" … from `is-enabled`, which also covers sysv
   * scripts.
   */
  readonly enabled: string;
}

/**
 * The units that this program manages. Both are queried together, so that one question serves all
 * resources.
 */
const units = ["postfix", "saslauthd"] as const;

export type Unit = (typeof units)[number];

const properties = ["LoadState", "ActiveState", "PIDFile", "NeedDaemonReload"].flatMap((property) => ["-p", property]);

/**
 * systemctl prints one block per unit, in our order. `show` reports whether a unit was enabled at
 * the last daemon-reload; `is-enabled` reads the present state.
 */
const question = sh`systemctl show ${properties} -- ${units} || exit
for unit in ${units}; do printf '\nEnabled='; systemctl is-enabled -- "$unit" 2>/dev/null; echo; done`;

/**
 * The PID file that systemd waits for when it starts the unit, drop-ins included; "" = it waits for
 * none, `null` = the unit's files changed since systemd read them.
 */
export function pidFileOf(unit: Unit): Fact<string | null> {
  const name = `the PID file of ${unit} (systemctl)`;
  return {
    name,
    question,
    parse: (answer) => {
      const { PIDFile = "", NeedDaemonReload } = shown(name, unit, answer);
      return NeedDaemonReload === "yes" ? null : PIDFile;
    },
  };
}

export function unitStatus(unit: Unit): Fact<UnitStatus> {
  const name = `the unit ${unit} (systemctl)`;
  return {
    name,
    question,
    parse: (answer) => {
      const { LoadState: load = "", ActiveState: active = "", Enabled: enabled } = shown(name, unit, answer);
      return { load, active, enabled: enabled || "not-found" };
    },
  };
}

/**
 * The properties of one unit. A systemctl that cannot reach systemd prints nothing; an absent unit
 * has "not-found".
 */
function shown(name: string, unit: Unit, answer: Answer): Readonly<Record<string, string>> {
  const blocks = textOf(name, answer).split(/\n{2,}/);
  const at = units.indexOf(unit);
  const rows = [blocks[at], blocks[at + units.length]].flatMap((block) => block?.split("\n") ?? []);
  const values = Object.fromEntries(rows.map((row) => row.split(/=(.*)/s).slice(0, 2)));
  const complete = ["LoadState", "ActiveState", "NeedDaemonReload", "Enabled"].every(
    (key) => values[key] !== undefined,
  );
  if (!complete || values.LoadState === "" || values.ActiveState === "") throw unreadable(name, answer);
  return values;
}
