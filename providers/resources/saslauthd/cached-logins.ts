// What to do about daemons that remember logins (saslauthd -c): those of saslauthd.service are
// restarted, and the operator is warned of those of somebody else.
import type { RunningProcess } from "../../facts/process.ts";
import { parseSaslauthdOptions } from "../../facts/saslauthd.ts";
import { forgetLogins, warnOfCachedLogins } from "../../steps/saslauthd.ts";
import type { Step } from "../../steps/step.ts";
import { type DaemonsActual, isOfOurUnit } from "./saslauthd-daemons.ts";

/**
 * Steps after which no daemon of saslauthd.service remembers a login. Only where it runs: a start
 * would have no undo, and a daemon that somebody else started may hold its socket. Of another
 * owner's daemon, which may still remember the login of `name`, the operator is warned.
 * `socketDirectory` limits both to the daemons of one socket.
 */
export function forgetCachedLogins(
  name: string,
  { saslauthd, owners }: Pick<DaemonsActual, "owners"> & { readonly saslauthd: readonly RunningProcess[] },
  socketDirectory?: string,
): readonly Step[] {
  const caching = saslauthd
    .map((process) => ({ ...process, ...parseSaslauthdOptions(process.argv.slice(1)) }))
    .filter((daemon) => daemon.cache && daemon.socketDirectory !== null)
    .filter((daemon) => socketDirectory === undefined || daemon.socketDirectory === socketDirectory);
  const ours = caching.filter((process) => isOfOurUnit(process, { owners }));
  const directories = ours.flatMap((daemon) => daemon.socketDirectory ?? []);
  const pids = new Set(caching.map(({ pid }) => pid));
  const others = caching.filter((process) => !ours.includes(process) && !pids.has(process.parent));
  return [
    ...(ours.length > 0 ? forgetLogins([...new Set(directories)]) : []),
    ...(others.length > 0
      ? [
          warnOfCachedLogins(
            others.map(({ pid }) => pid),
            name,
          ),
        ]
      : []),
  ];
}
