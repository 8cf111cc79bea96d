// Projects that are tried as others have them, in folders outside of this repository: a program that uses the package, and this project.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { projectRoot } from "../../lab/paths.ts";
import type { PackageManager } from "./package-managers.ts";

/** A folder of its own with a program of one resource, of the form that pulumi/templates has for JavaScript. */
export function consumer(parent: string, name: string, tarball: string, { files = {} }: PackageManager): string {
  const project = join(parent, name.replaceAll(/[^\w.]+/g, "-"));
  mkdirSync(project);
  const dependencies = { "@pulumi/pulumi": "3.270.0", "pulumi-postfix-sasl": `file:${tarball}` };
  const manifest = {
    name: "consumer",
    private: true,
    main: "index.js",
    dependencies,
    devDependencies: { "@types/node": "18.19.130" },
  };
  const program = `const { StatOverride } = require("pulumi-postfix-sasl");
const connection = { host: "mail1.example.org" };
new StatOverride("directory", { connection, path: "/srv/reports", mode: process.env.MODE });
`;
  const declaration = "name: consumer\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
  const all = {
    "package.json": JSON.stringify(manifest),
    "index.js": program,
    "Pulumi.yaml": declaration,
    // the install scripts of what the package depends on need not run, and pnpm asks for a word about each
    "pnpm-workspace.yaml": stringify({ allowBuilds: { "cpu-features": false, protobufjs: false, ssh2: false } }),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(project, file), text);
  return project;
}

/** This checkout without its packages. */
export function clone(parent: string, name: string): string {
  const project = join(parent, name.replaceAll(/[^\w.]+/g, "-"));
  const left = new Set(["node_modules", ".git", ".lab", "coverage", "providers/dist"]);
  cpSync(projectRoot, project, { recursive: true, filter: (source) => !left.has(relative(projectRoot, source)) });
  return project;
}

/** One host that nothing answers at: the preview of what is not there yet contacts none. */
export function configure(project: string): void {
  const hosts = [{ name: "mail1", connection: { host: "127.0.0.1", port: 9 } }];
  writeFileSync(join(project, "Pulumi.mail1.yaml"), stringify({ config: { "sasl-mail-host:hosts": hosts } }));
}

/** A program in TypeScript below a consumer, of that kind of modules and with the settings of Pulumi's template. */
export function typedProgram(project: string, type: string, module: string): string {
  const folder = join(project, `${type}-${module}`);
  mkdirSync(folder, { recursive: true });
  const files = { "package.json": { type }, "tsconfig.json": templateSettings(module) };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(content));
  writeFileSync(join(folder, "index.ts"), typedSource);
  return folder;
}

/** pulumi/templates, typescript/tsconfig.json. */
function templateSettings(module: string): object {
  return {
    compilerOptions: {
      strict: true,
      outDir: "bin",
      target: "es2020",
      module,
      moduleResolution: module,
      sourceMap: true,
      experimentalDecorators: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
    },
    files: ["index.ts"],
  };
}

const typedSource = `import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, SaslMailHost, type SaslMailHostArgs, StatOverride } from "pulumi-postfix-sasl";

const connection: ConnectionArgs = { host: "mail1.example.org" };
const args: SaslMailHostArgs = { connection, proof: { username: "alice", password: pulumi.secret("x") } };
export const state: pulumi.Output<string> = new SaslMailHost("mail1", args).state;
export const mode: pulumi.Output<string> = new StatOverride("directory", { connection, mode: "750" }).mode;
// @ts-expect-error
new StatOverride("misspelt", { connection, mod: "750" });
`;
