// The proof with TLS: STARTTLS, which certificate is shown and until when, and ports where AUTH must not be offered.
import { X509Certificate } from "node:crypto";
import { afterAll, describe, expect, test } from "@jest/globals";
import { prove } from "../../../providers/host/prove.ts";
import { Authority } from "../../support/authority.ts";
import { fakeSmtp, selfSigned } from "../../support/fake-smtp.ts";
import { fakedHost } from "../../support/faked-host.ts";

const name = "mail.example.org";
const mechanisms = ["PLAIN", "LOGIN"];
const login = { username: "mail", password: "secret" };
const authority = new Authority();
const issued = authority.issue(name, 10);
const { fingerprint256, validTo } = new X509Certificate(issued.certificate);
const server = { key: issued.key, cert: issued.certificate };
const demand = { serverName: name, certificateAuthority: authority.certificate };
/** STARTTLS is offered, and AUTH only behind it. */
const submission = { ...server, authBehindTls: true };
const faked = fakedHost();

afterAll(() => {
  authority.forget();
});

describe("STARTTLS", () => {
  const dialogue = { mechanisms, login, tls: demand, startTls: true };

  test.each(["PLAIN", "LOGIN"] as const)(
    "logs in by %s behind it, and the password is in no transcript",
    async (mechanism) => {
      await using smtp = await fakeSmtp("secret", submission);

      const { reply, transcript } = await prove(faked.host, {
        ...dialogue,
        port: smtp.port,
        login: { ...login, mechanism },
      });

      expect(reply).toMatch(/^235 /);
      expect(smtp.logins).toEqual([{ method: mechanism, username: "mail", password: "secret" }]);
      const text = transcript.join("\n");
      expect(text).toMatch(/C: STARTTLS[\s\S]*S: 250.AUTH/);
      for (const said of ["secret", "\0mail\0secret"]) expect(text).not.toContain(Buffer.from(said).toString("base64"));
    },
  );

  test("that the server does not offer fails, and no password is sent", async () => {
    await using smtp = await fakeSmtp("secret");

    expect(await faked.failedProof({ ...dialogue, port: smtp.port })).toContain("STARTTLS");
    expect(smtp.logins).toEqual([]);
  });

  test("with AUTH offered before it fails, and no password is sent", async () => {
    await using smtp = await fakeSmtp("secret", { ...server, disabledCommands: [] });

    expect(await faked.failedProof({ ...dialogue, port: smtp.port })).toMatch(
      /AUTH IS OFFERED BEFORE TLS[\s\S]*next: leave smtpd_tls_auth_only out of options/,
    );
    expect(smtp.logins).toEqual([]);
  });

  test("with the certificate of another name fails, and no password is sent", async () => {
    await using smtp = await fakeSmtp("secret", submission);

    expect(await faked.failedProof({ ...dialogue, port: smtp.port, tls: { ...demand, serverName: "x.org" } })).toMatch(
      /x\.org|altnames/,
    );
    expect(smtp.logins).toEqual([]);
  });
});

describe("the certificate", () => {
  const at = (port: number, tls: object = {}) => ({ port, mechanisms, login, tls: { ...demand, ...tls } });

  test("that is shown is a part of the proof, with its end", async () => {
    await using smtp = await fakeSmtp("secret", { ...server, secure: true });

    const proof = await prove(faked.host, at(smtp.port, { fingerprint: fingerprint256 }));

    expect(proof.certificate).toEqual({ fingerprint: fingerprint256, notAfter: new Date(validTo) });
  });

  test("must be the one that is on the host, where that is known", async () => {
    await using smtp = await fakeSmtp("secret", { ...server, secure: true });
    const { fingerprint256: other } = new X509Certificate(authority.issue(name, 10).certificate);

    expect(await faked.failedProof(at(smtp.port, { fingerprint: other }))).toMatch(
      new RegExp(
        `shows the certificate ${fingerprint256}, and not ${other}[\\s\\S]*next: where the certificate was renewed this minute`,
      ),
    );
    expect(smtp.logins).toEqual([]);
  });

  test("that has run out fails", async () => {
    const old = authority.issue(name, -1);
    await using smtp = await fakeSmtp("secret", { key: old.key, cert: old.certificate, secure: true });

    expect(await faked.failedProof(at(smtp.port))).toMatch(
      /certificate has expired[\s\S]*next: .*Its last day: renew it/,
    );
    expect(smtp.logins).toEqual([]);
  });

  test("that signed itself is trusted where it is given, and no other of the same name", async () => {
    const own = selfSigned(name);
    await using smtp = await fakeSmtp("secret", { ...own, secure: true });

    expect((await prove(faked.host, at(smtp.port, { certificateAuthority: own.cert }))).reply).toMatch(/^235 /);
    expect(await faked.failedProof(at(smtp.port, { certificateAuthority: selfSigned(name).cert }))).toMatch(
      /self-signed|signature/,
    );
  });
});

test("a server that can not do TLS 1.2 is refused", async () => {
  await using smtp = await fakeSmtp("secret", {
    ...server,
    secure: true,
    minVersion: "TLSv1.1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT@SECLEVEL=0",
  });

  expect(await faked.failedProof({ port: smtp.port, mechanisms, login, tls: demand })).toMatch(
    /protocol version|unsupported protocol/,
  );
  expect(smtp.logins).toEqual([]);
});

describe("a port where AUTH must not be offered", () => {
  const look = { mechanisms: [], noAuth: "because of main.cf" };

  test.each([
    ["without TLS", { disabledCommands: ["AUTH", "STARTTLS"] }],
    ["with STARTTLS, and a certificate that nobody knows", { ...server, disabledCommands: ["AUTH"] }],
  ])("is fine %s", async (_what, options) => {
    await using smtp = await fakeSmtp("secret", options);

    expect(await prove(faked.host, { ...look, port: smtp.port })).toMatchObject({ mechanisms: [], reply: "" });
  });

  test("is fine where STARTTLS fails: nobody is offered anything behind it; why it fails is told", async () => {
    const ciphers = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2", ciphers: "PSK" } as const;
    await using smtp = await fakeSmtp("secret", { ...server, ...ciphers, disabledCommands: ["AUTH"] });

    const proof = await prove(faked.host, { ...look, port: smtp.port });

    expect(proof.tlsFailure).toMatch(/handshake|SSL|socket|closed/i);
  });

  test.each([
    ["in clear text", {}],
    ["behind STARTTLS only", submission],
  ])("fails where it is, %s, and names the cause", async (_what, options) => {
    await using smtp = await fakeSmtp("secret", options);

    expect(await faked.failedProof({ ...look, port: smtp.port })).toMatch(
      /AUTH MUST NOT BE OFFERED on port \d+, and is: because of main\.cf/,
    );
  });
});
