// The order of the suites: the longest first, so that no long one is left alone at the end, then what needs no host.
import { createRequire } from "node:module";
import { projectRoot } from "../lab/paths.ts";
import { suites } from "./suites.ts";

/** Its types describe the CommonJS form, which `import` does not give. */
const { default: Sequencer } = createRequire(import.meta.url)(
  "@jest/test-sequencer",
) as typeof import("@jest/test-sequencer");

type Tests = Parameters<InstanceType<typeof Sequencer>["sort"]>[0];

const { CRASH_SECONDS = 0, HISTORY_SECONDS = 0 } = process.env;

/** Unit tests that go on for as long as they are told. */
const asTold: Readonly<Record<string, number>> = {
  "unit/crash/crashes": Number(CRASH_SECONDS),
  "unit/crash/histories": Number(HISTORY_SECONDS),
};

function seconds(path: string): number {
  const suite = path.slice(`${projectRoot}/test/`.length).replace(/\.test\.ts$/, "");
  return suites[suite]?.seconds ?? asTold[suite] ?? 0;
}

export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return (await super.sort(tests)).toSorted((one, other) => seconds(other.path) - seconds(one.path));
  }
}
