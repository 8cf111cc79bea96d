// One run of Pulumi's engine as this process sees it: Pulumi starts a process for the dynamic providers in every operation. All that decides what
// happens to a host in a run stands here and is passed down; a test makes a run of its own.
import type { Host } from "../host/host.ts";
import type { Hosts } from "../host/hosts.ts";
import type { Configuration } from "./current-connection.ts";

/** A roll-back of this run. */
export interface RolledBack {
  readonly reason: string;
  /** Whether the host is as it was before. */
  readonly complete: boolean;
}

export class Run {
  /** Made by the first call that speaks with a host: what a preview loads has no SSH. */
  hosts: Hosts | undefined;
  /** The stack's configuration, where the engine hands it over. */
  readonly configuration: () => Configuration | undefined;
  readonly #inProgram = new Map<string, string | undefined>();
  readonly #stacks = new Set<string>();
  readonly #rolledBack = new Map<Host, RolledBack>();
  readonly #prefetched = new Set<Host>();

  /** Whether this run has already changed something, on any host. A preview never does. */
  begun = false;

  constructor(configuration: () => Configuration | undefined = () => undefined, hosts?: Hosts) {
    this.configuration = configuration;
    this.hosts = hosts;
  }

  /**
   * Notes a resource of the program. Pulumi asks `check` about each of them and about no other, before anything is done to it; `id` is
   * `undefined` where an input of it is not known yet.
   */
  noteInProgram(urn: string, id: string | undefined): void {
    this.#inProgram.set(urn, id);
  }

  /** Whether the resource of this name is there after the run: one that is deleted nevertheless is replaced. */
  isInProgram(urn: string | undefined): boolean {
    return urn !== undefined && this.#inProgram.has(urn);
  }

  /**
   * Whether the resource of this name is the same thing on the host after the run. Pulumi's `--replace`, `state taint` and `replaceOnChanges`
   * delete such a resource, before or after making it (step_generator.go asks no provider): the old one is the new one. Where its identity is
   * not known it counts as the same: what is left in place can be removed later.
   */
  keeps(urn: string | undefined, id: string): boolean {
    if (urn === undefined || !this.#inProgram.has(urn)) return false;
    const known = this.#inProgram.get(urn);
    return known === undefined || known === id;
  }

  /** Whether this run leaves nothing: where nothing is checked, Pulumi destroys (continueStepsFromRefresh in step_generator.go). */
  get isDestroy(): boolean {
    return this.#inProgram.size === 0;
  }

  /** Notes what the stack is called in its own state: after `pulumi stack rename` that is its old name until a resource is updated. */
  noteStack(stack: string | null): void {
    if (stack !== null) this.#stacks.add(stack);
  }

  /** Whether the stack of this run is, or was, called so. */
  isOwnStack(stack: string | null): boolean {
    return stack !== null && this.#stacks.has(stack);
  }

  /** Notes that an operation was rolled back on this host: what comes after it must not touch the host again. */
  noteRolledBack(host: Host, rolledBack: RolledBack): void {
    this.#rolledBack.set(host, rolledBack);
  }

  /** `undefined` where nothing was rolled back on this host in this run. */
  rolledBack(host: Host): RolledBack | undefined {
    return this.#rolledBack.get(host);
  }

  /** Whether this is the first call for the host. */
  isFirstLook(host: Host): boolean {
    const first = !this.#prefetched.has(host);
    this.#prefetched.add(host);
    return first;
  }
}
