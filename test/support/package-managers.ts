// Package managers and Nodes of other versions, from npm, pinned, each installed once into the cache: what they fetch is kept beside them.
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { withLock } from "../../cli/engine/lock.ts";
import { timed } from "../../cli/progress.ts";
import { cacheRoot } from "../../lab/paths.ts";

const home = join(cacheRoot, "package-managers");

export interface PackageManager {
  readonly name: string;
  /** The package that holds its program, and the program in it. */
  readonly package: string;
  readonly program: string;
  /** Yarn's programs are JavaScript, the others are binaries. */
  readonly byNode?: true;
  /** Files that a project of this kind has from the beginning. */
  readonly files?: Readonly<Record<string, string>>;
}

const berry = { package: "@yarnpkg/cli-dist@4.18.1", program: "bin/yarn.js", byNode: true } as const;

/** Those that make a folder node_modules. npm itself is the one of the machine. */
export const managers: readonly PackageManager[] = [
  { name: "npm", package: "", program: "npm" },
  { name: "pnpm 12", package: platformPackage("@pnpm/exe.", "12.21.0"), program: "pnpm" },
  { name: "Yarn 1", package: "yarn@1.22.22", program: "bin/yarn.js", byNode: true },
  { name: "Yarn 4", ...berry, files: { ".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": "" } },
  { name: "Bun 1.4", package: platformPackage("@oven/bun-", "1.4.5"), program: "bin/bun" },
];

export const plugAndPlay: PackageManager = { name: "Yarn 4", ...berry, files: { "yarn.lock": "" } };

/** The folder of a package that is named with its version, as `npm install` has placed it. */
export async function ensurePackage(specification: string): Promise<string> {
  const folder = join(home, specification.replaceAll("/", "+"));
  const whole = join(folder, "whole");
  if (!existsSync(whole)) {
    await withLock(`package ${specification}`.replaceAll(/[^\w.]/g, "-"), async () => {
      if (existsSync(whole)) return;
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "package.json"), "{}\n");
      const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
      await timed(`installing ${specification}, once`, () =>
        execa("npm", ["install", ...quiet, specification], { cwd: folder }),
      );
      await writeFile(whole, "");
    });
  }
  return join(folder, "node_modules", specification.slice(0, specification.lastIndexOf("@")));
}

/** The folder with the program `node` of that version. */
export async function ensureNode(version: string): Promise<string> {
  return join(await ensurePackage(platformPackage("node-", version)), "bin");
}

/** What a person has in the environment who has only this Node, and their package manager's caches in the folder of the tests. */
export function surroundings(node: string, folders: readonly string[] = []): NodeJS.ProcessEnv {
  const cache = join(home, "cache");
  const { HOME, npm_config_registry: registry } = process.env;
  return {
    HOME,
    ...(registry === undefined ? {} : { npm_config_registry: registry }),
    PATH: [...folders, node, "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    SASL_LAB_CACHE: cacheRoot,
    XDG_CACHE_HOME: cache,
    XDG_DATA_HOME: join(cache, "data"),
    npm_config_cache: join(cache, "npm"),
    YARN_CACHE_FOLDER: join(cache, "yarn"),
    YARN_GLOBAL_FOLDER: join(cache, "yarn-global"),
    YARN_ENABLE_TELEMETRY: "0",
    BUN_INSTALL_CACHE_DIR: join(cache, "bun"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
  };
}

/** Runs a package manager in a project and gives what it showed. */
export async function runManager(
  { package: specification, program, byNode }: PackageManager,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
) {
  const file = specification === "" ? program : join(await ensurePackage(specification), program);
  const command = byNode ? ["node", file, ...args] : [file, ...args];
  const { exitCode, all } = await execa(command[0] ?? "", command.slice(1), {
    ...options,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  return { exitCode: exitCode ?? -1, output: all };
}

/** A program of one platform is a package of its own, on which the package that people install depends. */
function platformPackage(prefix: string, version: string): string {
  const arch = prefix.startsWith("@oven/") && process.arch === "arm64" ? "aarch64" : process.arch;
  return `${prefix}${process.platform}-${arch}@${version}`;
}
