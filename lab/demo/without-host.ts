// The demo of a machine that cannot boot a host: says what is missing and how to give it, and shows what needs no host, each part by its true name.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEngine } from "../../cli/engine/engine.ts";
import type { Engine } from "../../cli/engine/source.ts";
import { type Obstacle, told } from "../hosts/obstacle.ts";
import { offlineEngineObstacle } from "../hosts/offline.ts";
import { projectRoot } from "../paths.ts";
import { example, exampleStack } from "./example-stack.ts";
import { type FolderStage, setFolderStage } from "./folder-stage.ts";
import { say } from "./say.ts";

/** The exit code of a demo that has not done the real thing. */
export const withoutHost = 3;

const recording = join("docs", "demo.txt");
const smtpdConf = "/etc/postfix/sasl/smtpd.conf";
const masterCf = "/etc/postfix/master.cf";

export async function playWithoutHost(obstacle: Obstacle): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-demo-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  process.stderr.write(`demo: no host can be booted here: ${told(obstacle)}\n`);
  say(
    "What follows is NOT the demo: no Debian is booted, nothing is installed, nobody logs in. It shows what needs no host.",
  );
  const engine = await findOrMakeEngine();
  if (engine !== undefined) {
    await preview(engine, join(folder, "example"));
    await lifeOfTwoFiles(engine, join(folder, "in-folder"));
  }
  showRecording();
  process.stderr.write(`\ndemo: this was not the real thing (exit status ${withoutHost}). ${told(obstacle)}\n`);
  return withoutHost;
}

async function findOrMakeEngine(): Promise<Engine | undefined> {
  const offline = await offlineEngineObstacle();
  if (offline === undefined) {
    try {
      return await ensureEngine();
    } catch (error) {
      process.stderr.write(`demo: ${(error as Error).message}\n`);
    }
  } else process.stderr.write(`demo: ${told(offline)}\n`);
  say("Parts 1 and 2 are left out: they need the engine");
  return undefined;
}

async function preview(engine: Engine, folder: string): Promise<void> {
  say(
    `1. The real engine and the real program, without a host: preview of the committed ${example}, whose hosts nobody has. The preview of a new stack contacts none`,
  );
  const pulumi = await exampleStack(engine, folder);
  await pulumi(["preview"]);
}

async function lifeOfTwoFiles(engine: Engine, folder: string): Promise<void> {
  await using stage = await setFolderStage(engine, folder);
  const { pulumi, read, write } = stage;
  const before = [read(masterCf), read(smtpdConf)];
  say(
    "2. The real engine, the real resources and a real SSH connection, but the host is a folder of this machine (that of the unit tests): two files of a mail host, from Debian 13's own master.cf. No package, no daemon, no login",
  );
  await pulumi(["preview"]);
  say("2a. up: both are written");
  await pulumi(["up", "--yes", "--skip-preview"]);
  show(stage);
  say("2b. up again: nothing to do");
  await pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  say("2c. somebody edits both by hand; preview --diff says what is there against what is wanted");
  write(smtpdConf, "pwcheck_method: auxprop\n");
  write(
    masterCf,
    (read(masterCf) ?? "").replace(/^smtps .*smtpd$/m, (line) => line.replace(" y ", " n ")),
  );
  await pulumi(["preview", "--diff"]);
  say("2d. up: repaired");
  await pulumi(["up", "--yes", "--skip-preview"]);
  await pulumi(["preview", "--expect-no-changes"]);
  say("2e. destroy: both as they were before");
  await pulumi(["destroy", "--yes", "--skip-preview"]);
  if (JSON.stringify([read(masterCf), read(smtpdConf)]) !== JSON.stringify(before))
    throw new Error("the files are not as they were before");
  process.stdout.write(`${masterCf} has the bytes that it had before, and ${smtpdConf} is gone\n`);
}

function show({ read }: FolderStage): void {
  const added = (read(masterCf) ?? "").split("\n").slice(-5).join("\n");
  process.stdout.write(`\n${smtpdConf}:\n${read(smtpdConf)}\nthe end of ${masterCf}:\n${added}\n`);
}

function showRecording(): void {
  const file = join(projectRoot, recording);
  if (!existsSync(file)) return;
  say(`3. A RECORDING of a real run on another machine, ${recording}; nothing of it happens now`);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  process.stdout.write(`${lines.map((line) => `| ${line}`.trimEnd()).join("\n")}\n`);
}
