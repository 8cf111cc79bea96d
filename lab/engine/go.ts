// A Go compiler: the one on PATH if it is new enough, else Go's own toolchain module from the module proxy.
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { findOnPath } from "../../cli/engine/on-path.ts";
import { atLeast } from "../../cli/engine/versions.ts";
import { timed } from "../../cli/progress.ts";
import { cacheRoot } from "../paths.ts";
import { download } from "./download.ts";
import { unzip } from "./unzip.ts";
import { fetchedGo, fetchedGoSums, oldestGo } from "./versions.ts";

/** Path of a `go` program that can build the engine. The caller holds the lock of the engine. */
export async function ensureGo(): Promise<string> {
  const own = findOnPath("go");
  if (own && atLeast(await versionOf(own), oldestGo)) return own;
  const home = join(cacheRoot, "go", fetchedGo);
  const go = join(home, "bin", "go");
  if ((await versionOf(go)) === fetchedGo) return go;
  await timed(`fetching Go ${fetchedGo} (70 MB)`, () => fetchGo(home, own));
  const version = await versionOf(go);
  if (version !== fetchedGo) throw new Error(`${go} does not run (its version reads "${version}"). ${byHand}`);
  return go;
}

async function fetchGo(home: string, anyGo: string | undefined): Promise<void> {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const sha256 = arch && fetchedGoSums[arch];
  if (!sha256 || process.platform !== "linux")
    throw new Error(`no Go for ${process.platform}/${process.arch}. ${byHand}`);
  const module = `golang.org/toolchain@v0.0.1-go${fetchedGo}.linux-${arch}`;
  const urls = (await proxies(anyGo)).map((proxy) => `${proxy}/${module.replace("@", "/@v/")}.zip`);
  const work = `${home}.unfinished`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const zip = join(work, "go.zip");
    await download(urls, zip, sha256).catch((error: Error) => {
      throw new Error(`${error.message}\n${byHand}`, { cause: error });
    });
    await unzip(zip, work);
    const root = join(work, ...module.split("/"));
    await makeExecutable(root);
    await rm(home, { recursive: true, force: true });
    await rename(root, home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A module zip carries no file modes; `go` gives its programs the run bit after unpacking, and so do we. */
async function makeExecutable(root: string): Promise<void> {
  const tools = join(root, "pkg", "tool");
  const folders = [join(root, "bin"), ...(await readdir(tools)).map((name) => join(tools, name))];
  for (const folder of folders) {
    for (const file of await readdir(folder)) await chmod(join(folder, file), 0o755);
  }
}

/** The addresses in GOPROXY: from the environment, or the default that any `go` knows, however old: Debian's will do. */
async function proxies(anyGo: string | undefined): Promise<string[]> {
  const setting =
    process.env.GOPROXY ||
    (await execa(anyGo ?? (await debiansGo()), ["env", "GOPROXY"], { reject: false })).stdout ||
    "";
  return setting
    .split(/[,|]/)
    .map((entry) => entry.trim().replace(/\/$/, ""))
    .filter((entry) => entry !== "direct" && entry !== "off" && entry !== "");
}

/** Debian's own Go, installed where there is none: too old to build the engine, but it knows where modules come from. */
async function debiansGo(): Promise<string> {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return "go";
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" } };
  await timed("installing Debian's Go, which knows the module proxy", async () => {
    await execa("apt-get", ["update", "--quiet"], options);
    await execa("apt-get", ["install", "--yes", "--quiet", "--no-install-recommends", "golang-go"], options);
  });
  return "/usr/bin/go";
}

/** "1.26.8", or "0" if there is no such program. */
async function versionOf(go: string): Promise<string> {
  // Without GOTOOLCHAIN=local an older `go` would fetch a newer one here, because of some go.mod further up.
  const { stdout } = await execa(go, ["version"], { reject: false, env: { GOTOOLCHAIN: "local" } });
  return /go(\d+\.\d+(\.\d+)?)/.exec(stdout ?? "")?.[1] ?? "0";
}

const byHand = `Go ${oldestGo} or newer is needed to build the Pulumi engine. Put it on PATH (https://go.dev/doc/install), or set GOPROXY to a module
proxy that can be reached; or install the Pulumi CLI itself (https://www.pulumi.com/docs/install): then no Go is needed.`;
