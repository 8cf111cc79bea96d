// A small program of the product's own resources on a crashing host, driven as Pulumi drives it: refresh, then create or update in order, or delete
// in reverse order, with a state that keeps what is finished.
import { z } from "zod";
import { sh } from "../../../providers/core/shell.ts";
import { converge } from "../../../providers/engine/converge.ts";
import { differences } from "../../../providers/engine/differences.ts";
import { refresh } from "../../../providers/engine/refresh.ts";
import { remove } from "../../../providers/engine/remove.ts";
import { Run } from "../../../providers/engine/run.ts";
import { inputsOf, type Properties } from "../../../providers/engine/state.ts";
import { journalOpen } from "../../../providers/facts/journal.ts";
import { configurationDigest, loadedDigest } from "../../../providers/facts/postfix.ts";
import { Hosts } from "../../../providers/host/hosts.ts";
import { groupMember } from "../../../providers/resources/accounts/group-member.ts";
import type { AnyDefinition } from "../../../providers/resources/catalogue.ts";
import { define } from "../../../providers/resources/definition.ts";
import { smtpdConf } from "../../../providers/resources/postfix/smtpd-conf.ts";
import { reloadPostfix } from "../../../providers/steps/postfix.ts";
import type { CrashHost } from "./crash-host.ts";

/** What Pulumi keeps, by the resource's name. */
export type State = Readonly<
  Record<string, { readonly id: string; readonly outs: Properties; readonly failed?: true }>
>;

export type Version = "A" | "B";

/** `up` of a version whose proof holds or fails, or the end of it all. */
export type Act = `up-${Version}` | `fail-${Version}` | "destroy";

/** Postfix with a proof that is not made: it holds or fails as it is told. */
const proof = (holds: boolean) =>
  define({
    kind: "PostfixService",
    schema: z.strictObject({ proved: z.string().default("yes"), of: z.string() }),
    replacedBy: [],
    closes: () => true,
    id: () => "postfix",
    inspect: () => ({ journal: journalOpen, loaded: loadedDigest, desired: configurationDigest }),
    observe: ({ of }, { journal, loaded, desired }: { journal: boolean; loaded: string; desired: string }) => ({
      of,
      proved: journal ? "a change is not proved" : loaded === desired ? "yes" : "other files are loaded",
    }),
    apply: () => [reloadPostfix("reload Postfix"), { do: "run", reason: "log in", script: sh`exit ${holds ? 0 : 1}` }],
    remember: () => ({}),
    remove: () => [],
  }) as unknown as AnyDefinition;

const definitions = (holds: boolean): Readonly<Record<string, AnyDefinition>> => ({
  member: { ...groupMember, foundation: true } as unknown as AnyDefinition,
  stock: smtpdConf as unknown as AnyDefinition,
  own: smtpdConf as unknown as AnyDefinition,
  proof: proof(holds),
});

/** The proof is made again when anything was changed, as AuthProof is in a SaslMailHost. */
function inputsOfAll(host: CrashHost, version: Version, state: State): Readonly<Record<string, Properties>> {
  const mechList = version === "A" ? ["plain", "login"] : ["plain"];
  const own: Record<string, Properties> = {
    member: {},
    stock: { mechList },
    own: { path: "/etc/postfix/sasl/own.conf", mechList },
    proof: { of: ["member", "stock", "own"].map((name) => String(state[name]?.outs.changedAt)).join() },
  };
  const common = (name: string) => ({
    connection: host.connection,
    transaction: true,
    resourceUrn: `urn:pulumi:stack::project::sasl::${name}`,
  });
  return Object.fromEntries(Object.entries(own).map(([name, inputs]) => [name, { ...inputs, ...common(name) }]));
}

/** Does it and tells the state whenever it changes. `took` is how many resources a destroy found to take back. */
export async function act(
  host: CrashHost,
  before: State,
  asked: Act,
  keep: (state: State) => void,
): Promise<{ readonly error?: Error; readonly took: number }> {
  let state = before;
  const set = (name: string, kept: State[string] | undefined) => {
    const { [name]: _old, ...others } = state;
    state = kept === undefined ? others : { ...others, [name]: kept };
    keep(state);
  };
  const of = definitions(asked.startsWith("up"));
  let took = 0;
  const hosts = new (class extends Hosts {
    override of = () => host;
  })();
  const run = new Run(undefined, hosts);
  try {
    for (const [name, { id, outs, failed }] of Object.entries(state)) {
      const { id: found, props } = await refresh(run, of[name] as AnyDefinition, id, outs);
      set(
        name,
        found === undefined || props === undefined ? undefined : { id, outs: props, ...(failed ? { failed } : {}) },
      );
    }
    took = Object.keys(state).length;
    if (asked === "destroy") await destroy(run, of, () => state, set);
    else
      await up(
        run,
        of,
        (now) => inputsOfAll(host, asked.slice(-1) as Version, now),
        () => state,
        set,
      );
    return { took };
  } catch (error) {
    return { error: error as Error, took };
  }
}

type Keep = (name: string, kept: State[string] | undefined) => void;

async function up(
  run: Run,
  of: Readonly<Record<string, AnyDefinition>>,
  asked: (state: State) => Readonly<Record<string, Properties>>,
  state: () => State,
  set: Keep,
): Promise<void> {
  for (const [name, definition] of Object.entries(of)) {
    const news = asked(state())[name] as Properties;
    run.noteChecked(String(news.resourceUrn), definition.id(inputsOf(definition, news)));
  }
  for (const [name, definition] of Object.entries(of)) {
    const news = asked(state())[name] as Properties;
    const old = state()[name];
    // Pulumi updates what failed half-way, whatever the difference
    if (old !== undefined && !old.failed && !isDue(definition, old.outs, news)) continue;
    try {
      set(name, await converge(run, definition, news, old?.outs));
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Properties };
      if (id !== undefined && properties !== undefined) set(name, { id, outs: properties, failed: true });
      throw error;
    }
  }
}

function isDue(definition: AnyDefinition, olds: Properties, news: Properties): boolean {
  return differences(definition, olds, inputsOf(definition, news, olds)).length > 0;
}

async function destroy(
  run: Run,
  of: Readonly<Record<string, AnyDefinition>>,
  state: () => State,
  set: Keep,
): Promise<void> {
  for (const name of Object.keys(of).reverse()) {
    const kept = state()[name];
    if (kept === undefined) continue;
    await remove(run, of[name] as AnyDefinition, kept.id, kept.outs);
    set(name, undefined);
  }
}
