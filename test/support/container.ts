// A container on a host of the lab: pid and mount name spaces of its own, the host's network, and in it a
// saslauthd on the very path that ours serves, and a Postfix of its own on port 2525.
import type { LabHost } from "../../lab/hosts/index.ts";
import { shell } from "./host.ts";

const inside = `mount -t tmpfs tmpfs /var/spool
mkdir -p /var/spool/postfix/var/run/saslauthd
mount -t tmpfs tmpfs /var/lib/postfix && chown postfix:postfix /var/lib/postfix
cp -a /etc/postfix /var/spool/configuration && mount --bind /var/spool/configuration /etc/postfix
sed -i 's/^smtp  *inet/2525 inet/' /etc/postfix/master.cf
/usr/sbin/saslauthd -a shadow -m /var/spool/postfix/var/run/saslauthd -n 2
postfix start
exec sleep infinity`;

/** The packages must be on the host: the container has the host's programs. */
export async function startContainer(host: LabHost): Promise<void> {
  await shell(host, `cat > /root/container <<'END'\n${inside}\nEND`);
  await shell(
    host,
    "systemd-run --quiet --unit=container unshare --pid --mount --fork --mount-proc sh /root/container 2>&1",
  );
  await shell(host, "timeout 20 sh -c 'until ss -Hltn | grep -q :2525; do sleep 0.1; done'");
}

/** Its processes with the time that each was started: another time would be another process. */
export async function processesIn(host: LabHost): Promise<string[]> {
  const rows = await shell(host, "ps -eo pid=,lstart=,unit=,args= | grep '[ ]container.service'");
  // Postfix's own come and go
  return rows.split("\n").filter((row) => /saslauthd|master|qmgr|sleep infinity/.test(row));
}
