// delete: puts back what was there before, and looks whether it is.
import type { Questions } from "../facts/fact.ts";
import { carryOut } from "../host/carry-out.ts";
import { hostOf } from "../host/host.ts";
import { commit } from "../host/transaction.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { look } from "./converge.ts";
import { explained } from "./failure.ts";
import { type Properties, recordedIn } from "./state.ts";

/** Takes back our own change. On another machine than the recorded one there is nothing of ours, so nothing is done. */
export async function remove(definition: AnyDefinition, id: string, properties: Properties): Promise<void> {
  const { manner, wanted, before, machine } = recordedIn(definition, properties);
  const host = hostOf(manner.connection);
  const done: string[] = [];
  const log = (line: string) => {
    done.push(line);
    console.log(`${host.name} ${definition.kind}: ${line}`);
  };
  try {
    await host.exclusively(async () => {
      const found = await look(host, definition, wanted);
      if (found.machine !== machine) return;
      if (definition.closes?.(wanted)) {
        await commit(host);
        host.givenUp = true;
      }
      const journalled = manner.transaction && !host.givenUp;
      await carryOut(host, definition.remove(wanted, found.actual, before), { log, journalled });
      await host.ask(definition.inspect(wanted) as Questions<unknown>);
    });
  } catch (error) {
    throw explained(error, { host: host.name, resource: `${definition.kind} ${id}`, done });
  }
}
