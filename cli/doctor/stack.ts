// The hosts of a stack as the doctor looks at them: with the settings, secrets and users that an
// `up` would have, read and validated by the program's own code.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { type HostSettings, readConfiguration } from "../../configuration/index.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { projectRoot } from "../paths.ts";
import type { StackReader } from "../stack/reader.ts";
import type { Subject } from "./subject.ts";

/** The answer of `pulumi config --json`. */
type Answer = Readonly<Record<string, { readonly value?: string; readonly secret: boolean }>>;

/** All hosts, or those with the names. `configFile` stands in the place of `Pulumi.<stack>.yaml`. */
export async function subjectsOf(
  reader: Omit<StackReader, "preview">,
  names: readonly string[],
  configFile?: string,
): Promise<Subject[]> {
  const { name: project } = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as { name: string };
  const stack = await reader.name();
  const given = configFile === undefined ? [] : ["--config-file", configFile];
  const answer = (await reader.ask("config", "--show-secrets", "--json", ...given)) as Answer;
  const file = resolve(projectRoot, configFile ?? `Pulumi.${stack}.yaml`);
  return chosen(await hostsIn(answer, project, stack, file), names).map((host) =>
    subjectOf(host, `${project}/${stack}`),
  );
}

/** Gives the SDK what the engine would give it, and validates as the program does. */
async function hostsIn(answer: Answer, project: string, stack: string, file: string): Promise<Plain<HostSettings>[]> {
  const given = Object.entries(answer);
  const secrets = given.filter(([, { secret }]) => secret).map(([key]) => key);
  pulumi.runtime.resetOptions(project, stack, 1, "", "", false, "");
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secrets);
  pulumi.runtime.setAllConfig(Object.fromEntries(given.map(([key, { value = "" }]) => [key, value])), secrets);
  const { hosts } = readConfiguration(file);
  return await new Promise((resolve) => {
    pulumi.output(hosts).apply((known) => resolve(known as Plain<HostSettings>[]));
  });
}

function chosen<Host extends { readonly name: string }>(hosts: readonly Host[], names: readonly string[]): Host[] {
  const known = hosts.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`the stack has no host ${unknown.join(", ")}: it has ${known.join(", ")}; no host was contacted`);
  return hosts.filter(({ name }) => names.length === 0 || names.includes(name));
}

function subjectOf(host: Plain<HostSettings>, owner: string): Subject {
  const { name, connection, takeOverFrom, proofUsername, proofPassword, ...settings } = host;
  return {
    name,
    connection: connectionSchema.parse(connection),
    settings: { ...settings, proof: { username: proofUsername, password: proofPassword } },
    stack: { owner, takeOverFrom },
  };
}

/** A value with its outputs known. */
type Plain<Value> =
  Value extends pulumi.Output<infer Known>
    ? Plain<Known>
    : Value extends readonly (infer Member)[]
      ? Plain<Member>[]
      : Value extends object
        ? { [Name in keyof Value]: Plain<Value[Name]> }
        : Value;
