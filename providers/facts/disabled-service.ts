// Whether main.cf turns a service of master.cf off (master_service_disable, postconf(5)): master(8)
// then opens no socket for it, and says so nowhere.

import { listItems } from "./postconf.ts";

export const disablingParameter = "master_service_disable";

/**
 * The first word that matches decides: a type ("inet"), or a name with a type ("smtps/inet", also
 * with a dot). One that begins with ! leaves the service on. A word with a parameter in it is not
 * expanded, and matches nothing.
 */
export function isDisabled(list: string, { service, type }: { service: string; type: string }): boolean {
  const names = [type, `${service}/${type}`, `${service}.${type}`];
  const first = listItems(list).find((word) => names.includes(word.replace(/^!+/, "")));
  return first !== undefined && !first.startsWith("!");
}
