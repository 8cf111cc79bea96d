// The machines of a run by the names that lead to them. One machine by two names of the stack's
// configuration would be changed twice in a run, and the roll-back of one name would take the
// changes of the other along: who comes first has the machine.

/** The machines of a run, and the names of hosts (`hosts[].name`) that lead to each of them. */
export class MachineNames {
  readonly #inProgram = new Set<string>();
  readonly #read = new Map<string, Map<string, string>>();
  readonly #changed = new Map<string, { readonly hostName: string; readonly shown: string }>();

  /** Records a name of the program: one that left it is no second name, but a former one. */
  noteInProgram(hostName: unknown): void {
    if (typeof hostName === "string") this.#inProgram.add(hostName);
  }

  /** Records a name by which a refresh has read the machine. */
  noteRead(running: string, hostName: string, shown: string): void {
    const names = this.#read.get(running) ?? new Map<string, string>();
    this.#read.set(running, names.set(hostName, shown));
  }

  /**
   * Whether the host left the program, and no other name of the program has changed the machine: then
   * nothing of this run can prove what an earlier one has left there.
   */
  hasLeft(running: string | undefined, hostName: string | undefined): boolean {
    if (hostName === undefined || running === undefined || this.#inProgram.has(hostName)) return false;
    const names = [...(this.#read.get(running)?.keys() ?? [])];
    return !this.#changed.has(running) && !names.some((name) => this.#inProgram.has(name));
  }

  /** Gives the machine to this name; where another one has it, the result is that one instead. */
  claim(running: string, hostName: string, shown: string): string | undefined {
    if (!this.#inProgram.has(hostName)) return undefined;
    const holder = this.#changed.get(running);
    if (holder !== undefined) return holder.hostName === hostName ? undefined : holder.shown;
    const read = this.#read.get(running);
    const [, earlier] =
      read === undefined || read.has(hostName) ? [] : ([...read].find(([name]) => this.#inProgram.has(name)) ?? []);
    if (earlier === undefined) this.#changed.set(running, { hostName, shown });
    return earlier;
  }
}
