// A host that was made on Debian 12, where apt configures sasl2-bin beside a default file that starts nothing, and that is upgraded to 13:
// saslauthd starts at the next boot, though the native unit that the upgrade brings knows nothing of the sysv links. The upgrade is what
// it changes of saslauthd's start: the unit file of Debian 13's sasl2-bin.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, rebootHost } from "../../lab/hosts/index.ts";
import { argvOf, freshHost, shell } from "../support/index.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

const link = "/etc/systemd/system/multi-user.target.wants/saslauthd.service";
const socket = "/var/spool/postfix/var/run/saslauthd/mux";

/** As sasl2-bin 2.1.28+dfsg1-9 has it. */
const nativeUnit = `[Unit]
Description=SASL Authentication Daemon
Documentation=man:saslauthd(8)

[Service]
Type=forking
Group=sasl
PIDFile=/var/run/saslauthd/saslauthd.pid
EnvironmentFile=/etc/default/saslauthd
ExecStart=/usr/sbin/saslauthd -a $MECHANISMS $MECH_OPTIONS $OPTIONS -n $THREADS
RuntimeDirectory=saslauthd

[Install]
WantedBy=multi-user.target
`;

let host: LabHost;
let resource: ResourceOnHost;

beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
  host = await freshHost("host12-upgraded", 12);
  await (await ResourceOnHost.of(host, { kind: "SaslPackage", given: {} })).create();
  await (await ResourceOnHost.of(host, { kind: "StatOverride", given: {} })).create();
  resource = await ResourceOnHost.of(host, { kind: "SaslauthdService", given: {} });
});

afterAll(async () => {
  if (host === undefined) return;
  await hangUp(host);
  await destroyHost(host);
});

test("on Debian 12 the link of a native unit does no harm, and goes with the resource", async () => {
  await resource.create();

  expect(await shell(host, `readlink ${link}`)).toBe("/usr/lib/systemd/system/saslauthd.service");
  expect(await shell(host, "systemctl is-enabled saslauthd 2>/dev/null; systemctl --failed --no-legend")).toBe(
    "enabled",
  );
  await reboot();
  expect(await shell(host, `systemctl is-system-running --wait; stat -c %F ${socket}`)).toBe("running\nsocket");
  expect(await resource.refresh()).toEqual({ changes: false });

  await resource.delete();

  expect(await shell(host, `ls ${link} 2>&1 || systemctl is-enabled saslauthd 2>/dev/null || :`)).toMatch(/disabled$/);
});

test("what an older version made gets the link with the next run", async () => {
  await resource.create();
  await shell(host, `rm ${link}`);

  expect(await resource.refresh()).toEqual({ changes: true });
  await resource.update();

  expect(await shell(host, `readlink ${link}`)).toBe("/usr/lib/systemd/system/saslauthd.service");
});

test("a default file with START=no, as Debian 11 has it, does not hinder apt, and the next run starts saslauthd again", async () => {
  await shell(host, "sed -i 's/^START=.*/START=no/' /etc/default/saslauthd");

  await shell(host, "DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --reinstall sasl2-bin >/dev/null 2>&1");

  expect(await shell(host, "dpkg -s sasl2-bin | grep ^Status; systemctl show -p ActiveState saslauthd")).toBe(
    "Status: install ok installed\nActiveState=inactive",
  );
  expect(await resource.refresh()).toEqual({ changes: true });
  await resource.update();
  expect(await shell(host, `systemctl is-active saslauthd; stat -c %F ${socket}`)).toBe("active\nsocket");
});

test("after the upgrade and a boot saslauthd runs, and nothing is left to do", async () => {
  await shell(
    host,
    `cat > /usr/lib/systemd/system/saslauthd.service <<'END'\n${nativeUnit}END\nsystemctl daemon-reload`,
  );
  await reboot();

  expect(await shell(host, "systemctl show -p FragmentPath --value saslauthd; systemctl is-enabled saslauthd")).toMatch(
    /^(\/usr)?\/lib\/systemd\/system\/saslauthd\.service\nenabled$/,
  );
  expect(await argvOf(host, "saslauthd")).toContain("-m /var/spool/postfix/var/run/saslauthd");
  expect(await shell(host, `stat -c %F ${socket}`)).toBe("socket");
  expect(await resource.refresh()).toEqual({ changes: false });
});

test("where the new release's default file replaced ours, a boot does not wait for saslauthd", async () => {
  await shell(
    host,
    "cp -p /etc/default/saslauthd /root; sed -i 's,^OPTIONS=.*,OPTIONS=\"-c -m /var/run/saslauthd\",' /etc/default/saslauthd",
  );

  await reboot();

  expect(await shell(host, "systemctl is-system-running --wait; systemctl is-active saslauthd")).toBe(
    "running\nactive",
  );
  const milliseconds = await shell(
    host,
    "echo $(( ($(systemctl show -p ActiveEnterTimestampMonotonic --value saslauthd) - $(systemctl show -p InactiveExitTimestampMonotonic --value saslauthd)) / 1000 ))",
  );
  expect(Number(milliseconds)).toBeLessThan(10_000);
  expect(await resource.refresh()).toEqual({ changes: true });
  await resource.update();
  expect(await shell(host, `stat -c %F ${socket}`)).toBe("socket");
});

test("destroy takes the start at boot away from the native unit, too", async () => {
  await resource.delete();

  expect(await shell(host, `systemctl is-enabled saslauthd; ls ${link} 2>&1 || :`)).toMatch(
    /^disabled\n.*No such file/,
  );
  expect(await shell(host, "pgrep -x saslauthd || ls /etc/systemd/system | grep saslauthd || :")).toBe("");
});

async function reboot(): Promise<void> {
  await hangUp(host);
  await rebootHost(host);
}
