// One resource of a recipe as data, and the values among its inputs that are known only later.
import type { Kind } from "../resources/catalogue.ts";

/** One resource. */
export interface RecipeEntry {
  readonly kind: Kind;
  /** Unique in the recipe. The resource has the name of the host, a dash, and this. */
  readonly name: string;
  /**
   * Plain values, `OutputOf` and `Computed`, also inside lists and objects. Anything else, such as
   * an output of a Pulumi program, is passed on as it is.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The names of the entries that it waits for; all of them stand before it. */
  readonly dependsOn: readonly string[];
  /** Inputs whose later change is no change of the resource. */
  readonly ignoreChanges?: readonly string[];
}

/** An output of an earlier entry. */
export class OutputOf {
  readonly entry: string;
  readonly output: string;

  constructor(entry: string, output: string) {
    this.entry = entry;
    this.output = output;
  }
}

/** A value that follows from others, as soon as they are known. */
export class Computed {
  readonly values: readonly unknown[];
  readonly by: (...known: never[]) => unknown;

  constructor(values: readonly unknown[], by: (...known: never[]) => unknown) {
    this.values = values;
    this.by = by;
  }
}

/** The form that later values take for whoever follows the recipe. */
export interface Resolver {
  outputOf(reference: OutputOf): unknown;
  computed(values: readonly unknown[], by: (...known: never[]) => unknown): unknown;
}

/** For a reader that has plain values: an output that it does not know is `undefined`. */
export function plainValues(outputOf: (reference: OutputOf) => unknown = () => undefined): Resolver {
  return { outputOf, computed: (values, by) => by(...(values as never[])) };
}

/** The value with every `OutputOf` and `Computed` in it replaced. */
export function resolved<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
  resolver: Resolver,
): Record<Name, unknown>;
export function resolved(values: readonly unknown[], resolver: Resolver): readonly unknown[];
export function resolved(value: unknown, resolver: Resolver): unknown;
export function resolved(value: unknown, resolver: Resolver): unknown {
  if (value instanceof OutputOf) return resolver.outputOf(value);
  if (value instanceof Computed) return resolver.computed(resolved(value.values, resolver), value.by);
  if (Array.isArray(value)) return value.map((member) => resolved(member, resolver));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, resolver)]));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
