// A service that main.cf turns off, whatever master.cf says: reported before Postfix is waited for.
import { disablingParameter, isDisabled } from "../../facts/disabled-service.ts";
import type { UnsafeSetting } from "./master-unsafe-settings.ts";

export function disabledService(
  entry: { readonly service: string; readonly type: string },
  inMain: Readonly<Record<string, string>>,
): UnsafeSetting[] {
  const list = inMain[disablingParameter] ?? "";
  if (!isDisabled(list, entry)) return [];
  const name = `${entry.service}/${entry.type}`;
  return [
    {
      found: `main.cf has ${disablingParameter} = ${list}, which turns ${name} off: Postfix would not listen there`,
      next: `let that list leave the service on: postconf -e '${disablingParameter} = !${name}, ${list}' (the first match counts, postconf(5))`,
    },
  ];
}
