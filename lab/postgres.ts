// A throw-away PostgreSQL server for Pulumi's state: Debian's program, a data folder and a socket of its own, no network, no other cluster touched.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { timed } from "../cli/progress.ts";

export interface PostgresServer {
  /** For PULUMI_BACKEND_URL. */
  readonly url: string;
  /** Runs one query and gives its rows, fields separated by "|". */
  query(sql: string): Promise<string[]>;
  stop(): Promise<void>;
}

const programsRoot = "/usr/lib/postgresql";
/** Debian's package makes this account; the server refuses to run as root. */
const account = "postgres";

/** Installs Debian's server where there is none, and starts one in a new folder. The caller is root. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = (await newestPrograms()) ?? (await timed("installing postgresql", install));
  const [uid, gid] = (await Promise.all(["-u", "-g"].map((flag) => execa("id", [flag, account])))).map(({ stdout }) =>
    Number(stdout),
  );
  const folder = await mkdtemp(join(tmpdir(), "sasl-mail-host-postgres-"));
  const asAccount = { cwd: folder, uid: uid ?? 0, gid: gid ?? 0 };
  await chown(folder, asAccount.uid, asAccount.gid);
  const data = join(folder, "data");
  await execa(
    join(programs, "initdb"),
    ["--pgdata", data, "--username", "pulumi", "--auth", "trust", "--no-sync"],
    asAccount,
  );
  const server = spawn(
    // ends with this process, however that ends
    "setpriv",
    [
      "--pdeathsig",
      "INT",
      join(programs, "postgres"),
      "-D",
      data,
      "-k",
      folder,
      "-c",
      "listen_addresses=",
      "-c",
      "fsync=off",
    ],
    {
      ...asAccount,
      stdio: "ignore",
    },
  );
  const query = async (sql: string) => {
    const flags = [
      "--host",
      folder,
      "--username",
      "pulumi",
      "--no-psqlrc",
      "--tuples-only",
      "--no-align",
      "--command",
      sql,
    ];
    const { stdout } = await execa(join(programs, "psql"), ["--dbname", "postgres", ...flags]);
    return stdout.split("\n").filter(Boolean);
  };
  await untilReady(server, query);
  return {
    url: `postgres://pulumi@/postgres?host=${folder}&sslmode=disable`,
    query,
    stop: async () => {
      const ended = once(server, "exit");
      // a fast shutdown: clients are cut off
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function newestPrograms(): Promise<string | undefined> {
  const versions = await readdir(programsRoot).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? undefined : join(programsRoot, String(newest), "bin");
}

/** Debian's package would make a cluster and start it; this machine's owner asked for tests, not for a server. */
async function install(): Promise<string> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...words: string[]) =>
    execa("apt-get", ["-o", "DPkg::Lock::Timeout=300", "--yes", "--quiet", ...words], { env });
  await apt("update");
  await apt("install", "--no-install-recommends", "postgresql-common");
  const setting = "/etc/postgresql-common/createcluster.d/sasl-mail-host-lab.conf";
  await mkdir(dirname(setting), { recursive: true });
  await writeFile(setting, "create_main_cluster = false\n");
  try {
    await apt("install", "--no-install-recommends", "postgresql");
  } finally {
    await rm(setting);
  }
  const programs = await newestPrograms();
  if (programs === undefined)
    throw new Error(`the package postgresql is installed, but ${programsRoot} has no version`);
  return programs;
}

async function untilReady(server: ChildProcess, query: (sql: string) => Promise<string[]>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (server.exitCode === null && performance.now() < deadline) {
    if (await query("select 1").catch(() => undefined)) return;
    await sleep(100);
  }
  server.kill("SIGKILL");
  throw new Error(
    `the PostgreSQL server ${server.exitCode === null ? "does not answer" : `ended with ${server.exitCode}`}`,
  );
}
