// Which packages came with a transaction that is not proved yet: its journal lists the records of
// our apt runs that existed before (steps/package-rollback.ts).
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { journalFolder } from "./journal.ts";
import { recordFolder } from "./package-record.ts";

/**
 * Whether an apt run of the open journal brought the package. The answer is no without a journal,
 * and where a note or a record is incomplete. (The 1 in front keeps a number with zeros decimal.)
 */
export function cameInTransaction(name: string): Fact<boolean> {
  const what = `whether ${name} came with this transaction`;
  return {
    name: what,
    question: sh`for note in ${`${journalFolder}/`}[0-9][0-9][0-9][0-9]/last-record; do
  if [ ! -e "$note" ]; then continue; fi
  { read -r word after && read -r end; } < "$note"
  if [ "$word $end" != 'after end' ]; then continue; fi
  for record in ${`${recordFolder}/`}[0-9][0-9][0-9][0-9]; do
    if [ ! -e "$record" ] || [ "1\${record##*/}" -le "1\${after:-0000}" ]; then continue; fi
    if tail -n 1 "$record" | grep -q '^end ' && grep -qF ${`package ${name} `} "$record"; then echo new; fi
  done
done`,
    parse: (answer) => textOf(what, answer) !== "",
  };
}
