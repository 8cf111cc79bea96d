// The packed package as others get it: the tarball of `npm pack`, and projects outside of this repository that have it installed.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../lab/paths.ts";

/** Packs a copy of providers/, so that no run of this checkout meets the exchanged package.json. `providers` in the copy is as `npm pack` left it. */
export async function pack(): Promise<{ tarball: string; copy: string; clear(): void }> {
  const copy = mkdtempSync(join(tmpdir(), "sasl-mail-host-pack-"));
  for (const part of ["providers", "packaging"]) {
    cpSync(join(projectRoot, part), join(copy, part), {
      recursive: true,
      filter: (source) => source !== join(projectRoot, "providers/dist"),
    });
  }
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(projectRoot, file), join(copy, file));
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  await execa("npm", ["pack", "--silent", "--pack-destination", copy], {
    cwd: join(copy, "providers"),
    env: { PATH: `${join(projectRoot, "node_modules/.bin")}:${process.env.PATH}` },
  });
  const [tarball = ""] = readdirSync(copy).filter((name) => name.endsWith(".tgz"));
  return { tarball: join(copy, tarball), copy, clear: () => rmSync(copy, { recursive: true, force: true }) };
}

interface LockedPackage {
  readonly dev?: boolean;
  readonly link?: boolean;
}

/**
 * Copies an example to a folder outside of the repository and installs it there from the tarball. What this checkout has installed
 * is offered to npm as hard links, which saves half a minute of unpacking: npm takes what the tarball's and the example's
 * package.json ask for, and removes the rest.
 */
export async function installExample(name: string, tarball: string, parent: string): Promise<string> {
  const folder = join(parent, name);
  cpSync(join(projectRoot, "examples", name), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const dependencies = { ...manifest.dependencies, "pulumi-postfix-sasl": `file:${tarball}` };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, dependencies }));
  await offer(folder, Object.keys(manifest.devDependencies ?? {}));
  await execa("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
  return folder;
}

/** Puts what this checkout has installed into a project, as far as it is for running or named. */
export async function offer(folder: string, development: readonly string[] = []): Promise<void> {
  const lock = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  const offered = Object.entries(lock.packages)
    .filter(([path]) => path.lastIndexOf("node_modules/") === 0 && existsSync(join(projectRoot, path)))
    .filter(([path, { dev, link }]) => !link && (!dev || development.includes(path.replace("node_modules/", ""))))
    .map(([path]) => path);
  const scopes = new Set(offered.map((path) => dirname(path)));
  for (const scope of scopes) {
    mkdirSync(join(folder, scope), { recursive: true });
    const members = offered.filter((path) => dirname(path) === scope).map((path) => join(projectRoot, path));
    // across file systems there are no hard links
    const linked = await execa("cp", ["--archive", "--link", ...members, join(folder, scope)], { reject: false });
    if (linked.failed) await execa("cp", ["--archive", "--force", ...members, join(folder, scope)]);
  }
}
