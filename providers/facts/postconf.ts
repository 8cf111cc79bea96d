// What the installed Postfix knows, asked from postconf(1): parameters and SASL implementations. `postfix check` tests neither.
import { sh } from "../steps/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** Those of the names that are no parameter of this Postfix and are not defined in main.cf either. Empty where Postfix is not installed yet. */
export function unknownParameters(names: readonly string[]): Fact<readonly string[]> {
  const name = "the parameters that Postfix does not know (postconf)";
  return {
    name,
    question: sh`command -v postconf >/dev/null || exit 0
for name in ${names}; do
  case $(postconf -d "$name" 2>&1) in *'unknown parameter'*) grep -q "^$name[[:space:]]*=" /etc/postfix/main.cf 2>/dev/null || echo "$name" ;; esac
done
:`,
    parse: (answer) => words(textOf(name, answer)),
  };
}

/** The SASL server implementations that are compiled in: "cyrus", "dovecot". Empty where Postfix is not installed yet. */
export const saslTypes: Fact<readonly string[]> = {
  name: "the SASL implementations of Postfix (postconf -a)",
  question: sh`command -v postconf >/dev/null || exit 0; postconf -a`,
  parse: (answer) => words(textOf("the SASL implementations of Postfix (postconf -a)", answer)),
};

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
