// Facts of saslauthd's instances: default files besides /etc/default/saslauthd, for each of which
// Debian's sysv script starts a separate daemon (README.Debian of sasl2-bin, "Running multiple
// instances"); and the units of the running daemons.
import { sh } from "../core/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";
import { own } from "./own-process.ts";

/** A default file of an instance; many guides use /etc/default/saslauthd-postfix. */
export interface SaslauthdInstance {
  readonly path: string;
  /** Where the path leads when it is a symbolic link, else the path itself. */
  readonly realPath: string;
  readonly content: Buffer;
}

const instancesName = "the instances of saslauthd (/etc/default/saslauthd*)";

/**
 * Only names that the sysv script accepts: it ignores `saslauthd-postfix.bak` (`DEFAULT_FILES` in
 * /etc/init.d/saslauthd).
 */
export const saslauthdInstances: Fact<readonly SaslauthdInstance[]> = {
  name: instancesName,
  question: sh`for path in /etc/default/saslauthd?*; do
  case \${path#/etc/default/saslauthd} in *[!A-Za-z0-9_-]*) continue ;; esac
  if [ -f "$path" ] && [ ! "$path" -ef /etc/default/saslauthd ]; then printf '%s\n' "$path"; readlink -f -- "$path" && base64 -w 0 < "$path" || exit 1; echo; fi
done`,
  parse: (answer) => {
    const text = textOf(instancesName, answer);
    const rows = text === "" ? [] : text.split("\n");
    const found: SaslauthdInstance[] = [];
    for (let row = 0; row < rows.length; row += 3) {
      const [path = "", realPath = "", content = ""] = rows.slice(row);
      if (!path.startsWith("/") || !realPath.startsWith("/")) throw unreadable(instancesName, answer);
      found.push({ path, realPath, content: Buffer.from(content, "base64") });
    }
    return found;
  },
};

/** A saslauthd process with its unit of systemd. */
export interface SaslauthdProcessUnit {
  readonly pid: number;
  /** "saslauthd.service"; "session-3.scope" or "-" for a daemon that was started manually. */
  readonly unit: string;
  /** It is the main process of its unit: only stopping the unit ends it permanently. */
  readonly main: boolean;
  /** The unit starts at boot. */
  readonly enabled: boolean;
}

const processUnitsName = "the units of the saslauthd processes (ps)";

export const saslauthdProcessUnits: Fact<readonly SaslauthdProcessUnit[]> = {
  name: processUnitsName,
  // Status 1 = no such process (ps(1)).
  question: sh`${own}
all=$(ps -o pid=,unit= -C saslauthd) || [ $? -eq 1 ] || exit
rows=$(printf '%s\n' "$all" | while read -r pid unit; do if [ -n "$pid" ] && own "$pid"; then echo "$pid $unit"; fi; done)
printf '%s\n' "$rows"
set -f
asked=
for unit in $rows; do
  case $unit in *.service) ;; *) continue ;; esac
  case $asked in *" $unit "*) continue ;; esac
  asked="$asked $unit "
  printf 'unit %s %s %s\n' "$unit" "$(systemctl show -p MainPID --value -- "$unit")" "$(systemctl is-enabled -- "$unit" 2>/dev/null)"
done`,
  parse: (answer) => {
    const rows = textOf(processUnitsName, answer)
      .split("\n")
      .map((row) => row.trim().split(/\s+/));
    const units = new Map(rows.filter(([kind]) => kind === "unit").map((row) => [row[1], row]));
    return rows.flatMap(([pid = "", unit = ""]) => {
      if (pid === "" || pid === "unit") return [];
      if (!/^\d+$/.test(pid) || unit === "") throw unreadable(processUnitsName, answer);
      const [, , main, enabled] = units.get(unit) ?? [];
      return [{ pid: Number(pid), unit, main: main === pid, enabled: enabled === "enabled" }];
    });
  },
};
