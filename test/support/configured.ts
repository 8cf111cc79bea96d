// The stack's configuration as the engine hands it to the program, without the engine.
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "../../configuration/index.ts";

/**
 * Reads these keys: text or JSON, with the list of what is encrypted. A key with a colon has its own
 * namespace. `file` is the stack's.
 */
export function configured(values: Record<string, unknown>, secrets: readonly string[] = [], file?: string) {
  const project = pulumi.getProject();
  const full = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const texts = Object.entries(values).map(([key, value]) => [
    full(key),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const keys = secrets.map(full);
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(keys);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), keys);
  try {
    return readConfiguration(file);
  } finally {
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
  }
}
