// The name of the Debian release, from the host's os-release(5).
import { sh } from "../core/shell.ts";
import { type Fact, textOf } from "./fact.ts";

/** "Debian GNU/Linux 13 (trixie)" */
export const release: Fact<string> = {
  name: "the release (/etc/os-release)",
  question: sh`. /etc/os-release && printf '%s\n' "$PRETTY_NAME"`,
  parse: (answer) => textOf("the release (/etc/os-release)", answer),
};
