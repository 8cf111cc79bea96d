// The tests of the project without Jest around them: collected by name as their files are imported, and run one by one in this process.
import { expect } from "expect";
import { bind } from "jest-each";
import { ModuleMocker } from "jest-mock";

type Work = () => unknown;

interface Scope {
  readonly name: string;
  readonly above: Scope | undefined;
  readonly before: Work[];
  readonly after: Work[];
  readonly beforeAll: Work[];
}

export interface CollectedTest {
  readonly id: string;
  readonly file: string;
  readonly scope: Scope;
  readonly work: Work;
}

const scopeNamed = (name: string, above?: Scope): Scope => ({ name, above, before: [], after: [], beforeAll: [] });

export class Collected {
  readonly tests: CollectedTest[] = [];
  #file = "";
  #scope = scopeNamed("");
  readonly #begun = new Set<Scope>();

  /** Imports a file of tests, and says whether that went well: one that needs more of Jest than this has is left out. */
  async read(file: string, load: (file: string) => Promise<unknown>): Promise<boolean> {
    const count = this.tests.length;
    this.#file = file;
    this.#scope = scopeNamed("");
    try {
      await load(file);
      return true;
    } catch {
      this.tests.length = count;
      return false;
    }
  }

  /** What a file of tests imports from @jest/globals. */
  globals(): Readonly<Record<string, unknown>> {
    const test = (name: string, work: Work) => {
      const names = [this.#file, ...scopesOf(this.#scope).map((scope) => scope.name), name];
      const id = names.filter(Boolean).join(" › ");
      const same = this.tests.filter((one) => one.id === id || one.id.startsWith(`${id} #`)).length;
      this.tests.push({ id: same === 0 ? id : `${id} #${same}`, file: this.#file, scope: this.#scope, work });
    };
    const describe = (name: string, block: Work) => {
      const outer = this.#scope;
      this.#scope = scopeNamed(name, outer);
      block();
      this.#scope = outer;
    };
    const mocker = new ModuleMocker(globalThis);
    return {
      expect,
      test: Object.assign(test, { each: bind(test as never) }),
      describe: Object.assign(describe, { each: bind(describe as never, false) }),
      beforeEach: (work: Work) => void this.#scope.before.push(work),
      afterEach: (work: Work) => void this.#scope.after.push(work),
      beforeAll: (work: Work) => void this.#scope.beforeAll.push(work),
      // what a file has opened ends with the process
      afterAll: () => {},
      jest: {
        fn: mocker.fn.bind(mocker),
        spyOn: mocker.spyOn.bind(mocker),
        restoreAllMocks: () => mocker.restoreAllMocks(),
        useRealTimers: () => {},
        setTimeout: () => {},
      },
    };
  }

  /** The message of the failure; `undefined` where the test passes. */
  async run({ scope, work }: CollectedTest): Promise<string | undefined> {
    const scopes = scopesOf(scope);
    try {
      for (const one of scopes) {
        if (this.#begun.has(one)) continue;
        this.#begun.add(one);
        for (const begin of one.beforeAll) await begin();
      }
      for (const begin of scopes.flatMap(({ before }) => before)) await begin();
      await work();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      for (const end of scopes.toReversed().flatMap(({ after }) => after)) await ended(end);
    }
  }
}

/** From the file's own down to this one. */
function scopesOf(scope: Scope): Scope[] {
  return scope.above === undefined ? [scope] : [...scopesOf(scope.above), scope];
}

/** A test that failed may leave nothing to clean up. */
async function ended(work: Work): Promise<void> {
  try {
    await work();
  } catch {
    // the failure itself is what counts
  }
}
