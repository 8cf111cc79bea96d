// When the engine runs the program during a refresh, it asks for a resource only after those it
// depends on, which would cost five reads of a host in sequence. So behind the first read goes what
// the others will need, as far as their default inputs determine it.
import type { Fact } from "../facts/fact.ts";
import { type AnyDefinition, catalogue } from "../resources/catalogue.ts";
import type { Operation } from "./operation.ts";

/** Runs once for a host, and after the first read, so that the answers to that one come first. */
export async function prefetch({ run, host }: Operation): Promise<void> {
  if (run.isFirstRead(host)) await host.readAhead(questionsOfAll());
}

function questionsOfAll(): readonly Fact<unknown>[] {
  const definitions = Object.values(catalogue) as AnyDefinition[];
  return definitions.flatMap((definition) => {
    // A resource without a default name, such as an account, has no default inputs to ask about.
    const inputs = definition.schema.safeParse({});
    return inputs.success ? Object.values(definition.inspect(inputs.data)) : [];
  });
}
