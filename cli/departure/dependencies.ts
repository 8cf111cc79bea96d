// The dependencies of other hosts on one that leaves the stack. A wave of a roll-out depends on all
// hosts before it, and the engine deletes no resource that another one depends on.
import type { Checkpoint, Resource } from "../status-in-state.ts";
import { hostIn } from "../urn.ts";

/** A resource of the state with what orders it behind others. */
interface Ordered extends Resource {
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

/** The URN of a host's component; `undefined` where the state has none. */
export function componentOf({ deployment: { resources = [] } }: Checkpoint, host: string): string | undefined {
  return resources.find(({ urn }) => hostIn(urn) === host)?.urn;
}

/** The names of all hosts in the state. */
export function hostsInState({ deployment: { resources = [] } }: Checkpoint): string[] {
  return resources.flatMap(({ urn }) => hostIn(urn) ?? []);
}

/** Whether a resource outside the component depends on one of it, and so on the component. */
export function isWaitedFor(checkpoint: Checkpoint, component: string): boolean {
  return withoutDependenciesOn(checkpoint, component) !== checkpoint;
}

/**
 * The state where nothing outside the component depends on it or on a part of it. The next `up`
 * writes the dependencies that the program has then. The same object where there are none.
 */
export function withoutDependenciesOn(checkpoint: Checkpoint, component: string): Checkpoint {
  const { resources = [] } = checkpoint.deployment;
  const leaving = new Set([component, ...resources.flatMap(({ urn, parent }) => (parent === component ? [urn] : []))]);
  const staying = (urns: readonly string[]) => urns.filter((urn) => !leaving.has(urn));
  let changed = false;
  const loosened = resources.map((resource: Ordered) => {
    const { urn, dependencies = [], propertyDependencies } = resource;
    const ofProperties = Object.entries(propertyDependencies ?? {});
    const all = [...dependencies, ...ofProperties.flatMap(([, urns]) => urns ?? [])];
    if (leaving.has(urn) || !all.some((each) => leaving.has(each))) return resource;
    changed = true;
    return {
      ...resource,
      dependencies: staying(dependencies),
      ...(propertyDependencies && {
        propertyDependencies: Object.fromEntries(ofProperties.map(([name, urns]) => [name, staying(urns ?? [])])),
      }),
    };
  });
  return changed ? { ...checkpoint, deployment: { ...checkpoint.deployment, resources: loosened } } : checkpoint;
}
