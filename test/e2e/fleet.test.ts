// A fleet of three hosts of both releases whose second one is sick: the first is changed and proved, the third is not touched, the
// report says why, and the next `up` brings all of them there.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
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
      ...(index === 2 ? { allowCleartext: false } : {}),
    })),
    rollout: { canary: 1, batch: 1 },
    allowCleartext: true,
    proofUsername: mailUser.name,
  });
  await stack.configureSecret("proofPassword", mailUser.password);
  first = await stack.up();
});

afterAll(async () => {
  stack?.forget();
  await Promise.all(hosts.map((host) => destroyHost(host)));
});

test("the canary is proved although the second host fails, and the report names the sick one", async () => {
  expect(first.exitCode).not.toBe(0);
  expect(first.output).toContain(`SaslPackage packages on root@${hosts[1]?.address}:22`);
  expect(first.output).not.toContain(`on root@${hosts[2]?.address}:22`);
  const login = { host: hosts[0]?.address ?? "", port: 465, user: mailUser.name, password: mailUser.password };
  expect(await smtplib(login)).toMatchObject({ code: 235 });
});

test("the third was not touched", async () => {
  expect(await snapshot(hosts[2] as LabHost)).toEqual(untouched);
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
  expect(mail.mail2).toMatchObject({ ports: [25, 465], mechanisms: ["PLAIN", "LOGIN"], address: hosts[1]?.address });
  expectSuccess(await stack.preview("--expect-no-changes"));
});
