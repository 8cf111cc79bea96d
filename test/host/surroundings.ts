// What of a host a single resource could change besides what it should: the quick form of `snapshot`, without the programs.
import type { LabHost } from "../../lab/hosts/index.ts";
import { shell } from "../support/index.ts";

const places = "/etc /home /usr/local /usr/sbin /var/lib /var/spool";
const noise =
  "/(etc/(ld.so.cache|[.]pwd.lock|(passwd|group|shadow|gshadow|subuid|subgid)-)|var/lib/(apt|dpkg/(info|lock|updates)|systemd)|var/lib/dpkg/.*-old|var/lib/postfix/.*|var/spool/postfix/(pid|active|deferred|maildrop|dev|public|private|etc|lib|usr)/.*)";

/** Files with owner, mode and content (of sasldb the users: the same ones give other bytes each time), units that start at boot, and the daemons that run. */
export async function surroundings(host: LabHost): Promise<string[]> {
  const rows = await shell(
    host,
    `find ${places} -xdev \\( -type l -printf '%p -> %l\\n' -o -printf '%p %y %U:%G %m\\n' \\) | grep -vE '^${noise}'
find ${places} -xdev -type f ! -path '/usr/sbin/*' ! -path '*/var/run/*' ! -path /etc/sasldb2 | grep -vE '^${noise}' | xargs -d '\\n' sha256sum
sasldblistusers2 2>/dev/null
for unit in postfix saslauthd; do echo "$unit at boot: $(systemctl is-enabled $unit)"; done
for daemon in master saslauthd; do if pgrep -x $daemon >/dev/null; then echo "$daemon runs"; fi; done`,
  );
  return rows.split("\n").sort();
}
