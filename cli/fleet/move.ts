// Hands hosts over to the shards that they belong to now, in the states alone: no host is touched, and
// each recognises its new stack, since the moved state has the names of the old one.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutState } from "../paths.ts";
import type { Checkpoint } from "../status-in-state.ts";
import { hostIn } from "../urn.ts";
import { canaryShard, numberOf } from "./assignment.ts";
import type { Plan } from "./plan.ts";
import { stackOf } from "./plan.ts";

/** Hosts that go from one stack to another. */
export interface Handover {
  readonly from: string;
  readonly to: string;
  readonly hosts: readonly string[];
  /** Of their components; the engine takes all that is below them along. */
  readonly urns: readonly string[];
}

/** What is to be handed over; `states` are those of the fleet's own stack and of all shards. */
export function handovers(states: ReadonlyMap<string, Checkpoint>, homes: ReadonlyMap<string, string>): Handover[] {
  const found = [...states].flatMap(([from, { deployment }]) =>
    (deployment.resources ?? []).flatMap(({ urn }) => {
      const host = hostIn(urn);
      const to = host === undefined ? undefined : homes.get(host);
      return host === undefined || to === undefined || to === from ? [] : [{ from, to, host, urn }];
    }),
  );
  return [...Map.groupBy(found, ({ from, to }) => `${from} ${to}`).values()].map((all) => ({
    from: all[0]?.from ?? "",
    to: all[0]?.to ?? "",
    hosts: all.map(({ host }) => host),
    urns: all.map(({ urn }) => urn),
  }));
}

/**
 * What a stack still has besides itself and its providers, which come with the first resource: the
 * names of its hosts, or where it has none those of anything else that somebody has put there.
 */
export function remainsIn({ deployment: { resources = [] } }: Checkpoint): { hosts: string[]; others: string[] } {
  const kept = resources.filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
  const hosts = kept.flatMap(({ urn }) => hostIn(urn) ?? []);
  return { hosts, others: hosts.length > 0 ? [] : kept.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)) };
}

/** Moves, and says what it does. Both states of each handover are written to a file before. */
export async function move(plan: Plan, tell: (line: string) => void): Promise<void> {
  const { base, engine, count } = plan;
  const belongs = (name: string) => name === base || name === canaryShard(base) || numberOf(base, name) !== undefined;
  const listed = [...((await engine.stacks()) ?? [])].filter(belongs);
  const texts = new Map<string, string>();
  for (const stack of new Set([base, ...listed, ...plan.shards.map(({ stack }) => stack)])) {
    const text = await engine.state(stack);
    if (text !== undefined) texts.set(stack, text);
  }
  const stacks = [...texts.keys()];
  const states = new Map([...texts].map(([stack, text]) => [stack, JSON.parse(text) as Checkpoint]));
  const homes = new Map(plan.shards.flatMap(({ stack, hosts }) => hosts.map(({ name }) => [name, stack] as const)));
  const all = handovers(states, homes);
  if (all.length === 0) tell("every host is in the shard that it belongs to");
  else tell(`the states as they were are kept in ${kept(texts)}`);
  for (const { from, to, hosts, urns } of all) {
    const shard = plan.shards.find(({ stack }) => stack === to);
    if (shard !== undefined) await stackOf(plan, shard);
    await engine.run("state", "move", "--yes", "--source", from, "--dest", to, ...urns);
    tell(`${from} → ${to}: ${hosts.join(", ")}`);
  }
  const stays = (name: string) =>
    name === base || plan.shards.some(({ stack, hosts }) => stack === name && hosts.length > 0);
  const isSuperfluous = (name: string) => !stays(name) && (numberOf(base, name) ?? Number.POSITIVE_INFINITY) > count;
  for (const stack of stacks.filter(isSuperfluous)) {
    // Read anew: what another run has made there meanwhile would be forgotten with the stack.
    const text = await engine.state(stack);
    if (text === undefined) continue;
    const { hosts, others } = remainsIn(JSON.parse(text) as Checkpoint);
    if (hosts.length > 0) {
      tell(`${stack}: stays for ${hosts.join(", ")}, which no list has: an up gives that back`);
      continue;
    }
    if (others.length > 0) {
      tell(
        `${stack}: stays for ${others.join(", ")}, which no fleet has made: npm run pulumi -- stack --stack ${stack}`,
      );
      continue;
    }
    // What is left are the stack itself and its provider, which without force are a reason to refuse.
    await engine.workspace.removeStack(stack, { force: true });
    tell(`${stack}: taken away, since it has no host any more`);
  }
}

/** Secrets are encrypted in them. */
function kept(texts: ReadonlyMap<string, string>): string {
  const folder = join(checkoutState, "fleet", new Date().toISOString().replaceAll(":", "-"));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [stack, text] of texts) writeFileSync(join(folder, `${stack}.json`), text, { mode: 0o600 });
  return folder;
}
