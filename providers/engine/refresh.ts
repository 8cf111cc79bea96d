// read: what the host shows now. Absent is gone; unreadable or unreachable is an error, never gone.
import type { AnyDefinition } from "../resources/catalogue.ts";
import { explained } from "./failure.ts";
import { look } from "./look.ts";
import { mannerOf } from "./manner.ts";
import { begin, resourceOf } from "./operation.ts";
import { given, outputsOf, type Properties, recordedIn } from "./state.ts";
import { survey } from "./survey.ts";
import { connectionOfToday } from "./today.ts";

/** As Pulumi wants it: without an id the resource is gone. The inputs are given back as found, so that the next preview names each property, old and new. */
export interface ReadResult {
  readonly id?: string;
  readonly props?: Record<string, unknown>;
  readonly inputs?: Record<string, unknown>;
}

export async function refresh(definition: AnyDefinition, id: string, properties: Properties): Promise<ReadResult> {
  const manner = mannerOf(properties);
  const { connection, wayOut } = connectionOfToday(manner);
  const operation = begin(definition, id, manner, connection);
  const { host, log } = operation;
  try {
    const recorded = recordedIn(definition, properties);
    const [{ actual }] = await Promise.all([look(host, definition, recorded.wanted), survey(host)]);
    const observed = definition.observe(recorded.wanted, actual, recorded.report);
    if (observed === undefined) return {};
    for (const warning of definition.warnings?.(recorded.wanted, actual, recorded.report) ?? []) log.warn(warning);
    const report = definition.report?.(recorded.wanted, actual, recorded.report, undefined) ?? {};
    return {
      id,
      props: outputsOf(definition, { ...recorded, report }, observed),
      inputs: given({ ...observed, ...definition.show?.(observed), ...recorded.manner }),
    };
  } catch (error) {
    throw explained(error, { host: host.name, resource: resourceOf(operation), done: [], wayOut });
  } finally {
    await log.delivered();
  }
}
