// States that earlier versions of this project wrote, with what they recorded on the host (test/unit/fixtures/kept-state).
import { readFileSync } from "node:fs";
import type { Properties } from "../../providers/engine/state.ts";

/** The commits that wrote them: the last that landed before a change of what is stored. */
export const keptVersions = ["6b9ffd2", "2950dc5"] as const;
export type KeptVersion = (typeof keptVersions)[number];

/** One resource of a state, as the engine hands it over. */
export interface KeptResource {
  readonly urn: string;
  readonly kind: string;
  /** In the recipe: without the name of the host in front. */
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface KeptState {
  readonly debian: 12 | 13;
  readonly resources: readonly KeptResource[];
  /** Content of the host's own records, by the name of the file. */
  readonly memory: Readonly<Record<string, string>>;
  /** What it had added to files of the packages, or made anew, by path. */
  readonly added: Readonly<Record<string, string>>;
}

/** Stands for each password of the state: those of the fixture are taken out. */
export const keptPassword = "not the one of then";

interface Stored {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export function keptState(version: KeptVersion): KeptState {
  const { resources, ...kept } = JSON.parse(
    readFileSync(new URL(`../unit/fixtures/kept-state/${version}.json`, import.meta.url), "utf8"),
  ) as Omit<KeptState, "resources"> & { resources: readonly Stored[] };
  return {
    ...kept,
    resources: resources.map(({ urn, type, id, inputs, outputs }) => ({
      urn,
      id,
      kind: type.slice(type.lastIndexOf(":") + 1),
      name: urn.slice(urn.indexOf("::mail-") + "::mail-".length),
      inputs: opened(inputs, {}) as Properties,
      outputs: opened(outputs, { before: beforeOnHost(kept.memory, urn) }) as Properties,
    })),
  };
}

/** The same stands in the state, as a secret. */
function beforeOnHost(memory: KeptState["memory"], urn: string): unknown {
  const records = Object.values(memory).map(
    (content) => JSON.parse(content.slice(0, content.indexOf("\n"))) as { resource: string; before: unknown },
  );
  return records.find(({ resource }) => resource === urn)?.before;
}

/** The mark of a secret value in a state (pulumi's sdk/go/common/resource/sig). */
const secretMark = "4dabf18193072939515e22adb298388d";

/** Secrets in plain text, as a provider gets them. */
function opened(value: unknown, known: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((member) => opened(member, {}));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    isSecret(member) ? (known[key] ?? keptPassword) : opened(member, {}),
  ]);
  return Object.fromEntries(members);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretMark in value;
}
