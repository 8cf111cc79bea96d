// Which packages came with an operation that is not proved yet: its journal has what was there before apt ran (steps/apt.ts).
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";
import { journalFolder } from "./journal.ts";

/**
 * Whether the open journal has a list of packages from before in which this one is missing. No journal, and a list that is not whole
 * (each Debian has util-linux, near its end), say nothing: then the answer is no.
 */
export function cameInOperation(name: string): Fact<boolean> {
  const what = `whether ${name} came with this operation`;
  return {
    name: what,
    question: sh`for list in ${`${journalFolder}/`}[0-9][0-9][0-9][0-9]/packages; do
  if [ ! -e "$list" ]; then continue; fi
  before=$(cat -- "$list") || exit 1
  case "
$before
" in
    *"
"${name}"
"*) ;;
    *"
util-linux
"*) echo new ;;
  esac
done`,
    parse: (answer) => textOf(what, answer) !== "",
  };
}
