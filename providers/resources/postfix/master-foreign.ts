// The options of an entry that this program does not decide on: which stay, which must be removed,
// and how both are reported.
import type { LocatedEntry } from "../../facts/master.ts";
import { lineOfOption } from "../../facts/master-rows.ts";
import type { Report } from "../definition.ts";
import { contradiction } from "./master-contradictions.ts";

type Options = Readonly<Record<string, string>>;

/** The options of an entry that are not ours. */
export interface ForeignOptions {
  readonly kept: Options;
  /** Each with the harm that it would do. */
  readonly contradicting: Readonly<Record<string, { readonly value: string; readonly why: string }>>;
}

/** `everSet` = the names that this program has ever set in the entry. */
export function foreignOptions(
  { entry }: LocatedEntry,
  { options }: { readonly options: Options },
  everSet: readonly string[],
): ForeignOptions {
  const judged = Object.entries(entry.options)
    .filter(([name]) => !(name in options))
    .map(([name, value]) => {
      const why = everSet.includes(name) ? droppedByUs : contradiction(name, value, options);
      return { name, value, why };
    });
  return {
    kept: Object.fromEntries(judged.flatMap(({ name, value, why }) => (why === undefined ? [[name, value]] : []))),
    contradicting: Object.fromEntries(
      judged.flatMap(({ name, value, why }) => (why === undefined ? [] : [[name, { value, why }]])),
    ),
  };
}

const droppedByUs = "an earlier run of this program set it, and options no longer name it";

/** For the log of a change, one line each. */
export function describeForeign(found: LocatedEntry, { kept, contradicting }: ForeignOptions): string[] {
  return [
    ...Object.entries(contradicting).map(
      ([name, { value, why }]) => `takes out ${name}=${value} (line ${lineOfOption(found, name)}: ${why})`,
    ),
    ...Object.entries(kept).map(([name, value]) => `keeps ${name}=${value}`),
  ];
}

/** From the report of the last run. */
export function everSetIn(lastReport: Report | undefined): readonly string[] {
  return (lastReport?.everSet ?? []) as readonly string[];
}

/**
 * Options that were added or changed in the entry since the last record. They stay, and are
 * reported to whoever did not set them.
 */
export function cameSince(found: LocatedEntry, { kept }: ForeignOptions, lastKept: Options): string[] {
  return Object.entries(kept)
    .filter(([name, value]) => lastKept[name] !== value)
    .map(([name, value]) => `${name}=${value} (line ${lineOfOption(found, name)})`);
}
