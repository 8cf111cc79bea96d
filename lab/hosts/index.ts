// All that tests, demo and benchmarks import of the lab's hosts.
export {
  type CreateOptions,
  createHost,
  destroyHost,
  destroyHosts,
  type ListedHost,
  listHosts,
  type NamedHost,
  rebootHost,
  startHost,
  stopHost,
} from "./host.ts";
export { knownHosts } from "./identity.ts";
export { type InsideOptions, type InsideResult, inside, writeInside } from "./inside.ts";
export { operatorAddress } from "./network.ts";
export { type Debian, operatorPassword, type Release, releases } from "./recipe.ts";
export type { LabHost } from "./record.ts";
export { openRelay, type Relay, type RelayCounters } from "./relay.ts";
export { findObstacle, LabUnavailable } from "./requirements.ts";
export { resetHost, snapshotHost } from "./snapshot.ts";
export { type Conffiles, upgradeHost } from "./upgrade.ts";
