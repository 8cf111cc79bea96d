// Where the configuration of Postfix names a file: while it does, the file must stay, whatever the
// program still has. A smtpd whose certificate is missing offers no TLS.
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

const files = ["/etc/postfix/main.cf", "/etc/postfix/master.cf"];

/**
 * The places that name `path`, a file below /etc/postfix: "/etc/postfix/master.cf, line 12". A
 * folder written as $config_directory counts as well (postconf(5)); comments do not.
 */
export function placesNaming(path: string): Fact<readonly string[]> {
  const name = `where Postfix names ${path}`;
  const below = path.slice("/etc/postfix".length).replaceAll(".", "[.]");
  const pattern = `(/etc/postfix|[$][{(]?config_directory[)}]?)${below}([^A-Za-z0-9._/-]|$)`;
  return {
    name,
    question: sh`for file in ${files}; do
  [ -f "$file" ] || continue
  rows=$(grep -nE -e ${pattern} -- "$file") || [ $? -eq 1 ] || exit 1
  printf '%s\n' "$rows" | sed -n '/^[0-9]*:[[:space:]]*#/!s/^\([0-9][0-9]*\):.*/\1/p' | while read -r line; do echo "$file, line $line"; done
done`,
    parse: (answer) => textOf(name, answer).split("\n").filter(Boolean),
  };
}
