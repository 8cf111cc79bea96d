// The order of the suites: the longest first, so that no long one is left alone at the end, then what needs no host.
import { createRequire } from "node:module";
import { projectRoot } from "../lab/paths.ts";
import { suites } from "./suites.ts";

/** Its types describe the CommonJS form, which `import` does not give. */
const { default: Sequencer } = createRequire(import.meta.url)(
  "@jest/test-sequencer",
) as typeof import("@jest/test-sequencer");

type Tests = Parameters<InstanceType<typeof Sequencer>["sort"]>[0];

const seconds = (path: string) =>
  suites[path.slice(`${projectRoot}/test/`.length).replace(/\.test\.ts$/, "")]?.seconds ?? 0;

export default class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return (await super.sort(tests)).toSorted((one, other) => seconds(other.path) - seconds(one.path));
  }
}
