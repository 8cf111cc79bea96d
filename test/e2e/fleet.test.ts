// A fleet of three hosts of both releases whose second one is sick: the first is changed and proved, the third is not touched, the
// report says why, and the next `up` brings all of them there. The third has users, a secret and an end of its own.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { parse } from "yaml";
import type { Finding } from "../../cli/doctor/diagnosis.ts";
import { statusInState } from "../../cli/status-in-state.ts";
import { statusTable } from "../../cli/status-table.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { sh } from "../../providers/core/shell.ts";
import {
  type EngineRun,
  expectSuccess,
  freshHost,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { connectionTo } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

const bob = { name: "bob", password: "bob's own 1" };
const ownWay = {
  allowCleartext: false,
  mechanism: "sasldb",
  accounts: [{ name: bob.name, store: "sasldb" }],
  proofUsername: bob.name,
};

let hosts: LabHost[] = [];
let stack: Stack;
let untouched: string[];
let first: EngineRun;

beforeAll(async () => {
  hosts = await Promise.all([freshHost("fleet1", 13), freshHost("fleet2", 12), freshHost("fleet3", 13)]);
  const [, sick, last] = hosts as [LabHost, LabHost, LabHost];
  await shell(sick, "mv /srv/repo /srv/gone");
  untouched = await snapshot(last);
  stack = await Stack.create("fleet");
  stack.configure({
    hosts: hosts.map((host, index) => ({
      name: `mail${index + 1}`,
      connection: connectionTo(host),
      ...(index === 2 ? ownWay : {}),
    })),
    rollout: { canary: 1, batch: 1 },
    allowCleartext: true,
    proofUsername: mailUser.name,
  });
  await stack.configureSecret("proofPassword", mailUser.password);
  await stack.configureSecretsIn("accountPasswords", { [bob.name]: bob.password });
  await stack.configureSecretsIn('hostSecrets["mail3"]', { proofPassword: bob.password });
  first = await stack.up();
});

afterAll(async () => {
  stack?.forget();
  await Promise.all(hosts.map((host) => destroyHost(host)));
});

test("the canary is proved although the second host fails, and the report names the sick one", async () => {
  expect(first.exitCode).not.toBe(0);
  expect(first.output).not.toContain("unhandled exception");
  expect(first.output).toContain(`SaslPackage packages on root@${hosts[1]?.address}:22`);
  expect(first.output).not.toContain(`on root@${hosts[2]?.address}:22`);
  const login = { host: hosts[0]?.address ?? "", port: 465, user: mailUser.name, password: mailUser.password };
  expect(await smtplib(login)).toMatchObject({ code: 235 });
});

test("the third was not touched", async () => {
  expect(await snapshot(hosts[2] as LabHost)).toEqual(untouched);
});

test("doctor tells what up would do to the third, and to the first that it is kept and will not be stopped unasked, and changes neither", async () => {
  const before = await Promise.all([hosts[0], hosts[2]].map((host) => snapshot(host as LabHost)));

  const bare = await doctor(hosts[2] as LabHost);
  const kept = await doctor(hosts[0] as LabHost);

  expect(bare).toContain("- install libsasl2-modules, sasl2-bin, postfix: not installed");
  expect(parse(bare.slice(bare.indexOf("sasl-mail-host:hosts")))).toMatchObject({
    "sasl-mail-host:hosts": [{ connection: { host: hosts[2]?.address } }],
  });
  expect(kept).toContain(`MasterService (kept by the stack sasl-mail-host/${stack.name}): as wanted`);
  expect(kept).toContain(
    "found: Postfix runs there and serves the ports 25 and 465, and nobody has asked for the stop",
  );
  expect(await Promise.all([hosts[0], hosts[2]].map((host) => snapshot(host as LabHost)))).toEqual(before);
});

test("status shows all three after the failed run, and a dash for what is not there yet", async () => {
  const named = hosts.map(({ address }, index) => ({ name: `mail${index + 1}`, connection: { host: address } }));

  const rows = statusTable(statusInState(JSON.parse(await stack.exportState()), named), new Date()).split("\n");

  expect(rows[1]).toMatch(/^mail1 +\S+ +13 +3\S+ +2\S+ +running +25 465 +PLAIN LOGIN +0 d ago +-$/);
  expect(rows.slice(2).map((row) => row.replace(/ +/g, " "))).toEqual([
    `mail2 ${hosts[1]?.address} - - - - - - - -`,
    `mail3 ${hosts[2]?.address} - - - - - - - -`,
  ]);
});

test("with the second host healed the next up brings all of them there, each with its own settings", async () => {
  await shell(hosts[1] as LabHost, "mv /srv/gone /srv/repo");

  expectSuccess(await stack.up());

  const { mail } = await stack.outputs<{ mail: Record<string, Record<string, unknown>> }>();
  expect(Object.values(mail).map(({ state, release }) => [state, /\d+/.exec(String(release))?.[0]])).toEqual([
    ["running", "13"],
    ["running", "12"],
    ["stopped", "13"],
  ]);
  expect(await knownUsers(hosts[0] as LabHost)).toEqual([mailUser.name]);
  expect(await knownUsers(hosts[2] as LabHost)).toEqual([bob.name]);
  expect(mail.mail2).toMatchObject({ ports: [25, 465], mechanisms: ["PLAIN", "LOGIN"], address: hosts[1]?.address });
  expectSuccess(await stack.preview("--expect-no-changes"));
});

test("doctor over the stack says line by line what the next up then does, and of a host that is right that it is", async () => {
  await shell(hosts[0] as LabHost, "chmod 750 /var/spool/postfix/var/run/saslauthd");
  await shell(hosts[2] as LabHost, "sed -i s/saslauthd/auxprop/ /etc/postfix/sasl/smtpd.conf");

  const looked = await doctorOfStack();
  const next = await stack.up();

  const found = Object.entries(looked.hosts).map(([name, { findings }]) => [name, changesIn(findings)]);
  expect(looked.exitCode).toBe(7);
  expect(Object.fromEntries(found)).toEqual({
    mail1: { StatOverride: expect.any(Array) },
    mail2: {},
    mail3: { SmtpdConf: expect.any(Array) },
  });
  expectSuccess(next);
  for (const change of Object.values(looked.hosts).flatMap(({ findings }) =>
    findings.flatMap(({ changes }) => changes),
  ))
    expect(next.output).toContain(change.split("\n")[0]);
  expect((await doctorOfStack()).exitCode).toBe(0);
});

/** Which of the two may log in, by saslauthd's own client. */
async function knownUsers(host: LabHost): Promise<string[]> {
  const answers = await Promise.all(
    [mailUser, bob].map(async ({ name, password }) => {
      const socket = "/var/spool/postfix/var/run/saslauthd/mux";
      const login = sh`testsaslauthd -u ${name} -p ${password} -r "$(uname -n)" -f ${socket} || :`.text;
      return (await shell(host, login)).includes("OK") ? [name] : [];
    }),
  );
  return answers.flat();
}

interface Looked {
  readonly findings: readonly Pick<Finding, "kind" | "changes">[];
}

function changesIn(findings: Looked["findings"]) {
  return Object.fromEntries(
    findings.filter(({ changes }) => changes.length > 0).map(({ kind, changes }) => [kind, changes]),
  );
}

/** As a person would type it, in the checkout. */
async function doctorOfStack(): Promise<{ exitCode: number | undefined; hosts: Record<string, Looked> }> {
  const of = ["--stack", stack.name, "--config-file", stack.configFile, "--json"];
  const options = { cwd: projectRoot, env: stack.environment, extendEnv: false, reject: false } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, ["cli/doctor.ts", ...of], options);
  expect(stderr).toBe("");
  return { exitCode, hosts: JSON.parse(stdout) as Record<string, Looked> };
}

async function doctor({ address, privateKeyFile, knownHostsFile }: LabHost): Promise<string> {
  const target = [`root@${address}`, "--key", privateKeyFile, "--known-hosts", knownHostsFile];
  const { stdout } = await execa(process.execPath, ["cli/doctor.ts", ...target], {
    cwd: projectRoot,
    reject: false,
  });
  return stdout;
}
