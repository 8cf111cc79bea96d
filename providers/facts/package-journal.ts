// Which packages came with an operation that is not proved yet: the entry of its installation says which record of an apt run was the last
// one before it (steps/package-way-back.ts).
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { journalFolder } from "./journal.ts";
import { recordFolder } from "./package-record.ts";

/** Whether a record that is newer than the one which the open journal names has this package. Without a journal the answer is no. */
export function cameInOperation(name: string): Fact<boolean> {
  const what = `whether ${name} came with this operation`;
  return {
    name: what,
    question: sh`for mark in ${`${journalFolder}/`}[0-9][0-9][0-9][0-9]/last-record; do
  if [ ! -e "$mark" ]; then continue; fi
  { read -r word after; } < "$mark" || exit 1
  for record in ${`${recordFolder}/`}[0-9][0-9][0-9][0-9]; do
    if [ -e "$record" ] && [ "$(expr "\${record##*/}" + 0)" -gt "$(expr "\${after:-0}" + 0)" ] && grep -q ${`^package ${name} `} "$record"; then echo new; fi
  done
done
:`,
    parse: (answer) => textOf(what, answer) !== "",
  };
}
