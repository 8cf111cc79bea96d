// Builds the Pulumi CLI from its Go module: for machines that reach package registries but not Pulumi's download site.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { fill } from "../../cli/engine/cache.ts";
import { cliVersion } from "../../cli/engine/versions.ts";
import { note, timed } from "../../cli/progress.ts";
import { addCompanions } from "./companions.ts";
import { ensureGo } from "./go.ts";
import { cliModule, cliProgram, cliReplace, cliVersionVariable, oldestGo } from "./versions.ts";

// `go install` refuses a module with `replace` lines; a module of our own which requires it does not have that limit.
const goMod = `module engine

go ${oldestGo}

require ${cliModule} v${cliVersion}

replace ${cliReplace}
`;

/** Builds the CLI and puts it, with what stands beside it, into the folder. The caller holds the lock. */
export async function buildEngine(folder: string, origin: string): Promise<void> {
  const go = await ensureGo();
  await fill(folder, origin, async (work) => {
    const result = join(work, "result");
    await mkdir(result, { recursive: true });
    await writeFile(join(work, "go.mod"), goMod);
    await timed(`building pulumi ${cliVersion} from its Go module (once; about 6 minutes on 2 cores)`, () =>
      compile(go, work, join(result, "pulumi")),
    );
    await addCompanions(result);
    return result;
  });
}

async function compile(go: string, folder: string, output: string): Promise<void> {
  const flags = ["-v", "-mod=mod", "-trimpath", "-ldflags", `-s -w -X ${cliVersionVariable}=v${cliVersion}`];
  const build = execa(go, ["build", ...flags, "-o", output, cliProgram], {
    cwd: folder,
    // No C compiler needed, as in the official release; and the Go that was chosen, not one it would fetch by itself.
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local", GO111MODULE: "on", GOWORK: "off" },
    reject: false,
    all: true,
  });
  const stop = reportProgress(build.stderr);
  const { failed, all, shortMessage } = await build;
  stop();
  if (failed) throw new Error(`${shortMessage}\n${lastLines(all)}\n${hint}`);
}

/** `go build -v` names each package it has compiled; a count now and then shows that it is alive. */
function reportProgress(stderr: NodeJS.ReadableStream): () => void {
  const count = { downloaded: 0, compiled: 0 };
  stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n").filter(Boolean)) {
      if (line.startsWith("go: downloading")) count.downloaded += 1;
      else count.compiled += 1;
    }
  });
  const timer = setInterval(() => {
    note(`  ${count.downloaded} modules downloaded, ${count.compiled} packages compiled`);
  }, 30_000);
  return () => clearInterval(timer);
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-15).join("\n");
}

const hint = `The Pulumi engine could not be built. Go modules come from what GOPROXY names (see \`go env GOPROXY\`). Or install the Pulumi CLI
${cliVersion} or newer by hand (https://www.pulumi.com/docs/install) and put it on PATH.`;
