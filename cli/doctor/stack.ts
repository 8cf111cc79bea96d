// The hosts of a stack as the doctor looks at them: with the settings, secrets and users that an
// `up` would have, read and validated by the program's own code.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { type HostSettings, readConfiguration } from "../../configuration/index.ts";
import type { Properties } from "../../providers/engine/state.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { projectRoot } from "../paths.ts";
import type { StackReader } from "../stack/reader.ts";
import { type Checkpoint, partsIn } from "../status-in-state.ts";
import type { LookingStack } from "./diagnosis.ts";
import type { Subject } from "./subject.ts";

/** The answer of `pulumi config --json`. */
type Answer = Readonly<Record<string, { readonly value?: string; readonly secret: boolean }>>;

/** All hosts, or those with the names. `configFile` stands in the place of `Pulumi.<stack>.yaml`. */
export async function subjectsOf(
  reader: Pick<StackReader, "name" | "ask">,
  names: readonly string[],
  configFile?: string,
): Promise<Subject[]> {
  const { name: project } = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as { name: string };
  const stack = await reader.name();
  const given = configFile === undefined ? [] : ["--config-file", configFile];
  const answer = (await reader.ask("config", "--show-secrets", "--json", ...given)) as Answer;
  const file = resolve(projectRoot, configFile ?? `Pulumi.${stack}.yaml`);
  const checkpoint = (await reader.ask("stack", "export", "--show-secrets")) as Checkpoint;
  return chosen(await hostsIn(answer, project, stack, file), names).map((host) =>
    subjectOf(host, `${project}/${stack}`, checkpoint),
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

function subjectOf(host: Plain<HostSettings>, owner: string, checkpoint: Checkpoint): Subject {
  const { name, connection, takeOverFrom, proofUsername, proofPassword, ...settings } = host;
  return {
    name,
    connection: connectionSchema.parse(connection),
    settings: { ...settings, proof: { username: proofUsername, password: proofPassword } },
    stack: { owner, takeOverFrom, outputsOf: outputsIn(checkpoint, name) },
  };
}

/** The outputs of the last run for an entry of a host's recipe, with their secrets in plain text. */
function outputsIn(checkpoint: Checkpoint, host: string): LookingStack["outputsOf"] {
  const parts = partsIn(checkpoint, host);
  return (entry) => {
    const outputs = parts.find(({ urn }) => urn.endsWith(`::${host}-${entry}`))?.outputs;
    return outputs === undefined ? undefined : (withPlainSecrets(outputs) as Properties);
  };
}

/** Pulumi's mark of a secret (sdk/go/common/resource/properties.go, SigKey and SecretSig). */
const mark = "4dabf18193072939515e22adb298388d";

/** An exported secret is an object with its value as JSON text. */
function withPlainSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (mark in value && "plaintext" in value) return withPlainSecrets(JSON.parse(String(value.plaintext)));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withPlainSecrets(inner)]));
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
