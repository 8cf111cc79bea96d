// Facts of Postfix from postconf(1): what it supports, what main.cf sets, and where its queue is.
import { sh } from "../core/shell.ts";
import { type Fact, textOf, unreadable } from "./fact.ts";

/**
 * The names that are neither a parameter of this Postfix nor defined in main.cf, which `postfix
 * check` does not verify. Empty where Postfix is not installed yet.
 */
export function unknownParameters(names: readonly string[]): Fact<readonly string[]> {
  const name = "the parameters that Postfix does not know (postconf)";
  // Without a name postconf lists every parameter.
  if (names.length === 0) return { name: "no parameters", question: sh`:`, parse: () => [] };
  return {
    name,
    question: sh`command -v postconf >/dev/null || exit 0
postconf -d ${names} 2>&1 >/dev/null | sed -n 's/^postconf: warning: \([^ ]*\): unknown parameter$/\1/p' | while read -r name; do
  grep -q "^$name[[:space:]]*=" /etc/postfix/main.cf 2>/dev/null || echo "$name"
done
:`,
    parse: (answer) => listItems(textOf(name, answer)),
  };
}

/** "3.5.25"; `null` where Postfix is not installed or does not tell it. */
export const mailVersion: Fact<string | null> = {
  name: "the version of Postfix (postconf -d)",
  question: sh`command -v postconf >/dev/null || exit 0
postconf -dh mail_version 2>/dev/null
:`,
  parse: (answer) => textOf("the version of Postfix (postconf -d)", answer) || null,
};

/**
 * Whether a yes/no parameter is on: Postfix ignores case (convert_mail_conf_bool in
 * mail_conf_bool.c).
 */
export function isYes(value: string | undefined): boolean {
  return value?.toLowerCase() === "yes";
}

/** Parameters for a proxy in front of smtpd, which speaks before the client does (postconf(5)). */
export const proxyParameters = ["smtpd_upstream_proxy_protocol", "postscreen_upstream_proxy_protocol"] as const;

/**
 * The values that main.cf itself sets for these names: name → value on one line. Empty where
 * Postfix is not installed, and where postconf fails, as that of Postfix 3.7 does beside a broken
 * master.cf: a caller that must not take this for "not set" first checks `broken` of `parseMaster`.
 */
export function setInMain(names: readonly string[]): Fact<Readonly<Record<string, string>>> {
  const name = "what main.cf sets (postconf -n)";
  return {
    name,
    // Reads all settings: the question does not depend on the names, so it is sent once for all
    // resources.
    question: sh`command -v postconf >/dev/null || exit 0
postconf -n 2>/dev/null
:`,
    parse: (answer) =>
      Object.fromEntries(
        textOf(name, answer)
          .split("\n")
          .flatMap((row) => {
            const found = /^(\S+) =\s*(.*)$/.exec(row);
            return found === null || !names.includes(found[1] ?? "") ? [] : [[found[1] ?? "", found[2] ?? ""]];
          }),
      ),
  };
}

/**
 * The directory of the queue, which is the root of a chrooted service; Debian's default where
 * Postfix is not installed yet.
 */
export const queueDirectory: Fact<string> = {
  name: "the directory of Postfix's queue (postconf -h)",
  // postconf of Postfix 3.7 answers nothing where master.cf is broken, which is reported elsewhere
  question: sh`if command -v postconf >/dev/null; then
  postconf -h queue_directory 2>/dev/null || {
    path=$(sed -n 's/^queue_directory *= *//p' /etc/postfix/main.cf | tail -n 1)
    echo "\${path:-/var/spool/postfix}"
  }
else echo /var/spool/postfix; fi`,
  parse: (answer) => {
    const name = "the directory of Postfix's queue (postconf -h)";
    const path = textOf(name, answer);
    if (!path.startsWith("/")) throw unreadable(name, answer);
    return path.replace(/\/+$/, "");
  },
};

/**
 * The SASL server implementations compiled into Postfix: "cyrus", "dovecot". `postfix check` does
 * not verify them. Empty where Postfix is not installed yet.
 */
export const saslTypes: Fact<readonly string[]> = {
  name: "the SASL implementations of Postfix (postconf -a)",
  question: sh`command -v postconf >/dev/null || exit 0; postconf -a`,
  parse: (answer) => listItems(textOf("the SASL implementations of Postfix (postconf -a)", answer)),
};

/** The items of a list in main.cf, which commas or white space separate (postconf(5)). */
export function listItems(value: string): string[] {
  return value.split(/[\s,]+/).filter((item) => item !== "");
}
