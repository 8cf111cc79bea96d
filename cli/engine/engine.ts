// The real Pulumi engine on any machine: an installed one, else a cached one, else one from a
// source.
import { note } from "../progress.ts";
import { furtherSources } from "./further-sources.ts";
import { withLock } from "./lock.ts";
import { officialRelease } from "./official.ts";
import { onPath } from "./on-path.ts";
import type { Engine, EngineSource } from "./source.ts";
import { cliVersion } from "./versions.ts";

/**
 * Finds the engine or gets one. The first call on a new machine may take minutes, later ones
 * milliseconds.
 */
export async function ensureEngine(sources?: readonly EngineSource[]): Promise<Engine> {
  const all = sources ?? (await allSources());
  return (
    (await readyOne(all)) ?? (await withLock("engine", () => makeOne(all.filter(({ make }) => make !== undefined))))
  );
}

/** The engine that is there already, if any: downloads and builds nothing. */
export async function findEngine(): Promise<Engine | undefined> {
  return readyOne(await allSources());
}

async function allSources(): Promise<readonly EngineSource[]> {
  return [onPath, officialRelease(), ...(await furtherSources())];
}

async function readyOne(sources: readonly EngineSource[]): Promise<Engine | undefined> {
  for (const source of sources) {
    const engine = await source.ready();
    if (engine !== undefined) return engine;
  }
  return undefined;
}

async function makeOne(sources: readonly EngineSource[]): Promise<Engine> {
  // Another process may have made it while this one waited for the lock.
  const made = await readyOne(sources);
  if (made !== undefined) return made;
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      await source.make?.();
      const engine = await source.ready();
      if (engine !== undefined) return engine;
      throw new Error("what it made is not whole");
    } catch (error) {
      const reason = `${source.name}: ${(error as Error).message}`;
      note(reason);
      reasons.push(reason);
    }
  }
  throw new Error(
    `no Pulumi engine. Install the Pulumi CLI ${cliVersion} or newer (https://www.pulumi.com/docs/install) and put it on PATH. Tried:\n` +
      reasons.map((reason) => `  ${reason}`).join("\n"),
  );
}
