// Which clients on the host may use saslauthd: the users with access to its directory, and programs
// whose SASL file names it.
import { sh } from "../core/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";
import { saslauthdPath } from "./saslauthd.ts";

export interface SaslauthdClients {
  /**
   * Users in the group sasl, which has access to Debian's directory (README.Debian of sasl2-bin).
   */
  readonly members: readonly string[];
  /** Files outside Postfix's folder that set `pwcheck_method: saslauthd`, in any spelling. */
  readonly files: readonly string[];
  /**
   * A service of Postfix offers AUTH. It is not looked for, and false, where a daemon serves our
   * directory already.
   */
  readonly postfix: boolean;
}

const name = "who is set up to ask saslauthd";

/**
 * Where a daemon already serves `ours`, no client is looked up, which saves the search through
 * /etc. The file with its process ID may be older than a boot, so the process must be a saslauthd
 * that was started for this directory.
 */
export function saslauthdClients(ours: string): Fact<SaslauthdClients> {
  return {
    name,
    question: sh`if [ -S ${`${ours}/mux`} ] && read -r pid < ${`${ours}/saslauthd.pid`}; then
  case $(readlink "/proc/$pid/exe"),$(tr '\0' ' ' < "/proc/$pid/cmdline") in ${saslauthdPath}*,*[m\ ]${ours}[/\ ]*) echo postfix no; exit ;; esac
fi 2>/dev/null
group=$(getent group sasl) || [ $? -eq 2 ] || exit
IFS=:
set -- $group
printf 'members %s,%s\n' "$4" "$(getent passwd | awk -F : -v gid="$3" 'gid != "" && $4 == gid {printf "%s,", $1}')"
grep -rlsIiE '^[^#;]*pwcheck_?method["[:space:]:=]*saslauthd' --include='*.conf' /etc /usr/lib/sasl2 /usr/lib/*/sasl2 | grep -v '^/etc/postfix/'
if { postconf -h smtpd_sasl_auth_enable; postconf -P | sed -n 's|^.*/smtpd_sasl_auth_enable = ||p'; } 2>/dev/null | grep -qix yes; then echo postfix yes; else echo postfix no; fi`,
    parse: (answer) => {
      const rows = textOf(name, answer).split("\n");
      const [last] = rows.filter((row) => /^postfix (yes|no)$/.test(row));
      if (last === undefined) throw unreadable(name, answer);
      const members = rows.find((row) => row.startsWith("members "))?.slice("members ".length) ?? "";
      return {
        members: [...new Set(members.split(",").filter((member) => member !== ""))],
        files: rows.filter((row) => row.startsWith("/")),
        postfix: last === "postfix yes",
      };
    },
  };
}
