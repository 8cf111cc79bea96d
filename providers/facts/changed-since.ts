// What changed since a reference file was written, by the kernel's own time stamps.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/**
 * Those of `paths` (folders with their content) that changed after `reference` was last written;
 * none where the reference is absent. A change is one of content, owner or mode: its time stamp
 * (ctime) cannot be set back, as that of the content can.
 */
export function changedSince(reference: string, paths: readonly string[]): Fact<readonly string[]> {
  const name = `what was changed since ${reference} was made`;
  return {
    name,
    question: sh`if [ -e ${reference} ]; then
  for path in ${paths}; do if [ -e "$path" ]; then find -H "$path" -newercm ${reference} -print0 || exit 1; fi; done
fi`,
    parse: (answer) => textOf(name, answer).split("\0").slice(0, -1),
  };
}
