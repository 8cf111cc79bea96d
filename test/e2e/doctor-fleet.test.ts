// The doctor over a fleet of three, of which no two are asked the same and one was prepared by hand: what it says of each resource is
// what the `up` behind it does, line by line, as the engine's own stream of events has it. After each `up` it has nothing to say.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import type { Finding } from "../../cli/doctor/diagnosis.ts";
import type { Examined } from "../../cli/doctor/subject.ts";
import { type EngineEvent, eventsIn } from "../../cli/engine-events.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, snapshot } from "../support/index.ts";
import { connectionTo } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

const bob = { name: "bob", password: "bob's own 1" };

/** What the doctor says where it cannot know more before an earlier part is there. */
const notKnownYet = ["set up what the packages bring", "set up the port, once the certificate is made"];

let hosts: [LabHost, LabHost, LabHost];
let stack: Stack;

beforeAll(async () => {
  hosts = await Promise.all([freshHost("doctor1", 12), freshHost("doctor2", 13), freshHost("doctor3", 13)]);
  await prepare(hosts[2]);
  const [first, second, third] = hosts.map((host, index) => ({
    name: `mail${index + 1}`,
    connection: connectionTo(host),
  }));
  stack = await Stack.create("doctor");
  stack.configure({
    tls: { selfSigned: true },
    groups: { clients: { submission: true, limits: { authRate: 10 }, senderDomains: ["example.org"] } },
    hosts: [
      { ...first, group: "clients" },
      { ...second, mechanism: "sasldb", accounts: [{ name: bob.name, store: "sasldb" }], proofUsername: bob.name },
      { ...third, options: { smtpd_helo_required: "yes" }, threads: 2, finalState: "stopped" },
    ],
    proofUsername: mailUser.name,
  });
  await stack.configureSecret("proofPassword", mailUser.password);
  await stack.configureSecretsIn("accountPasswords", { [bob.name]: bob.password });
  await stack.configureSecretsIn('hostSecrets["mail2"]', { proofPassword: bob.password });
});

afterAll(async () => {
  stack?.forget();
  await Promise.all((hosts ?? []).map((host) => destroyHost(host)));
});

/** Half of the page by hand: packages, group and socket directory are right, the SASL file and a running Postfix are not. */
async function prepare(host: LabHost): Promise<void> {
  await shell(
    host,
    `export DEBIAN_FRONTEND=noninteractive; apt-get -qq update
apt-get -qq install -y postfix sasl2-bin libsasl2-modules >/dev/null
adduser -q postfix sasl
dpkg-statoverride --add --update root sasl 710 /var/spool/postfix/var/run/saslauthd 2>/dev/null || :
mkdir -p /etc/postfix/sasl; printf 'pwcheck_method: auxprop\\n' >/etc/postfix/sasl/smtpd.conf
systemctl stop postfix`,
  );
}

test("before the first up the doctor says what that does to each host, and changes none", async () => {
  const before = await Promise.all(hosts.map(snapshot));

  const looked = await doctor();
  expect(await Promise.all(hosts.map(snapshot))).toEqual(before);
  const did = await up();

  expect(Object.values(looked.findings).flatMap((all) => all.flatMap(({ inTheWay }) => inTheWay ?? []))).toEqual([]);
  expect(looked.exitCode).toBe(7);
  compare(looked.findings, did);
  const right = Object.entries(looked.findings).map(([name, all]) => [name, all.filter((one) => one.right).length]);
  expect(Object.fromEntries(right)).toEqual({ mail1: 0, mail2: 0, mail3: expect.any(Number) });
  expect(looked.findings.mail3?.filter((one) => one.right).map(({ kind }) => kind)).toContain("GroupMember");
});

test("after that it has nothing to say, nor has the next up anything to do", async () => {
  const looked = await doctor();
  const did = await up();

  expect(looked.exitCode).toBe(0);
  expect(Object.values(looked.findings).flatMap((all) => all.flatMap(({ changes }) => changes))).toEqual([]);
  expect(did.filter(({ op }) => op !== "same")).toEqual([]);
});

test("what was changed by hand on each, and in the settings of one, it says as the next up does it", async () => {
  await shell(
    hosts[0],
    "chmod 755 /var/spool/postfix/var/run/saslauthd && postconf -P smtps/inet/smtpd_sasl_auth_enable=no",
  );
  await shell(hosts[1], "gpasswd -d postfix sasl && rm /etc/postfix/sasl/smtpd.conf");
  await shell(hosts[2], "systemctl stop saslauthd");
  stack.configure({ groups: { clients: { submission: true, limits: { authRate: 20 } } } });

  const looked = await doctor();
  const did = await up();

  expect(looked.exitCode).toBe(7);
  compare(looked.findings, did);
  const changed = Object.entries(looked.findings).map(([name, all]) => [
    name,
    all.filter(({ right }) => !right).map(({ kind }) => kind),
  ]);
  expect(Object.fromEntries(changed)).toEqual({
    mail1: expect.arrayContaining(["StatOverride", "MasterService"]),
    mail2: expect.arrayContaining(["GroupMember", "SmtpdConf"]),
    mail3: ["SaslauthdService"],
  });
  expect((await doctor()).exitCode).toBe(0);
});

test("each host has in its own log what was done to it, for which stack, and no password", async () => {
  const logs = await Promise.all(hosts.map((host) => shell(host, "journalctl -t sasl-mail-host -o cat")));

  const [first, second, third] = logs as [string, string, string];
  const by = `stack sasl-mail-host/${stack.name}, `;
  expect(first).toMatch(new RegExp(`^${by}StatOverride \\S+, by \\S+@\\S+: done: `, "m"));
  expect(second).toMatch(new RegExp(`^${by}MailAccount \\S+, by \\S+@\\S+: done: `, "m"));
  expect(third).toMatch(new RegExp(`^${by}SaslauthdService .*: done: `, "m"));
  for (const log of logs) for (const secret of [mailUser.password, bob.password]) expect(log).not.toContain(secret);
});

/** What an `up` did to one resource. */
interface Done {
  readonly host: string;
  readonly kind: string;
  readonly name: string;
  readonly op: string;
  readonly lines: readonly string[];
}

/**
 * A resource that is right is created into the state, or left alone, without a line; each other one is created or updated, with the
 * lines that were said. Where more than the packages was unknown before them, there is at least one.
 */
function compare(said: Readonly<Record<string, readonly Finding[]>>, did: readonly Done[]): void {
  const expected = Object.entries(said).flatMap(([host, findings]) =>
    findings.map(({ kind, name, changes }) => ({ host, kind, name, lines: changes })),
  );
  const made = expected.map(({ host, kind, name, lines }) => {
    const one = did.find((each) => each.host === host && each.kind === kind && each.name === name);
    if (one === undefined) return { host, kind, name, lines: undefined };
    const vague = lines.some((line) => notKnownYet.includes(line)) && one.lines.length > 0;
    return { host, kind, name, lines: vague ? lines : one.lines.map(asSaidBefore) };
  });
  expect(made).toEqual(expected.map((one) => ({ ...one, lines: one.lines.map(asSaidBefore) })));
}

/**
 * Without what the changes before a line have made of it: an entry has moved in master.cf, and Postfix is reloaded for a file that was
 * written meanwhile.
 */
function asSaidBefore(line: string): string {
  return line.replace(/\(line \d+/g, "(line N").replace(/^(reload Postfix): .*$/, "$1");
}

async function up(): Promise<Done[]> {
  const run = await stack.run([
    "up",
    "--yes",
    "--skip-preview",
    "--json",
    "--stack",
    stack.name,
    "--config-file",
    stack.configFile,
  ]);
  expectSuccess(run);
  const events = eventsIn(run.output);
  return events.flatMap(({ resOutputsEvent }) => {
    const { op, urn } = resOutputsEvent?.metadata ?? { op: "", urn: "" };
    const [, kind = "", host = "", name = ""] = /dynamic\/sasl:(\w+)::(mail\d)-(.+)$/.exec(urn) ?? [];
    return kind === "" || kind === "AuthProof" || op === "refresh"
      ? []
      : [{ host, kind, name, op, lines: linesOf(events, urn) }];
  });
}

/** What the resource has logged. */
function linesOf(events: readonly EngineEvent[], urn: string): string[] {
  return events.flatMap(({ diagnosticEvent: line }) =>
    line?.urn === urn && line.severity === "info" ? [line.message.replace(/<\{%[^%]*%\}>/g, "").trimEnd()] : [],
  );
}

/** As a person types it, in the checkout. */
async function doctor(): Promise<{ exitCode: number | undefined; findings: Record<string, readonly Finding[]> }> {
  const of = ["--stack", stack.name, "--config-file", stack.configFile, "--json"];
  const options = { cwd: projectRoot, env: stack.environment, extendEnv: false, reject: false } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, ["cli/doctor.ts", ...of], options);
  expect(stderr).toBe("");
  const looked = Object.entries(JSON.parse(stdout) as Record<string, Examined>);
  return { exitCode, findings: Object.fromEntries(looked.map(([name, { findings }]) => [name, findings])) };
}
