// A machine without network: what it would have to fetch before a host can be booted or the engine run.
import { networkInterfaces } from "node:os";
import { findEngine } from "../../cli/engine/engine.ts";
import { cacheRoot } from "../paths.ts";
import { hasBase } from "./base.ts";
import { command, type Obstacle } from "./obstacle.ts";
import type { Debian } from "./recipe.ts";
import { missingPackages } from "./requirements.ts";

/** Whether any interface but the loopback is up and has an address. */
export function hasNetwork(): boolean {
  // A proxy may be on the loopback interface.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}

/** What cannot be fetched here and a host of these releases needs. */
export function offlineObstacle(releases: readonly Debian[]): Obstacle | undefined {
  if (hasNetwork()) return undefined;
  const bases = releases.filter((debian) => !hasBase(debian)).map((debian) => `the base system of Debian ${debian}`);
  return unfetched([...missingPackages(), ...bases]);
}

/** The same for the engine. */
export async function offlineEngineObstacle(): Promise<Obstacle | undefined> {
  if (hasNetwork() || (await findEngine()) !== undefined) return undefined;
  return unfetched(["the Pulumi engine"]);
}

function unfetched(lacking: readonly string[]): Obstacle | undefined {
  if (lacking.length === 0) return undefined;
  return {
    what: `this machine has no network (only the loopback interface has an address), and ${lacking.join(", ")} must be fetched`,
    next: `run ${command} once with network; what it fetches stays in ${cacheRoot}, which may be copied here too`,
  };
}
