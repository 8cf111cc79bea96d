// Pulumi's protocol for all resources of one run. Every operation loads it again from the package,
// so that today's code runs and not the code that created the resource. The modules that connect to
// hosts are loaded by the first call that needs them: a preview that only checks and compares
// starts without SSH and SMTP.
import { definitionOf } from "../resources/catalogue.ts";
import { type CheckResult, check } from "./check.ts";
import { stackNameIn } from "./common-inputs.ts";
import { differences } from "./differences.ts";
import { warnOfInputs } from "./input-warnings.ts";
import { printedOnce } from "./print-once.ts";
import type { ReadResult } from "./refresh.ts";
import type { Run } from "./run.ts";
import { inputsOf, type Properties } from "./state.ts";
import { isUnknown } from "./unknown.ts";

/** The methods that Pulumi calls, each with the resource type as its first parameter. */
export interface Protocol {
  check(kind: string, olds: Properties, news: Record<string, unknown>): Promise<CheckResult>;
  diff(kind: string, id: string, olds: Properties, news: Properties): Promise<DiffResult>;
  create(kind: string, inputs: Properties): Promise<{ id: string; outs: Record<string, unknown> }>;
  read(kind: string, id: string, properties?: Properties): Promise<ReadResult>;
  update(kind: string, id: string, olds: Properties, news: Properties): Promise<{ outs: Record<string, unknown> }>;
  delete(kind: string, id: string, properties: Properties): Promise<void>;
}

/** Without `changes` the engine compares the properties itself. */
export interface DiffResult {
  readonly changes?: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export function protocolOf(run: Run): Protocol {
  return {
    async check(kind, olds, news) {
      const definition = definitionOf(kind);
      const result = check(definition, olds, news, { begun: run.begun });
      for (const { resourceUrn } of [olds, news] as { resourceUrn?: string }[]) {
        if (resourceUrn === undefined) continue;
        const known = result.failures.length === 0 && !isUnknown(result.inputs);
        run.noteChecked(resourceUrn, known ? definition.id(inputsOf(definition, result.inputs, olds)) : undefined);
      }
      run.machineNames.noteInProgram(news.hostName);
      run.noteStack(stackNameIn({ resourceUrn: olds.resourceUrn as string | undefined }));
      if (result.failures.length === 0) await warnOfInputs(definition, result.inputs);
      return result;
    },

    diff: async (kind, _id, olds, news) => differencesOf(kind, olds, news),

    async create(kind, inputs) {
      run.begun = true;
      const { converge } = await import("./converge.ts");
      return await converge(run, definitionOf(kind), inputs, undefined);
    },

    async update(kind, _id, olds, news) {
      run.begun = true;
      const { converge } = await import("./converge.ts");
      const { outs } = await converge(run, definitionOf(kind), news, olds);
      return { outs };
    },

    async read(kind, id, properties = {}) {
      const { refresh } = await import("./refresh.ts");
      return await printedOnce(refresh(run, definitionOf(kind), id, properties));
    },

    async delete(kind, id, properties) {
      run.begun = true;
      const { remove } = await import("./remove.ts");
      await printedOnce(remove(run, definitionOf(kind), id, properties));
    },
  };
}

/**
 * Opens no connection: Pulumi asks for one difference after another, and the refresh before has
 * read the host. Where something differs, `changes` is left out, so that the engine compares the
 * properties itself. A dynamic provider cannot report which properties differ, and the engine needs
 * them for `replaceOnChanges` and for a preview of exactly these properties (diffResource in
 * step_generator.go).
 */
function differencesOf(kind: string, olds: Properties, news: Properties): DiffResult {
  const definition = definitionOf(kind);
  const changed = differences(definition, olds, news);
  const common = JSON.stringify(commonParts(olds)) !== JSON.stringify(commonParts(news));
  return {
    ...(changed.length > 0 || common || isUnknown(news) ? {} : { changes: false }),
    replaces: changed.filter((key) => definition.replacedBy.includes(key)),
    // Two entries for one port, or two owners of one directory, cannot exist at the same time.
    deleteBeforeReplace: true,
  };
}

/**
 * The resource's name and `takeOverFrom` are no reason for a change. The name of the stack is one:
 * it is recorded on the host as the owner.
 */
function commonParts({ connection, transaction, hostName, resourceUrn }: Properties): unknown[] {
  return [connection, transaction, hostName, stackNameIn({ resourceUrn: resourceUrn as string | undefined })];
}
