// The way of a change: previewed in a pull request, brought to staging and then by configuration alone to production, watched for drift.
// The commands are those of .github/workflows; the state is in a PostgreSQL server; the two hosts are Debian 13 and 12.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { ensureActionlint } from "../../lab/actionlint.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { type PostgresServer, startPostgres } from "../../lab/postgres.ts";
import { freshHost, mailUser, shell, smtplib } from "../support/index.ts";
import { checkOut, type JobRun, type Runner, runJob, workflowFile } from "../support/workflow.ts";

jest.setTimeout(300_000);

const stacks = ["staging", "production"] as const;
type StackName = (typeof stacks)[number];

let folder: string;
let runner: Runner;
let hosts: Record<StackName, LabHost>;
let postgres: PostgresServer;
const agents: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-runner-"));
  checkOut(folder);
  const [server, staging, production] = await Promise.all([
    startPostgres(),
    freshHost("staging", 13),
    freshHost("production", 12),
  ]);
  postgres = server;
  hosts = { staging, production };
  const bin = join(folder, "bin");
  // `gh` of a runner: what it is called with, and the comment
  mkdirSync(bin);
  writeFileSync(join(bin, "gh"), `#!/bin/sh\nprintf '%s\\n' "$*" >${folder}/gh\n`, { mode: 0o755 });
  runner = {
    folder,
    environment: {
      ...process.env,
      PATH: [bin, process.env.PATH].join(delimiter),
      PULUMI_HOME: join(folder, "pulumi-home"),
      SSH_AUTH_SOCK: "",
    },
    expressions: {
      "secrets.PULUMI_BACKEND_URL": postgres.url,
      "secrets.STAGING_PASSPHRASE": "example",
      "secrets.PRODUCTION_PASSPHRASE": "example",
      "secrets.PASSPHRASE": "example",
      "github.event.number": "17",
      "github.token": "token",
    },
  };
  for (const stack of stacks) await pulumi(["stack", "init", stack]);
});

afterAll(async () => {
  for (const agent of agents) process.kill(Number(agent));
  await postgres?.stop();
  await Promise.all(Object.values(hosts ?? {}).map((host) => destroyHost(host)));
  rmSync(folder, { recursive: true, force: true });
});

test("actionlint finds nothing in the workflows", async () => {
  const files = globSync(workflowFile(projectRoot, "*"));

  const { exitCode, all } = await execa(await ensureActionlint(), files, { reject: false, all: true });

  expect({ exitCode, all }).toEqual({ exitCode: 0, all: "" });
});

test("a pull request: the committed stack files are previewed with the policy pack, without a host that could answer", async () => {
  const run = await pullRequest();

  expectPassed(run);
  const comment = readFileSync(join(folder, "preview.md"), "utf8");
  expect(readFileSync(join(folder, "gh"), "utf8").trim()).toBe(
    "pr comment 17 --repo mail/hosts --edit-last --create-if-none --body-file preview.md",
  );
  expect(comment).toMatch(/### staging\n.*AuthProof: \(create\).*### production\n.*AuthProof: \(create\)/s);
  expect(comment).not.toContain("made up");
  for (const stack of stacks) {
    expect(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")).toBe(
      readFileSync(join(projectRoot, `Pulumi.${stack}.yaml`), "utf8"),
    );
  }
});

test("a pull request that breaks rules of the policy pack is red, and the comment says which", async () => {
  await useLabHost("staging", { hostKey: undefined, tls: undefined, allowCleartext: true });

  const run = await pullRequest();

  expect(run.exitCode).not.toBe(0);
  const comment = readFileSync(join(folder, "preview.md"), "utf8");
  expect(comment).toContain("### staging: the preview failed");
  expect(comment).toMatch(/no-cleartext-auth.*Postfix on \S+ would be left running/s);
  expect(comment).toMatch(/pinned-host-keys.*connection\.hostKey of \S+ is not set/s);
});

test("merged: staging comes first, and production follows with the same program and other configuration", async () => {
  for (const stack of stacks) await useLabHost(stack);

  for (const stack of stacks) {
    const run = await runJob(forStack(stack), "up", stack);
    agents.push(run.environment.SSH_AGENT_PID ?? "");
    expectPassed(run);
    const { address: host } = hosts[stack];
    const login = { host, port: 465, tls: true, user: mailUser.name, password: mailUser.password };
    expect(await smtplib(login)).toMatchObject({ code: 235 });
  }

  const states = await postgres.query("select key from pulumi_state");
  expect(states).toEqual(expect.arrayContaining(stacks.map((stack) => expect.stringMatching(`/${stack}.json$`))));
});

test("a later pull request is compared with the state: nothing to do, and no host saw a login", async () => {
  const logins = () =>
    Promise.all(stacks.map((stack) => shell(hosts[stack], "journalctl -u ssh -o cat --no-pager | grep -c Accepted")));
  const before = await logins();

  const run = await pullRequest();

  expectPassed(run);
  expect(run.output.match(/^ +11 unchanged$/gm)).toHaveLength(2);
  expect(await logins()).toEqual(before);
});

test("the daily look is green, and red with the reason once somebody has changed a host by hand", async () => {
  const look = async () => {
    const run = await runJob(forStack("staging"), "drift", "look");
    agents.push(run.environment.SSH_AGENT_PID ?? "");
    return run;
  };

  const quiet = await look();
  await shell(hosts.staging, "chmod 755 /var/spool/postfix/var/run/saslauthd");
  const drifted = await look();

  expectPassed(quiet);
  expect(quiet.summary).toContain("### `staging`: 1 of 1 as wanted");
  expect(drifted.exitCode).not.toBe(0);
  expect(drifted.summary).toContain("### `staging`: 1 of 1 host differs");
  expect(drifted.summary).toContain("- mode: 755: every local user can test passwords through its socket\n+ mode: 710");
});

/** Each run of a workflow begins with a fresh checkout, where no comment lies yet. */
async function pullRequest(): Promise<JobRun> {
  rmSync(join(folder, "preview.md"), { force: true });
  const run = await runJob(runner, "preview", "preview");
  expectPassed(await runJob(runner, "preview", "comment"));
  return run;
}

/** What differs between the two stacks, as a person would edit the file: host and key; and the secret. */
async function useLabHost(stack: StackName, changed: Record<string, unknown> = {}): Promise<void> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const { encryptionsalt } = parse(readFileSync(join(projectRoot, `Pulumi.${stack}.yaml`), "utf8"));
  const { hostKey, ...config } = {
    hostKey: pinned(stack),
    proofUsername: mailUser.name,
    tls: { selfSigned: true },
    ...changed,
  };
  const hostsOfStack = [{ name: stack, connection: { host: hosts[stack].address, hostKey } }];
  const named = Object.entries({ hosts: hostsOfStack, ...config }).map(([key, value]) => [
    `sasl-mail-host:${key}`,
    value,
  ]);
  writeFileSync(file, stringify({ encryptionsalt, config: Object.fromEntries(named) }));
  await pulumi(["config", "set", "--secret", "proofPassword", "--stack", stack], mailUser.password);
}

function pinned(stack: StackName): string {
  const [line = ""] = readFileSync(hosts[stack].knownHostsFile, "utf8").split("\n");
  return line.split(" ").slice(1, 3).join(" ");
}

/** The secrets of the environment that a job names. */
function forStack(stack: StackName): Runner {
  const key = readFileSync(hosts[stack].privateKeyFile, "utf8").trim();
  return { ...runner, expressions: { ...runner.expressions, "secrets.SSH_PRIVATE_KEY": key, "matrix.stack": stack } };
}

async function pulumi(args: readonly string[], input = ""): Promise<void> {
  await execa("npm", ["run", "--silent", "pulumi", "--", "--non-interactive", ...args], {
    cwd: folder,
    env: { ...runner.environment, PULUMI_BACKEND_URL: postgres.url, PULUMI_CONFIG_PASSPHRASE: "example" },
    input,
  });
}

function expectPassed({ exitCode, output }: JobRun): void {
  expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
}
