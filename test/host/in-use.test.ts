// What is in use, or was changed by somebody else since, is left by a destroy or given back with care: on booted hosts, through the functions
// that Pulumi calls.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, listeningPorts, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

onRelease((debian) => {
  let host: LabHost;
  let said: string[] = [];
  const made = async (kind: string, given: object) => {
    const resource = await ResourceOnHost.of(host, { kind, given: { ...given } });
    await resource.create();
    return resource;
  };
  const failure = (done: Promise<unknown>) =>
    done.then(
      () => "it was not refused",
      (error: Error) => error.message,
    );
  const stock = () => shell(host, "cat /etc/postfix/master.cf; echo .");

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
    host = await freshHost(`inuse${debian}`, debian);
    await shell(
      host,
      "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin openssl >/dev/null 2>&1",
    );
  });
  afterAll(async () => {
    if (host === undefined) return;
    await hangUp(host);
    await destroyHost(host);
  });

  test("a certificate that a service names is not deleted before it, and then goes with its folder", async () => {
    const certificate = await made("TlsCertificate", { selfSigned: true, serverName: "mail.example.org" });
    const options = {
      smtpd_tls_wrappermode: "yes",
      smtpd_tls_security_level: "encrypt",
      smtpd_tls_chain_files: "/etc/postfix/tls/smtpd.pem",
    };
    const service = await made("MasterService", { service: "smtps", options });
    await shell(host, "systemctl reload postfix");
    const handshake = () =>
      shell(
        host,
        "for try in 1 2 3 4 5; do echo QUIT | timeout 5 openssl s_client -quiet -connect 127.0.0.1:465 2>/dev/null | head -n 1 | cut -c 1-3 | grep 220 && exit; sleep 0.5; done; echo none",
      );

    const message = await failure(certificate.delete());

    const line = await shell(host, "grep -n smtpd.pem /etc/postfix/master.cf | cut -d : -f 1");
    expect(message).toContain(`Postfix still names it in /etc/postfix/master.cf, line ${line}`);
    expect(await handshake()).toBe("220");
    await service.delete();
    await certificate.delete();
    expect(await shell(host, "ls -d /etc/postfix/tls 2>&1 || true")).toMatch(/No such file/);
  });

  test("one that somebody else names in main.cf by then stays, and a warning says so", async () => {
    const certificate = await made("TlsCertificate", { selfSigned: true, serverName: "mail.example.org" });
    await shell(host, "postconf -e smtpd_tls_chain_files=/etc/postfix/tls/smtpd.pem");
    said = [];

    await certificate.delete();

    expect(await shell(host, "openssl x509 -noout -subject -in /etc/postfix/tls/smtpd.pem")).toContain(
      "mail.example.org",
    );
    expect(said.join("\n")).toMatch(
      /warning: .*smtpd\.pem is left: somebody else names it in \/etc\/postfix\/main\.cf/,
    );
    await shell(host, "postconf -X smtpd_tls_chain_files; rm -r /etc/postfix/tls");
  });

  test("an entry of ours with an option of theirs is copied before it goes, and a rival that came later is back", async () => {
    const before = await stock();
    const service = await made("MasterService", { service: "smtps" });
    await shell(host, "printf '465 inet n - y - - smtpd\\n  -o syslog_name=theirs\\n' >> /etc/postfix/master.cf");
    await service.refresh();
    await service.update();
    expect(await shell(host, "postconf -M | grep -c '^465'; true")).toBe("0");
    await shell(host, "postconf -P smtps/inet/content_filter=dkim:");

    await service.delete();

    expect(await shell(host, "postconf -M smtps/inet; postconf -Ph 465/inet/syslog_name")).toBe("theirs");
    expect(await shell(host, "grep -c content_filter=dkim: /var/backups/sasl-mail-host-*-master.cf")).toBe("1");
    await shell(host, "sed -i '/^465 /,$d' /etc/postfix/master.cf");
    expect(await stock()).toBe(before);
  });

  test("a Postfix that somebody has stopped is not started, and one that somebody has started runs on", async () => {
    await shell(host, "systemctl restart postfix");
    const running = await made("PostfixService", {});
    // on Debian 12 it ends a little after its unit
    await shell(
      host,
      "systemctl stop postfix; timeout 30 sh -c 'while pgrep -x master; do sleep 0.1; done' >/dev/null",
    );
    said = [];

    await running.delete();

    expect(await shell(host, "pgrep -x master || echo none")).toBe("none");
    expect(said.join("\n")).toMatch(/Postfix is left stopped: somebody else has stopped it since/);
    const stopped = await made("PostfixService", { state: "stopped", enabled: false });
    await shell(host, "systemctl start postfix");
    await stopped.delete();
    expect(await shell(host, "pgrep -c -x master")).toBe("1");
  });

  test("a Postfix that somebody has started outside its unit loads what is changed, and what is taken out", async () => {
    await shell(host, "systemctl restart postfix");
    const running = await made("PostfixService", {});
    const byHand =
      "postfix stop 2>&1; timeout 30 sh -c 'while pgrep -x master; do sleep 0.1; done'; postfix start 2>&1";
    await shell(host, byHand);
    const loadAfter = async (change: string) => {
      await shell(host, change);
      await running.refresh();
      await running.update();
      return await listeningPorts(host);
    };

    const added = await loadAfter("echo '2525 inet n - y - - smtpd' >> /etc/postfix/master.cf");
    const takenOut = await loadAfter("postconf -MX 2525/inet");

    expect(added).toEqual(expect.arrayContaining([25, 2525]));
    expect(takenOut).toContain(25);
    expect(takenOut).not.toContain(2525);
    await shell(host, "postfix stop 2>&1; timeout 30 sh -c 'while pgrep -x master; do sleep 0.1; done'");
    await shell(host, "systemctl restart postfix");
    await running.delete();
  });

  test("logins that somebody else has set up since keep what checks them: refused before anything goes", async () => {
    const parts = [await made("SmtpdConf", {}), await made("MasterService", { service: "smtps" })];
    const postfix = await made("PostfixService", { ports: [25] });
    const theirs = "2525 inet n - y - - smtpd";
    await shell(
      host,
      `printf '${theirs}\\n  -o smtpd_sasl_auth_enable=yes\\n' >> /etc/postfix/master.cf; systemctl reload postfix`,
    );
    const line = await shell(host, "grep -n ^2525 /etc/postfix/master.cf | cut -d : -f 1");

    const message = await failure(postfix.delete());

    expect(message).toContain(`they are checked through it: /etc/postfix/master.cf, line ${line}: 2525 inet`);
    expect(message).toMatch(
      /left on the host: this resource and all that it depends on, as they are[\s\S]*take smtpd_sasl_auth_enable = yes out there/,
    );
    expect(await shell(host, "cat /etc/postfix/sasl/smtpd.conf")).toContain("pwcheck_method: saslauthd");
    expect(await shell(host, "pgrep -c -x master")).toBe("1");
    await shell(host, "postconf -P 2525/inet/smtpd_sasl_auth_enable=no");
    for (const resource of [postfix, ...parts.reverse()]) await resource.delete();
    expect(await shell(host, "postconf -M 2525/inet; ls /etc/postfix/sasl")).toMatch(/^2525 .*smtpd .*$/);
    await shell(host, "postconf -MX 2525/inet; systemctl reload postfix");
  });

  test.each([
    ["gets its old password back", undefined, "old"],
    ["keeps the password that somebody else has given it since", "theirs", "theirs"],
  ])("an account that was taken over %s", async (_what, theirs, password) => {
    await shell(host, "id bob >/dev/null 2>&1 || useradd -m -s /bin/bash bob; echo bob:old | chpasswd");
    const account = await made("MailAccount", { name: "bob", password: "ours", adopt: true });
    if (theirs !== undefined) await shell(host, `echo bob:${theirs} | chpasswd`);
    said = [];

    await account.delete();

    const fits = `my $hash = (split /:/, \`getent shadow bob\`)[1]; print crypt("${password}", $hash) eq $hash ? "yes" : "no"`;
    expect(await shell(host, `perl -e '${fits}'`)).toBe("yes");
    expect(said.some((line) => line.includes("of the account bob is left"))).toBe(theirs !== undefined);
  });
});
