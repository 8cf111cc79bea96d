// read: what the host shows now. Absent is gone; unreadable or unreachable is an error, never gone.
import { hostOf } from "../host/host.ts";
import type { AnyDefinition } from "../resources/catalogue.ts";
import { explained } from "./failure.ts";
import { look } from "./look.ts";
import { mannerOf } from "./manner.ts";
import { resourceLog } from "./resource-log.ts";
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
  const { connection, wayOut } = connectionOfToday(mannerOf(properties));
  const host = hostOf(connection);
  const prefix = `${host.name} ${definition.kind}`;
  host.tellTo(
    (line) => void resourceLog(properties.resourceUrn as string | undefined, prefix).then((log) => log(line)),
  );
  try {
    const recorded = recordedIn(definition, properties);
    const [{ actual }] = await Promise.all([look(host, definition, recorded.wanted), survey(host)]);
    const observed = definition.observe(recorded.wanted, actual, recorded.report);
    if (observed === undefined) return {};
    const warnings = definition.warnings?.(recorded.wanted, actual, recorded.report) ?? [];
    if (warnings.length > 0) await warn(`${host.name} ${definition.kind}`, recorded.manner.resourceUrn, warnings);
    const report = definition.report?.(recorded.wanted, actual, recorded.report, undefined) ?? {};
    return {
      id,
      props: outputsOf(definition, { ...recorded, report }, observed),
      inputs: given({ ...observed, ...definition.show?.(observed), ...recorded.manner }),
    };
  } catch (error) {
    throw explained(error, { host: host.name, resource: `${definition.kind} ${id}`, done: [], wayOut });
  }
}

async function warn(prefix: string, urn: string | undefined, warnings: readonly string[]): Promise<void> {
  const log = await resourceLog(urn, prefix);
  for (const warning of warnings) log.warn(warning);
  await log.delivered();
}
