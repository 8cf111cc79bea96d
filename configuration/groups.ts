// Groups: settings that some hosts of a stack share.
import { nearest } from "./did-you-mean.ts";

interface Member {
  readonly name: string;
  readonly group?: string | undefined;
}

/** Hosts with an unknown group: they would silently get only the stack's settings. */
export function groupComplaints(hosts: readonly Member[], groups: readonly string[]): string[] {
  return hosts.flatMap(({ name, group }, index) => {
    if (group === undefined || groups.includes(group)) return [];
    const meant = nearest(group, groups);
    const known = groups.length === 0 ? "there are none in groups" : `groups has ${groups.join(", ")}`;
    return [
      `hosts[${index}].group (host ${name}): no group is called ${group}; ${meant === undefined ? known : `did you mean ${meant}?`}`,
    ];
  });
}
