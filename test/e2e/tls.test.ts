// A host that followed the page gets TLS, from each of the three sources in turn: what stock clients see of it from outside, what
// happens when the certificate is renewed on the host, and what is refused. Each step stands on the one before.
import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, inside, type LabHost } from "../../lab/hosts/index.ts";
import { Authority, type Issued } from "../support/authority.ts";
import {
  expectSuccess,
  freshHost,
  listeningPorts,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";

const name = "mail.lab.example";
const made = "/etc/postfix/tls/smtpd.pem";
const live = "/etc/letsencrypt/live/mail";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    let output = "";
    const authority = new Authority();
    const client = (port: number, more: object = {}) =>
      smtplib({
        host: host.address,
        port,
        tls: port === 587 ? "starttls" : true,
        name,
        user: mailUser.name,
        password: mailUser.password,
        ...more,
      });
    const up = async () => {
      const run = await stack.up();
      output += run.output;
      return run;
    };

    beforeAll(async () => {
      host = await freshHost(`tls${debian}`, debian);
      await shell(
        host,
        "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y msmtp >/dev/null 2>&1",
      );
      before = await snapshot(host);
      stack = await Stack.create(`tls-${debian}`);
      const { address, privateKeyFile, knownHostsFile } = host;
      stack.configure({
        hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
      expectSuccess(await up());
    });

    afterAll(async () => {
      authority.forget();
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("one line of configuration, and Postfix runs with TLS on port 465; one more, and 587 is there too", async () => {
      stack.configure({ tls: { selfSigned: true, serverName: name } });
      const first = await up();
      const ports = await listeningPorts(host);
      stack.configure({ submission: true });
      const second = await up();

      expectSuccess(first);
      expectSuccess(second);
      expect(ports).toEqual([22, 25, 465]);
      expect(await listeningPorts(host)).toEqual([22, 25, 465, 587]);
      expect(await shell(host, `stat -c '%U:%G %a' ${made}`)).toBe("root:root 600");
      expect(await stack.plan()).toEqual([]);
      expect(first.output).toMatch(
        /smtps\/inet in master\.cf\n[\s\S]*overrides main\.cf for this service: smtpd_relay_restrictions=/,
      );
    });

    test.each([465, 587])("smtplib verifies the certificate on %d and logs in with PLAIN and LOGIN", async (port) => {
      const seen = await shell(host, `sed -n '/BEGIN CERTIFICATE/,$p' ${made}`);

      for (const mechanism of ["PLAIN", "LOGIN"]) {
        expect(await client(port, { mechanism, authority: seen })).toMatchObject({
          code: 235,
          offered: ["PLAIN", "LOGIN"],
        });
      }
      expect(await client(port, { password: "wrong" })).toMatchObject({ code: 535 });
    });

    test.each([
      ["PLAIN", 465],
      ["LOGIN", 465],
      ["PLAIN", 587],
      ["LOGIN", 587],
    ])("msmtp logs in with %s on %d, and its mail is delivered", async (mechanism, port) => {
      const subject = `by ${mechanism} on ${port}`;

      await msmtp(host, { mechanism, port, subject });

      await shell(
        host,
        `for try in $(seq 100); do grep -qx 'Subject: ${subject}' /var/mail/${mailUser.name} 2>/dev/null && exit; sleep 0.1; done; exit 1`,
      );
    });

    test("AUTH is not offered before TLS, nor taken; none on port 25, before or after STARTTLS", async () => {
      expect((await client(587)).offeredBefore).toEqual([]);
      expect((await client(587, { tls: false })).code).toBeGreaterThanOrEqual(500);
      expect(await client(25, { tls: false, user: undefined })).toMatchObject({ offered: [] });
      if ((await shell(host, "postconf -h smtpd_tls_security_level")) !== "")
        expect(await client(25, { tls: "starttls", user: undefined })).toMatchObject({
          offered: [],
          offeredBefore: [],
        });
    });

    test.each([465, 587])("TLS 1.1 is refused on %d by the server, and TLS 1.2 is not", async (port) => {
      expect(await handshake(host, port, "-tls1_1")).toMatch(/alert protocol version/);
      expect(await handshake(host, port, "-tls1_2")).toMatch(/Protocol *: TLSv1\.2/);
    });

    test.each([465, 587])("a client that does not log in can not send to elsewhere on %d", async (port) => {
      const { recipientCode } = await client(port, { user: undefined, recipient: "somebody@elsewhere.example" });

      expect([550, 554]).toContain(recipientCode);
    });

    test("a certificate of certbot's kind: in use after `up`, with a warning since it runs out soon", async () => {
      const first = authority.issue(name, 10);
      await renewed(host, 1, first);
      stack.configure({
        tls: {
          certificateFile: `${live}/fullchain.pem`,
          keyFile: `${live}/privkey.pem`,
          serverName: name,
          certificateAuthority: authority.certificate,
        },
        limits: { authRate: 3 },
      });

      const run = await up();

      expectSuccess(run);
      expect(run.output).toMatch(/warning: the certificate for mail\.lab\.example runs out in 9 days/);
      const { mail } = await stack.outputs<{ mail: { mail: { certificateExpires: string } } }>();
      expect(mail.mail.certificateExpires).toBe(new Date(new X509Certificate(first.certificate).validTo).toISOString());
      expect(await served(host)).toEqual([fingerprint(first), fingerprint(first)]);
    });

    test("renewed on the host: shown by preview, old and new, loaded by `up` with port 25 served throughout", async () => {
      const old = (await client(465, { user: undefined, authority: authority.certificate })).fingerprint ?? "";
      const second = authority.issue(name, 90);
      await renewed(host, 2, second);

      const preview = await stack.preview("--diff");
      const outsider = askEvery(100, host.address);
      const run = await up();
      const { served: answered, refused } = await outsider.stop();

      for (const kind of ["TlsCertificate", "PostfixService", "AuthProof"])
        expect(preview.output).toContain(`~ pulumi-nodejs:dynamic/sasl:${kind}: (update)`);
      expect(preview.output).toContain(
        `SHA-256 ${colons(old).slice(0, 23)}... -> ${colons(fingerprint(second)).slice(0, 23)}..., valid until 20`,
      );
      expectSuccess(run);
      expect(run.output).not.toContain("warning: the certificate");
      expect({ refused, some: answered > 5 }).toEqual({ refused: [], some: true });
      expect(await served(host)).toEqual([fingerprint(second), fingerprint(second)]);
      expect(await stack.plan()).toEqual([]);
    });

    test("a renewal whose key does not fit is refused before Postfix hears of it", async () => {
      const [other, old] = [authority.issue(name, 90), await shell(host, `cat ${live}/privkey.pem`)];
      await renewed(host, 3, { certificate: other.certificate, key: old });
      const outsider = askEvery(100, host.address);

      const run = await up();

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/the key in .*privkey\.pem does not belong to the certificate/);
      expect(run.output).not.toContain("reload Postfix");
      expect((await outsider.stop()).refused).toEqual([]);
    });

    test("a client that tries too many logins in a minute is told to wait", async () => {
      const codes: number[] = [];
      for (let login = 0; login < 6; login += 1) codes.push((await client(587)).code);

      expect(codes).toContain(450);
    });

    test("PEM from the configuration: the key is in a file of root's, and in nothing else", async () => {
      const { certificate, key } = authority.issue(name, 90);
      stack.configure({
        tls: { certificate, serverName: name, certificateAuthority: authority.certificate },
        limits: {},
      });
      await stack.configureSecret("tlsKey", key);

      const run = await up();

      expectSuccess(run);
      expect(await served(host)).toEqual([fingerprint({ certificate }), fingerprint({ certificate })]);
      expect(await shell(host, `stat -c '%U:%G %a' ${made}`)).toBe("root:root 600");
      expect(await stack.plan()).toEqual([]);
      const canary = key.split("\n")[1] ?? "no such text";
      expect(output + (await stack.exportState())).not.toContain(canary);
      expect(await shell(host, `grep -rlF -- '${canary}' /etc /var /tmp /root /run 2>/dev/null || true`)).toBe(made);
    });

    test("AUTH for all services in main.cf is found by the proof and named", async () => {
      await shell(host, "postconf -e smtpd_sasl_auth_enable=yes");

      const run = await up();

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(
        /AUTH MUST NOT BE OFFERED on port 25, and is: main\.cf has smtpd_sasl_auth_enable = yes/,
      );
      await shell(host, "postconf -X smtpd_sasl_auth_enable");
    });

    test("without tls and with finalState: stopped it is the page again: Postfix stopped, the certificate gone; and destroy gives the host back", async () => {
      stack.configure({ tls: {}, tlsKey: "", submission: false, finalState: "stopped" });
      const run = await up();
      const left = await shell(host, "ls -A /etc/postfix/tls 2>/dev/null || echo gone");
      await shell(host, `rm -r /etc/letsencrypt /var/mail/${mailUser.name}`);
      const destroyed = await stack.destroy();

      expectSuccess(run);
      expect(left).toBe("gone");
      expectSuccess(destroyed);
      expect(await snapshot(host)).toEqual(before);
    });
  });
});

/** Puts a certificate where certbot does: numbered files in archive/, links in live/. */
async function renewed(host: LabHost, number: number, { certificate, key }: Issued): Promise<void> {
  const script = `umask 077; mkdir -p ${live} /etc/letsencrypt/archive/mail; cd ${live}
cat > ../../archive/mail/fullchain${number}.pem <<'END'
${certificate}END
cat > ../../archive/mail/privkey${number}.pem <<'END'
${key.trim()}
END
for file in fullchain privkey; do ln -sfn "../../archive/mail/\${file}${number}.pem" "\${file}.pem"; done`;
  await shell(host, script);
}

/** SHA-256 of the certificates that 465 and 587 show. */
async function served(host: LabHost): Promise<(string | undefined)[]> {
  const look = (port: number, tls: true | "starttls") => smtplib({ host: host.address, port, tls });
  return [(await look(465, true)).fingerprint, (await look(587, "starttls")).fingerprint];
}

function fingerprint({ certificate }: Pick<Issued, "certificate">): string {
  return createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");
}

/** As openssl prints it. */
function colons(digits: string): string {
  return (digits.toUpperCase().match(/../g) ?? []).join(":");
}

/** Sends a mail to the user by msmtp, from the host's own address in the network (not from its loopback). */
async function msmtp(
  host: LabHost,
  { mechanism, port, subject }: { mechanism: string; port: number; subject: string },
) {
  const settings = `account default
host ${host.address}
port ${port}
tls on
tls_starttls ${port === 587 ? "on" : "off"}
tls_trust_file ${made}
tls_host_override ${name}
auth ${mechanism.toLowerCase()}
user ${mailUser.name}
passwordeval cat /run/password
from ${mailUser.name}@localhost
`;
  await inside(host, ["sh", "-c", "umask 077; cat > /run/password"], { input: `${mailUser.password}\n` });
  await inside(host, ["sh", "-c", "umask 077; cat > /run/msmtprc"], { input: settings });
  const mail = `To: ${mailUser.name}@localhost\nSubject: ${subject}\n\nhello\n`;
  const sent = await inside(host, ["msmtp", "--file=/run/msmtprc", `${mailUser.name}@localhost`], { input: mail });
  expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
  await shell(host, "rm /run/password /run/msmtprc");
}

/** What openssl says of a handshake with one version of TLS; level 0, so that it is the server that refuses. */
function handshake(host: LabHost, port: number, version: string): Promise<string> {
  const startTls = port === 587 ? ["-starttls", "smtp"] : [];
  const args = [
    "s_client",
    "-connect",
    `${host.address}:${port}`,
    version,
    "-cipher",
    "DEFAULT@SECLEVEL=0",
    ...startTls,
  ];
  return new Promise((resolve) => {
    execFile("openssl", args, { timeout: 60_000 }, (_error, stdout, stderr) => resolve(stdout + stderr)).stdin?.end();
  });
}
