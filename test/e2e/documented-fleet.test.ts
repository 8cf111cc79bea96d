// The commands of the how-to pages for hosts in use: taking one over, two in one stack, drift, and each way out of trouble. A reader
// follows them as they stand there, against two real hosts. Each step stands on the one before.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { Authority } from "../support/authority.ts";
import { freshHost, mailUser, shell, smtplib } from "../support/index.ts";
import { Reader } from "../support/reader.ts";
import { waysOut } from "./documented-rescue.ts";

jest.setTimeout(300_000);

const authority = new Authority();
const howTo = "docs/how-to";
let first: LabHost;
let second: LabHost;
let reader: Reader;

beforeAll(async () => {
  [first, second] = await Promise.all([freshHost("documented1", 13), freshHost("documented2", 12)]);
  reader = new Reader();
  for (const host of [first, second]) reader.knows(host);
  await reader.useAgent();
  reader.trusts(authority);
});

afterAll(async () => {
  reader?.forget();
  authority.forget();
  await Promise.all([first, second].map((host) => host && destroyHost(host)));
});

async function giveCertificate(host: LabHost, name: string, folder: string): Promise<void> {
  const { certificate, key } = authority.issue(name, 90);
  await shell(host, `mkdir -p ${folder}`);
  await writeInside(host, `${folder}/fullchain.pem`, certificate);
  await writeInside(host, `${folder}/privkey.pem`, key);
}

/** The codes of a login on 465 of both hosts. */
async function logins(): Promise<number[]> {
  const client = { port: 465, tls: true, user: mailUser.name, password: mailUser.password };
  const answers = [first, second].map(({ address: host }) => smtplib({ host, ...client }));
  return (await Promise.all(answers)).map(({ code }) => code);
}

test("docs/how-to/existing-host.md", async () => {
  const page = `${howTo}/existing-host.md`;
  const instead = { "mail1.example.org": first.address };
  for (const host of [first, second])
    await giveCertificate(host, "mail.example.org", "/etc/letsencrypt/live/mail.example.org");

  await reader.follow(page, "npm ci && npm run doctor -- root@mail1.example.org", { instead });
  const doctor = await reader.follow(
    page,
    "npm run doctor -- root@mail1.example.org --server-name mail.example.org \\",
    { instead },
  );
  await reader.follow(
    page,
    "(umask 077 && mkdir -p ~/.config && openssl rand -base64 24 > ~/.config/mail1.passphrase)",
    {
      instead,
      values: [mailUser.password],
    },
  );
  reader.environment.PULUMI_CONFIG_PASSPHRASE_FILE = join(reader.home, ".config/mail1.passphrase");

  expect(doctor).toContain("TlsCertificate: up would");
  const client = { host: first.address, port: 465, tls: true, user: mailUser.name, password: mailUser.password };
  expect(await smtplib({ ...client, authority: authority.certificate, name: "mail.example.org" })).toMatchObject({
    code: 235,
  });
});

test("docs/how-to/fleet.md", async () => {
  const page = `${howTo}/fleet.md`;

  await reader.follow(page, "npm run pulumi -- config set --path 'hosts[0].name' mail1", {
    instead: { "mail1.example.org": first.address, "mail2.example.org": second.address },
  });
  await reader.follow(page, "npm run pulumi -- config set --path rollout.canary 1");
  const status = await reader.follow(page, "npm run --silent status -- --json", { instead: { production: "mail1" } });
  const proof = await reader.follow(page, "npm run --silent status -- --proof mail1");
  const numbers = await reader.follow(page, "npm run --silent status -- --now --prometheus --stack production", {
    instead: { production: "mail1" },
  });

  expect(await logins()).toEqual([235, 235]);
  expect(proof).toMatch(/^S: 235 /m);
  expect(numbers.match(/^sasl_mail_host_resources_to_change\{host="mail[12]"\} 0$/gm)).toHaveLength(2);
  expect(status.match(/"certificateExpires"/g)).toHaveLength(4);
});

test("docs/how-to/fleet.md: a host of its own kind", async () => {
  const newsletter = { port: 465, tls: true, user: "newsletter", password: "of mail2 alone" };
  const begins = "npm run pulumi -- config set --path 'hosts[1].mechanism' sasldb";

  await reader.follow(`${howTo}/fleet.md`, begins, { values: [newsletter.password, newsletter.password] });
  const codes = [first, second].map(async ({ address: host }) => (await smtplib({ host, ...newsletter })).code);
  const both = [...(await Promise.all(codes)), ...(await logins())];
  await reader.type("npm run pulumi -- config rm accountPasswords && npm run pulumi -- config rm hostSecrets");

  expect(both).toEqual([535, 235, 235, 535]);
});

test("docs/how-to/fleet.md: the stack's file", async () => {
  await giveCertificate(first, first.address, "/etc/ssl/mail");
  await giveCertificate(second, second.address, "/etc/ssl/mail");

  reader.edit("mail1", `${howTo}/fleet.md`, "config:", {
    "mail1.example.org": first.address,
    "mail2.example.org": second.address,
    "user: deploy": "user: deployer",
  });
  await reader.type("npm run pulumi -- up");

  expect(await logins()).toEqual([235, 235]);
});

test("docs/how-to/fleet.md: another name", async () => {
  const begins = "npm run pulumi -- config set --path 'hosts[0].name' mx1 --stack production";

  await reader.follow(`${howTo}/fleet.md`, begins, { instead: { production: "mail1" } });

  expect(await logins()).toEqual([235, 235]);
  expect(await reader.type("npm run status")).toMatch(/mx1 .*running[\s\S]*mail2 .*running/);
});

test("docs/how-to/drift-alarm.md", async () => {
  const page = `${howTo}/drift-alarm.md`;
  const instead = { production: "mail1" };

  await reader.follow(page, "npm run --silent report -- --stack production --now", { instead });
  await shell(first, "chmod 755 /var/spool/postfix/var/run/saslauthd");
  const begins = "GITHUB_STEP_SUMMARY=$PWD/drift.md sh .github/drift.sh production";
  await reader.follow(page, begins, { instead, exitCode: 7 });

  expect(readFileSync(join(reader.project, "report.html"), "utf8")).toContain("2 of 2 as wanted");
  expect(readFileSync(join(reader.project, "drift.md"), "utf8")).toMatch(/1 of 2 hosts differ[\s\S]*- mode: 755/);
});

waysOut(() => ({ first, second, reader, logins }));

test("every block that is for these hosts was followed", () => {
  reader.expectAllFollowed("test/e2e/documented-fleet.test.ts", "test/e2e/documented-rescue.ts");
});
