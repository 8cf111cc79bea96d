// Copies of this project with another program: for what the committed index.ts has no configuration for.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/paths.ts";

/** A program that makes one resource of a kind from the configuration. */
export const singleResource = `import * as pulumi from "@pulumi/pulumi";
import * as sasl from "pulumi-postfix-sasl";

const config = new pulumi.Config();
new sasl[config.require("resource")]("subject", config.requireObject("inputs"));
`;

/** A program that makes one mail host, with any argument, and with single inputs of its parts changed. */
export const oneMailHost = `import * as pulumi from "@pulumi/pulumi";
import { SaslMailHost } from "pulumi-postfix-sasl";

const config = new pulumi.Config();
const changed = config.getObject("changed") ?? {};
const kindOf = (type) => type.split(":").at(-1);
new SaslMailHost(
  "mail",
  {
    connection: config.requireObject("connection"),
    proof: { username: config.get("proofUsername"), password: config.getSecret("proofPassword") },
    ...config.getObject("args"),
  },
  {
    transforms: [
      ({ type, props, opts }) => (changed[kindOf(type)] ? { props: { ...props, ...changed[kindOf(type)] }, opts } : undefined),
    ],
  },
);
`;

/** A folder with a copy of providers/ and the given index.ts; configuration keys are free. */
export function variant(name: string, program: string): string {
  const folder = join(projectRoot, ".lab", "variants", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(projectRoot, "providers"), join(folder, "providers"), { recursive: true });
  for (const file of ["package.json", "configuration"])
    cpSync(join(projectRoot, file), join(folder, file), { recursive: true });
  const project = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
  writeFileSync(join(folder, "Pulumi.yaml"), project.slice(0, project.indexOf("\nconfig:") + 1));
  writeFileSync(join(folder, "index.ts"), program);
  linkPackages(folder);
  return folder;
}

/** The packages of this checkout, and the folder's own providers/ in the place of the checkout's. */
export function linkPackages(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  for (const entry of readdirSync(join(projectRoot, "node_modules"))) {
    if (entry === "pulumi-postfix-sasl" || entry === ".bin") continue;
    symlinkSync(join(projectRoot, "node_modules", entry), join(folder, "node_modules", entry));
  }
  symlinkSync(join(folder, "providers"), join(folder, "node_modules", "pulumi-postfix-sasl"));
}
