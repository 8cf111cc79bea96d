// The commands of the documents that begin otherwise: the quickstart in Japanese, a state in PostgreSQL and in S3, a program of one's own.
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { startPostgres } from "../../lab/postgres.ts";
import { startObjectStore } from "../../lab/s3/server.ts";
import { freshHost, mailUser, shell } from "../support/index.ts";
import { offer, pack } from "../support/package.ts";
import { Reader } from "../support/reader.ts";

jest.setTimeout(300_000);

let host: LabHost;
let reader: Reader;

beforeAll(async () => {
  host = await freshHost("documented-projects", 12);
  reader = new Reader();
  reader.knows(host);
});

afterAll(async () => {
  reader?.forget();
  if (host !== undefined) await destroyHost(host);
});

test("README.ja.md", async () => {
  const begins = "npm ci && npm run pulumi -- stack init mail1";
  const circumstances = { instead: { "mail1.example.org": host.address }, values: [mailUser.password] };

  const output = await reader.follow("README.ja.md", begins, circumstances);
  await reader.useAgent();
  const doctor = await reader.type(`npm run doctor -- root@${host.address}`);

  expect(output).toMatch(/AuthProof .*mail1-proof.*create[\s\S]*mail1: "proved .* UTC, stopped, ports 25 465"/);
  expect(doctor).toContain("as wanted");
});

const inPostgres = "postgres://pulumi@db.example.org/pulumi";

/** A server for the state, and what stands in it. */
const stores = [
  async () => {
    const server = await startPostgres();
    return { ...server, environment: {}, names: () => server.query("select key from pulumi_state") };
  },
  startObjectStore,
];

test("docs/how-to/pull-requests.md", async () => {
  mkdirSync(join(reader.home, ".config"));
  writeFileSync(join(reader.home, ".config/staging.passphrase"), "of staging\n");
  for (const start of stores) {
    for (const stack of ["staging", "production"])
      rmSync(join(reader.project, `Pulumi.${stack}.yaml`), { force: true });
    const store = await start();
    try {
      await reader.follow("docs/how-to/pull-requests.md", `export PULUMI_BACKEND_URL='${inPostgres}'`, {
        instead: { [inPostgres]: store.url },
        env: { ...reader.environment, ...store.environment },
      });

      expect(await store.names()).toContainEqual(expect.stringMatching(/\/staging\.json$/));
    } finally {
      await store.stop();
    }
  }
});

test("examples/README.md", async () => {
  const folder = join(reader.folder, "single-resource");
  cpSync(join(reader.project, "examples/single-resource"), folder, { recursive: true });
  const packed = await pack();
  copyFileSync(packed.tarball, join(reader.folder, basename(packed.tarball)));
  packed.clear();
  await offer(folder);
  const state = engineEnvironment(await ensureEngine(), { stateFolder: join(reader.folder, "state") });

  await reader.follow("examples/README.md", "npm install ../pulumi-postfix-sasl-0.1.0.tgz && npm install", {
    cwd: folder,
    env: { ...state, ...reader.environment, PATH: state.PATH, PULUMI_CONFIG_PASSPHRASE: "of the example" },
    instead: { "mail1.example.org": host.address },
  });

  expect(await shell(host, "stat -c '%U:%G %a' /srv/reports")).toBe("root:mail 750");
});

test("every block that is for other projects was followed", () => {
  reader.expectAllFollowed("test/e2e/documented-projects.test.ts");
});
