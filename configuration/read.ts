// The stack's keys as values of the schema. An invalid configuration ends the run here, before any
// host is contacted.
import * as pulumi from "@pulumi/pulumi";
import { complaintsOf } from "./complaints.ts";
import { nearest } from "./did-you-mean.ts";
import { hostsIn } from "./hosts-file.ts";
import { plainSecrets } from "./plain-secrets.ts";
import { hostsSchema, type StackConfiguration, stackSchema } from "./schema.ts";
import { partAt } from "./schema-parts.ts";
import { type Settings, settings } from "./settings.ts";
import { foreignKeys, isEmpty, ownKeys, readValue, unusable } from "./stack-key.ts";

/** All keys, and those of them that a group or a host may override; `file` is the stack's. */
export function readStack(file: string): { readonly stack: StackConfiguration; readonly settings: Settings } {
  const all = [...ownKeys()].map(([key, text]) => [key, readValue(text, partAt(stackSchema, [key]))] as const);
  const values = withFileHosts(Object.fromEntries(all.filter(([, value]) => !isEmpty(value))));
  const parsed = stackSchema.safeParse(values);
  const wrong = parsed.success ? [] : complaintsOf(stackSchema, values, parsed.error.issues);
  const complaints = [...nearNamespaces(), ...wrong, ...plainSecrets(values, file)];
  if (!parsed.success || complaints.length > 0) throw unusable(complaints);
  const stack = parsed.data;
  return { stack, settings: Object.fromEntries(Object.entries(stack).filter(([key]) => key in settings)) };
}

/** The values with the hosts of `hostsFile` behind those of `hosts`. */
function withFileHosts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { hostsFile, hosts = [] } = values;
  if (typeof hostsFile !== "string" || !Array.isArray(hosts)) return values;
  const inFile = hostsIn(hostsFile, pulumi.getRootDirectory(), hostsSchema);
  if ("wrong" in inFile) throw unusable(inFile.wrong);
  return { ...values, hosts: [...hosts, ...inFile.hosts] };
}

/**
 * Namespaces close to the project's name, probably typing errors. Those of other projects and
 * providers are ignored.
 */
function nearNamespaces(): string[] {
  const project = pulumi.getProject();
  return foreignKeys().flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    return nearest(namespace, [project]) === undefined
      ? []
      : [`${key}: nobody reads it, since the project is called ${project}; did you mean ${project}:${name}?`];
  });
}
