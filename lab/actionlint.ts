// actionlint, which checks workflows of GitHub Actions: a Go program, built once from its module into the cache.
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { isProgram } from "../cli/engine/cache.ts";
import { withLock } from "../cli/engine/lock.ts";
import { timed } from "../cli/progress.ts";
import { ensureGo } from "./engine/go.ts";
import { cacheRoot } from "./paths.ts";

const version = "1.7.12";
const program = join(cacheRoot, "actionlint", version, "actionlint");

/** Path of the program. The first call builds it, which takes some seconds. */
export async function ensureActionlint(): Promise<string> {
  if (isProgram(program)) return program;
  // under the engine's lock, which also guards the Go that may have to be fetched
  await withLock("engine", async () => {
    if (isProgram(program)) return;
    await timed(`building actionlint ${version} from its Go module`, async () => build(await ensureGo()));
  });
  return program;
}

async function build(go: string): Promise<void> {
  const work = `${dirname(program)}.unfinished`;
  await rm(work, { recursive: true, force: true });
  await mkdir(dirname(program), { recursive: true });
  await execa(go, ["install", "-trimpath", `github.com/rhysd/actionlint/cmd/actionlint@v${version}`], {
    env: { GOBIN: work, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GO111MODULE: "on", GOWORK: "off", GOFLAGS: "" },
  });
  await rename(join(work, "actionlint"), program);
  await rm(work, { recursive: true });
}
