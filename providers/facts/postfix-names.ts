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
  if [ -f "$file" ]; then awk -v p=${pattern} '!/^[ \t]*#/ && $0 ~ p { print FILENAME ", line " FNR }' "$file" || exit 1; fi
done`,
    parse: (answer) => textOf(name, answer).split("\n").filter(Boolean),
  };
}
