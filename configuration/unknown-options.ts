// Options that are probably misspelt parameters of Postfix. Only the host knows all of its parameters,
// and main.cf may define further ones, so this is a warning: an `up` asks the host and refuses.
import { nearest } from "./did-you-mean.ts";
import { smtpdParameters } from "./smtpd-parameters.ts";

interface Host {
  readonly name: string;
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** One line for each name, with the first host that has it. */
export function optionWarnings(hosts: readonly Host[]): string[] {
  const seen = new Map<string, string>();
  for (const { name, options = {} } of hosts) {
    const values = Object.values(options).join(" ");
    for (const option of Object.keys(options)) {
      // What another option refers to is a parameter of the user's own.
      const own = new RegExp(`\\$[({]?${option}\\b`).test(values);
      if (!own && !smtpdParameters.includes(option) && !seen.has(option)) seen.set(option, name);
    }
  }
  return [...seen].flatMap(([option, host]) => {
    const meant = nearest(option, smtpdParameters);
    return meant === undefined
      ? []
      : [
          `options.${option} (host ${host}): smtpd has no such parameter; did you mean ${meant}? The host is asked at the up`,
        ];
  });
}
