// The commands of README.md and of the how-to pages for one host, followed by a reader with a fresh copy of the project: as they stand in
// the document, in a terminal, against a real host. Each step stands on the one before.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { Authority } from "../support/authority.ts";
import { fillExampleDirectory, serveExampleDirectory } from "../support/example-directory.ts";
import { accepts, freshHost, mailUser, shell, smtplib } from "../support/index.ts";
import { setImapPassword, startLoginServers } from "../support/login-servers.ts";
import { Reader } from "../support/reader.ts";

jest.setTimeout(300_000);

const authority = new Authority();
let host: LabHost;
let reader: Reader;

beforeAll(async () => {
  host = await freshHost("documented", 13);
  reader = new Reader();
  reader.knows(host);
  reader.trusts(authority);
});

afterAll(async () => {
  reader?.forget();
  authority.forget();
  if (host !== undefined) await destroyHost(host);
});

/** The code of a login from outside. */
async function login(user: string, password: string, tls = true): Promise<number> {
  return (await smtplib({ host: host.address, port: 465, tls, user, password })).code;
}

test("README.md: your own host", async () => {
  const output = await reader.follow("README.md", "npm ci && npm run pulumi -- stack init mail1", {
    instead: { "mail1.example.org": host.address },
    values: [mailUser.password],
  });

  expect(output).toMatch(/AuthProof .*mail1-proof.*create[\s\S]*mail1: "proved .* UTC, stopped, ports 25 465"/);
  expect(await accepts(host.address, 465)).toBe(false);
  await shell(host, "systemctl start postfix");
  expect([await login("alice", mailUser.password, false), await login("alice", "wrong", false)]).toEqual([235, 535]);
  await shell(host, "systemctl stop postfix");
});

test("README.md: npm run doctor and npm run status", async () => {
  await reader.useAgent();

  const doctor = await reader.type(`npm run doctor -- root@${host.address}`);
  const status = await reader.type("npm run status");
  const proof = await reader.type("npm run --silent status -- --proof mail1");

  expect(proof).toContain("S: 235 2.7.0 Authentication successful");
  expect(doctor).toContain("as wanted");
  expect(status).toMatch(/mail1.*stopped/);
});

test("docs/how-to/tls.md: files that are on the host", async () => {
  const issued = authority.issue(host.address, 90);
  await shell(host, "mkdir -p /etc/letsencrypt/live/mail.example.org");
  await writeInside(host, "/etc/letsencrypt/live/mail.example.org/fullchain.pem", issued.certificate);
  await writeInside(host, "/etc/letsencrypt/live/mail.example.org/privkey.pem", issued.key);

  await reader.follow(
    "docs/how-to/tls.md",
    "npm run pulumi -- config set --path tls.certificateFile /etc/letsencrypt/live/mail.example.org/fullchain.pem",
  );

  const { code } = await smtplib({
    ...{ host: host.address, port: 465, tls: true, user: "alice", password: mailUser.password },
    ...{ authority: authority.certificate, name: host.address },
  });
  expect(code).toBe(235);
});

test("docs/how-to/tls.md: PEM from the configuration", async () => {
  const issued = authority.issue(host.address, 90);
  writeFileSync(join(reader.project, "fullchain.pem"), issued.certificate);
  writeFileSync(join(reader.project, "privkey.pem"), issued.key);
  await reader.type("npm run pulumi -- config rm tls");

  await reader.follow("docs/how-to/tls.md", "npm run pulumi -- config set --path tls.certificate < fullchain.pem");

  expect(await login("alice", mailUser.password)).toBe(235);
  expect(await shell(host, "stat -c '%U %a' /etc/postfix/tls/smtpd.pem")).toBe("root 600");
});

test("docs/how-to/tls.md: self-signed, and port 587 as well", async () => {
  await reader.type("npm run pulumi -- config rm tls; npm run pulumi -- config rm tlsKey");
  await reader.type("npm run pulumi -- config set submission true");

  await reader.follow("docs/how-to/tls.md", "npm run pulumi -- config set --path tls.selfSigned true");

  expect(await login("alice", mailUser.password)).toBe(235);
  expect(await accepts(host.address, 587)).toBe(true);
});

test("docs/how-to/accounts.md", async () => {
  const page = "docs/how-to/accounts.md";

  const name = "npm run pulumi -- config set --path 'accounts[0].name' newsletter";
  await reader.follow(page, name, { values: ["password 1"] });
  const made = await login("newsletter", "password 1");
  await shell(host, "echo 'newsletter:by hand' | chpasswd");
  const drift = await reader.type("npm run pulumi -- preview --diff");
  const password = "npm run pulumi -- config set --secret --path 'accountPasswords[\"newsletter\"]'";
  await reader.follow(page, password, { values: ["password 2"] });
  const locked = [await login("newsletter", "password 1"), await login("newsletter", "password 2")];
  await reader.follow(page, "npm run pulumi -- config set cache false");
  await reader.type("npm run pulumi -- up");

  expect({ made, locked }).toEqual({ made: 235, locked: [535, 535] });
  expect(drift).toMatch(/\[id=system\/newsletter\][^~]+~ state: "present, with another password" => "present"/);
  expect(await shell(host, "grep ^OPTIONS= /etc/default/saslauthd")).not.toContain("-c");
});

test("docs/how-to/ldap.md", async () => {
  const page = "docs/how-to/ldap.md";
  const inDirectory = { user: "alice", password: "of the directory", bindPassword: "of the service" };
  await startLoginServers(host, 13);
  await serveExampleDirectory(host, authority);
  await fillExampleDirectory(host, inDirectory);
  await setImapPassword(host, "alice", "of the IMAP server");

  await reader.follow(page, "npm run pulumi -- config set mechanism ldap", {
    values: [inDirectory.bindPassword, inDirectory.password],
  });
  const asked = [await login("alice@example.org", inDirectory.password), await login("alice", mailUser.password)];
  await reader.follow(page, "npm run pulumi -- config set mechanism pam", { values: [mailUser.password] });
  const back = await login("alice", mailUser.password);
  await reader.type("npm run pulumi -- config set --secret proofPassword", { values: ["of the IMAP server"] });
  await reader.follow(page, "npm run pulumi -- config set mechanism rimap");

  expect({ asked, back }).toEqual({ asked: [235, 535], back: 235 });
  expect(await login("alice", "of the IMAP server")).toBe(235);
});

test("every block that is for this host was followed", () => {
  reader.expectAllFollowed("test/e2e/documented-commands.test.ts");
});
