// Where the engine runs the program while it refreshes, it asks for a resource only after those it depends on: five looks at a host,
// one after the other. So the first of them takes along what the others will ask, as far as their defaults tell.
import type { Fact } from "../facts/fact.ts";
import { type AnyDefinition, catalogue } from "../resources/catalogue.ts";
import type { Operation } from "./operation.ts";

/** Once for a host, and behind the first look: its answers come first. */
export async function prefetch({ run, host }: Operation): Promise<void> {
  if (run.isFirstLook(host)) await host.lookAhead(questionsOfAll());
}

function questionsOfAll(): readonly Fact<unknown>[] {
  const definitions = Object.values(catalogue) as AnyDefinition[];
  return definitions.flatMap((definition) => {
    // one that has no default for its name, an account, has no defaults to ask about
    const inputs = definition.schema.safeParse({});
    return inputs.success ? Object.values(definition.inspect(inputs.data)) : [];
  });
}
