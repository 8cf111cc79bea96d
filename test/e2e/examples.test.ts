// The packed package in projects outside of this repository: ES modules, and CommonJS compiled by ts-node as Pulumi's templates have it.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, snapshot } from "../support/index.ts";
import { installExample, pack } from "../support/package.ts";

jest.setTimeout(300_000);

let parent: string;
let packed: Awaited<ReturnType<typeof pack>>;
let hosts: { 12: LabHost; 13: LabHost };
const stacks: Stack[] = [];

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "sasl-mail-host-examples-"));
  const [tarball, bookworm, trixie] = await Promise.all([
    pack(),
    freshHost("examples12", 12),
    freshHost("examples13", 13),
  ]);
  packed = tarball;
  hosts = { 12: bookworm, 13: trixie };
});

afterAll(async () => {
  for (const stack of stacks) stack.forget();
  packed?.clear();
  rmSync(parent, { recursive: true, force: true });
  await Promise.all(Object.values(hosts ?? {}).map((host) => destroyHost(host)));
});

const connectionTo = ({ address, privateKeyFile, knownHostsFile }: LabHost) => ({
  host: address,
  privateKeyFile,
  knownHostsFile,
});

async function stackOf(name: string, folder: string, host: LabHost): Promise<Stack> {
  const stack = await Stack.create(name, folder);
  stacks.push(stack);
  stack.configure({ connection: connectionTo(host) });
  return stack;
}

test("a single resource in ES modules: up, nothing to do, the same from CommonJS, destroy", async () => {
  const host = hosts[13];
  const before = await snapshot(host);
  const folder = await installExample("single-resource", packed.tarball, parent);
  const stack = await stackOf("single", folder, host);

  expectSuccess(await stack.up());
  const made = await shell(host, "stat -c '%U:%G %a' /srv/reports; dpkg-statoverride --list /srv/reports");
  const again = await stack.preview("--expect-no-changes");
  const commonJs = await stack.in(commonJsCopyOf(folder)).preview("--expect-no-changes");
  const { reports } = await stack.outputs<{ reports: string }>();
  const gone = await stack.destroy();

  for (const run of [again, commonJs, gone]) expectSuccess(run);
  expect(made).toBe("root:mail 750\nroot mail 750 /srv/reports");
  expect(reports).toBe("/srv/reports root:mail 750");
  expect(await snapshot(host)).toEqual(before);
});

test("the component in CommonJS, compiled by ts-node: up with a real login, nothing to do, destroy", async () => {
  const host = hosts[13];
  const before = await snapshot(host);
  const stack = await stackOf("component", await installExample("component", packed.tarball, parent), host);
  stack.configure({ proofUsername: mailUser.name });
  await stack.configureSecret("proofPassword", mailUser.password);

  expectSuccess(await stack.up());
  const again = await stack.preview("--expect-no-changes");
  const { transcript } = await stack.outputs<{ transcript: string[] }>();
  const gone = await stack.destroy();

  for (const run of [again, gone]) expectSuccess(run);
  expect(transcript).toContain("S: 235 2.7.0 Authentication successful");
  expect(await snapshot(host)).toEqual(before);
});

test("an address that only another resource tells is planned without contact, and used once it is known", async () => {
  const host = hosts[12];
  const before = await snapshot(host);
  const logins = () => shell(host, "journalctl -u ssh --no-pager -o cat | grep -c Accepted || true");
  const folder = await installExample("address-from-resource", packed.tarball, parent);
  const stack = await stackOf("address", folder, host);

  const plan = await stack.plan();
  const loginsOfPlan = await logins();
  const made = await stack.up();
  const mode = await shell(host, "stat -c '%a' /srv/reports");
  const again = await stack.preview("--expect-no-changes");
  const gone = await stack.destroy();

  for (const run of [made, again, gone]) expectSuccess(run);
  expect(plan).toEqual(expect.arrayContaining(["machine: create", "report-directory: create"]));
  expect(loginsOfPlan).toBe("0");
  expect(mode).toBe("750");
  expect(await snapshot(host)).toEqual(before);
});

test("another program brings a host up by the Automation API, finds nothing to do afterwards, and says when a run has failed", async () => {
  const host = hosts[13];
  const before = await snapshot(host);
  const folder = await installExample("automation-api", packed.tarball, parent);
  const engine = engineEnvironment(await ensureEngine(), { stateFolder: join(parent, "automation-state") });
  const env = { ...engine, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_RUN_PROGRAM: "false" };
  const bringUp = async (connection: object) => {
    const input = JSON.stringify({
      name: "mail1",
      connection,
      proof: { username: mailUser.name, password: mailUser.password },
    });
    const { stdout, stderr } = await execa("node", ["bring-up.ts"], { cwd: folder, env, input, reject: false });
    return { stderr, ...JSON.parse(stdout) };
  };

  const made = await bringUp(connectionTo(host));
  const again = await bringUp(connectionTo(host));
  const failed = await bringUp({ ...connectionTo(host), knownHostsFile: "/dev/null" });
  await execa("pulumi", ["destroy", "--yes", "--skip-preview", "--stack", "mail1"], { cwd: folder, env });

  expect(made).toMatchObject({ changed: { create: expect.any(Number) }, state: "stopped", ports: [25, 465] });
  expect(again).toMatchObject({ changed: {}, provedAt: made.provedAt });
  expect(failed).toMatchObject({ failed: true, stderr: expect.stringContaining("verify the host key") });
  expect(await snapshot(host)).toEqual(before);
});

/** The same program without ES modules and without a TypeScript of its own: ts-node compiles it with what comes with the SDK. */
function commonJsCopyOf(folder: string): string {
  const copy = `${folder}-commonjs`;
  mkdirSync(copy);
  cpSync(join(folder, "index.ts"), join(copy, "index.ts"));
  symlinkSync(join(folder, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "package.json"), JSON.stringify({ name: "single-resource", private: true }));
  writeFileSync(join(copy, "Pulumi.yaml"), "name: single-resource\nruntime: nodejs\noptions:\n  refresh: always\n");
  return copy;
}
