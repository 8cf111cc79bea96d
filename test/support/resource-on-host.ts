// One resource on a host, driven through the same functions that Pulumi calls, with what Pulumi would keep in its state.

import type { LabHost } from "../../lab/hosts/index.ts";
import { type Protocol, protocolOf } from "../../providers/engine/protocol.ts";
import { Run } from "../../providers/engine/run.ts";
import type { Properties } from "../../providers/engine/state.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { Hosts } from "../../providers/host/hosts.ts";
import { withDefaults } from "../../providers/pulumi/defaults.ts";
import { definitionOf } from "../../providers/resources/catalogue.ts";

/** A kind of resource with the inputs that a program gives. */
export interface Asked {
  readonly kind: string;
  readonly given: Properties;
}

/** How the product reaches a host of the lab. */
export function connectionTo(host: LabHost): Properties {
  return { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile };
}

/** Shared by all runs of a test, so that each does not log in again. */
export const hosts = new Hosts();

/** Each call of it stands for a run of its own, whose process would know nothing of the ones before. */
export function aRun(): Protocol {
  return protocolOf(new Run(undefined, hosts));
}

/** Ends the product's own connection, so that nothing keeps Jest running. */
export async function hangUp(host: LabHost): Promise<void> {
  await hosts.of(connectionSchema.parse(connectionTo(host))).close();
}

export class ResourceOnHost {
  readonly kind: string;
  /** As checked: defaults filled in. */
  readonly inputs: Record<string, unknown>;
  #stored: { id: string; outs: Properties } | undefined;

  private constructor(kind: string, inputs: Record<string, unknown>) {
    this.kind = kind;
    this.inputs = inputs;
  }

  /** Checks the inputs as Pulumi has them: with the defaults of the class, in its order. One that is refused is an error here. */
  static async of(host: LabHost, { kind, given }: Asked): Promise<ResourceOnHost> {
    const { inputs, failures } = await aRun().check(
      kind,
      {},
      { ...(inOrder(withDefaults(definitionOf(kind).schema, given)) as Properties), connection: connectionTo(host) },
    );
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    const { __provider, ...known } = inputs;
    return new ResourceOnHost(kind, known);
  }

  /** What Pulumi has in its state. */
  get outs(): Properties {
    return this.#known.outs;
  }

  /** A failure half-way is an error, and what there is by then is in the state, as Pulumi keeps it. */
  async create(): Promise<void> {
    await this.#anew();
    try {
      this.#state = await aRun().create(this.kind, this.inputs);
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Properties };
      if (id !== undefined && properties !== undefined) this.#state = { id, outs: properties };
      throw error;
    }
  }

  get inState(): boolean {
    return this.#state !== undefined;
  }

  async read() {
    await this.#anew();
    return await aRun().read(this.kind, this.#known.id, this.#known.outs);
  }

  /** The names and values that a preview would show: what `read` finds is merged into the state, as a refresh does. */
  async refresh(): Promise<{ changes: boolean }> {
    const { id, props } = await this.read();
    if (id === undefined || props === undefined) throw new Error(`${this.kind} is gone`);
    this.#state = { id, outs: props };
    const { changes } = await aRun().diff(this.kind, id, props, this.inputs);
    // without an answer the engine compares for itself, which it does only where something differs
    return { changes: changes !== false };
  }

  async update(): Promise<void> {
    await this.#anew();
    const { id, outs } = this.#known;
    this.#state = { id, ...(await aRun().update(this.kind, id, outs, this.inputs)) };
  }

  async delete(): Promise<void> {
    await this.#anew();
    await aRun().delete(this.kind, this.#known.id, this.#known.outs);
    this.#state = undefined;
  }

  /** Nothing is known of the host from an earlier run. */
  async #anew(): Promise<void> {
    (await hosts.of(connectionSchema.parse(this.inputs.connection)).shell()).forget();
  }

  get #state() {
    return this.#stored;
  }

  /** Pulumi keeps the members of an object in the order of their names, and hands them back so. */
  set #state(state: { id: string; outs: Properties } | undefined) {
    this.#stored = state === undefined ? undefined : { id: state.id, outs: inOrder(state.outs) as Properties };
  }

  get #known() {
    if (this.#state === undefined) throw new Error(`${this.kind} is not in the state`);
    return this.#state;
  }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, inOrder(member)]),
  );
}
