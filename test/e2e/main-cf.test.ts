// A host as people have them: Dovecot serves logins and all of main.cf is made for that, port 25 stands behind a proxy. Two ports for
// logins through saslauthd come beside it, with TLS, are proved and used from outside, and leave no trace.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { startDovecotAuth } from "../support/foreign-auth.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";

jest.setTimeout(300_000);

const mainCf = [
  "smtpd_sasl_type=dovecot",
  "smtpd_sasl_path=private/auth",
  "smtpd_sasl_security_options=noanonymous,noplaintext",
  "smtpd_sasl_exceptions_networks=$mynetworks",
  "smtpd_sasl_service=imap",
  "smtpd_delay_reject=no",
  "smtpd_upstream_proxy_protocol=haproxy",
  "smtpd_tls_req_ccert=yes",
  "cyrus_sasl_config_path=/nonexistent",
];

describe.each([12, 13] as const)("Debian %s", (debian) => {
  let host: LabHost;
  let stack: Stack;
  let before: string[];
  const client = (port: number) =>
    smtplib({
      host: host.address,
      port,
      tls: port === 587 ? "starttls" : true,
      user: mailUser.name,
      password: mailUser.password,
    });

  beforeAll(async () => {
    host = await freshHost(`maincf${debian}`, debian);
    await shell(
      host,
      `apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix openssl >/dev/null 2>&1
postconf -e ${mainCf.map((setting) => `'${setting}'`).join(" ")}; systemctl reload postfix`,
    );
    await startDovecotAuth(host, debian);
    before = await snapshot(host);
    stack = await Stack.create(`maincf-${debian}`);
    const { address, privateKeyFile, knownHostsFile } = host;
    stack.configure({
      hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
      tls: { selfSigned: true, serverName: "mail.lab.example" },
      submission: true,
      proofUsername: mailUser.name,
    });
    await stack.configureSecret("proofPassword", mailUser.password);
  });

  afterAll(async () => {
    stack?.forget();
    if (host !== undefined) await destroyHost(host);
  });

  test("up proves both ports, says how, and what a look from here found", async () => {
    const run = await stack.up();

    expectSuccess(run);
    for (const port of [465, 587]) expect(run.output).toContain(`from here port ${port} of ${host.address} answers`);
    const state = await stack.exportState();
    expect(state.match(/auth failure: \[user=no-such-user-[0-9a-f]{16}\]/g)?.length).toBeGreaterThan(1);
    expect(await stack.plan()).toEqual([]);
  });

  test.each([465, 587])("a stock client gets in on %d, and while saslauthd is stopped it does not", async (port) => {
    expect(await client(port)).toMatchObject({ code: 235, offered: ["PLAIN", "LOGIN"] });

    await shell(host, "systemctl stop saslauthd; while pgrep -x saslauthd >/dev/null; do sleep 0.1; done");
    const { code } = await client(port);
    await shell(host, "systemctl start saslauthd");
    expect(code).toBe(454);
  });

  test("a list that refuses senders is told as a warning, by the next run and by every one after it", async () => {
    await shell(host, "postconf -e smtpd_sender_restrictions=reject_sender_login_mismatch; systemctl reload postfix");
    const words =
      /warning: .*whoever has logged in on port 465 cannot send .*smtpd_sender_restrictions = reject_sender_login_mismatch, main\.cf/;

    const [first, second] = [await stack.up(), await stack.up()];

    for (const run of [first, second]) {
      expectSuccess(run);
      expect(run.output).toMatch(words);
    }
    await shell(host, "postconf -X smtpd_sender_restrictions; systemctl reload postfix");
  });

  test("a Postfix that only the host itself can reach is no success, unless nobody outside is wanted", async () => {
    await shell(host, "postconf -e inet_interfaces=loopback-only; systemctl restart postfix");

    const refused = await stack.up();
    stack.configure({ outside: "not wanted" });
    const desired = await stack.up();

    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(/NOBODY OUTSIDE CAN CONNECT to port 465/);
    expectSuccess(desired);
    await shell(host, "postconf -e inet_interfaces=all; systemctl restart postfix");
  });

  test("destroy gives the host back as it was", async () => {
    expectSuccess(await stack.destroy());
    expect(await snapshot(host)).toEqual(before);
  });
});
