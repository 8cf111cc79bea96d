// One run of Pulumi's engine as this process sees it: Pulumi starts a process for the dynamic
// providers in every operation. All state that affects a host in a run is kept here and passed
// down. A test creates a run of its own.
import type { Host } from "../host/host.ts";
import type { Hosts } from "../host/hosts.ts";
import type { Configuration } from "./current-connection.ts";
import { MachineNames } from "./machine-names.ts";

/** A rollback in this run. */
export interface RolledBack {
  readonly reason: string;
  /** Whether the host is as it was before. */
  readonly complete: boolean;
}

export class Run {
  /** Created by the first call that connects to a host, so that a preview does not load SSH. */
  hosts: Hosts | undefined;
  /** The stack's configuration, where the engine passes it. */
  readonly configuration: () => Configuration | undefined;
  readonly machineNames = new MachineNames();
  readonly #checked = new Map<string, string | undefined>();
  readonly #stacks = new Set<string>();
  readonly #rolledBack = new Map<Host, RolledBack>();
  readonly #changed = new Map<Host, string[]>();
  readonly #prefetched = new Set<Host>();

  /** Whether this run has already changed anything on any host. A preview never does. */
  begun = false;

  constructor(configuration: () => Configuration | undefined = () => undefined, hosts?: Hosts) {
    this.configuration = configuration;
    this.hosts = hosts;
  }

  /**
   * Records a resource of the program. Pulumi calls `check` for it before anything is done to it,
   * but not where it is outside --target/--exclude, and not where it depends on a failed one: in
   * such a run `wasChecked` is false for a resource that stays, and `nothingChecked` may be true
   * although it is an up. `id` is `undefined` where an input that determines it is not known yet.
   */
  noteChecked(urn: string, id: string | undefined): void {
    this.#checked.set(urn, id);
  }

  /**
   * Whether the program of this run has the resource of this name. If so, a deletion is part of a
   * replacement.
   */
  wasChecked(urn: string | undefined): boolean {
    return urn !== undefined && this.#checked.has(urn);
  }

  /**
   * Whether the resource of this name is the same thing on the host after the run. Pulumi's
   * `--replace`, `state taint` and `replaceOnChanges` delete such a resource before or after
   * creating it (step_generator.go asks no provider), so the old and the new one are the same. An
   * unknown identity counts as the same: what stays on the host can be removed later.
   */
  keeps(urn: string | undefined, id: string): boolean {
    if (urn === undefined || !this.#checked.has(urn)) return false;
    const known = this.#checked.get(urn);
    return known === undefined || known === id;
  }

  /**
   * Whether this run only deletes: a destroy checks nothing (continueStepsFromRefresh in
   * step_generator.go), and neither does an up whose --target names resources that are no longer in
   * the program.
   */
  get nothingChecked(): boolean {
    return this.#checked.size === 0;
  }

  /**
   * Records the stack's name in its own state: after `pulumi stack rename` it is the old name until
   * a resource is updated.
   */
  noteStack(stack: string | null): void {
    if (stack !== null) this.#stacks.add(stack);
  }

  /** Whether this is a current or former name of this run's stack. */
  isOwnStack(stack: string | null): boolean {
    return stack !== null && this.#stacks.has(stack);
  }

  /**
   * Records that an operation was rolled back on this host: later operations must not change the
   * host again.
   */
  noteRolledBack(host: Host, rolledBack: RolledBack): void {
    this.#rolledBack.set(host, rolledBack);
  }

  /** `undefined` where nothing was rolled back on this host in this run. */
  rolledBack(host: Host): RolledBack | undefined {
    return this.#rolledBack.get(host);
  }

  /** Records that a resource of this run is about to change the host, or has made this change. */
  noteChanged(host: Host, ...change: readonly string[]): void {
    this.#changed.set(host, [...this.changesOn(host), ...change]);
  }

  /** Records that all changes of the host until now are proved. */
  noteProved(host: Host): void {
    this.#changed.delete(host);
  }

  /** Whether a resource of this run has changed the host, or was about to. */
  hasChanged(host: Host): boolean {
    return this.#changed.has(host);
  }

  /** The changes of the host that no proof of this run covers, one line each. */
  changesOn(host: Host): readonly string[] {
    return this.#changed.get(host) ?? [];
  }

  /** Whether this is the first call for the host. */
  isFirstRead(host: Host): boolean {
    const first = !this.#prefetched.has(host);
    this.#prefetched.add(host);
    return first;
  }
}
