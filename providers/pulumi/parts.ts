// Makes the resources of a recipe as parts of a component.
import * as pulumi from "@pulumi/pulumi";
import { type RecipeEntry, type Resolver, resolved } from "../recipe/entry.ts";
import type { Kind } from "../resources/catalogue.ts";
import * as resources from "./resources.ts";
import type { CommonArgs, SaslResource } from "./sasl-resource.ts";

interface Component {
  /** Each part has the name of the component, a dash, and the name of its entry. */
  readonly name: string;
  readonly common: CommonArgs;
  readonly parent: pulumi.ComponentResource;
  readonly dependsOn: pulumi.ComponentResourceOptions["dependsOn"];
}

type Class = new (name: string, args: CommonArgs, options: pulumi.CustomResourceOptions) => SaslResource;

/** A catalogue's kind without a class does not compile. */
const classes: Readonly<Record<Kind, unknown>> = resources;

export interface Parts {
  /** In the order of the recipe. */
  readonly parts: readonly SaslResource[];
  readonly resolver: Resolver;
}

export function makeParts(recipe: readonly RecipeEntry[], { name, common, parent, dependsOn }: Component): Parts {
  const made = new Map<string, SaslResource>();
  const part = (entry: string): SaslResource => {
    const found = made.get(entry);
    if (found === undefined) throw new Error(`the recipe has no entry ${entry} before the one that refers to it`);
    return found;
  };
  const resolver: Resolver = {
    outputOf: ({ entry, output }) => part(entry)[output as keyof SaslResource],
    computed: (values, by) => pulumi.all([...values]).apply((known) => by(...(known as never[]))),
  };
  for (const entry of recipe) {
    // The first part waits for what the component waits for, and all others for the first, since a
    // component does not pass its dependencies on to its parts.
    const waitsFor = entry.dependsOn.length === 0 ? dependsOn : entry.dependsOn.map(part);
    const options = {
      parent,
      ...(waitsFor === undefined ? {} : { dependsOn: waitsFor }),
      ...(entry.ignoreChanges === undefined ? {} : { ignoreChanges: [...entry.ignoreChanges] }),
    };
    const Part = classes[entry.kind] as Class;
    const args = { ...common, ...resolved(entry.inputs, resolver) };
    made.set(entry.name, new Part(`${name}-${entry.name}`, args, options));
  }
  return { parts: [...made.values()], resolver };
}
