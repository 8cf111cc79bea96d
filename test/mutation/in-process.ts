// A test runner of Stryker that loads all tests once and runs those that reach a mutant by name. Jest loads every module anew for each mutant, which
// takes a second each; this takes milliseconds. What only happens while modules are loaded is not tried (`ignoreStatic`).
import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InstrumenterContext } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { Collected, type CollectedTest } from "./collected.ts";

const { MUTATION_TESTS = "core,engine,facts,host,recipe,resources,steps,transaction" } = process.env;

class InProcessRunner implements TestRunner {
  readonly #collected = new Collected();
  readonly #tests = new Map<string, CollectedTest>();
  readonly #milliseconds = new Map<string, number>();
  readonly #context: InstrumenterContext = {};
  /** An error that no test has waited for. */
  #stray: unknown;

  /** Not so, but else Stryker would start a new process for each place that is also passed while modules are loaded. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const scope = globalThis as { __stryker__?: InstrumenterContext; __collected__?: unknown };
    scope.__stryker__ = this.#context;
    scope.__collected__ = this.#collected.globals();
    const names = Object.keys(this.#collected.globals());
    const globals = `data:text/javascript,export const { ${names.join(", ")} } = globalThis.__collected__;`;
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === "@jest/globals" ? { url: globals, shortCircuit: true } : next(specifier, context),
    });
    for (const event of ["uncaughtException", "unhandledRejection"])
      process.on(event, (error: unknown) => {
        this.#stray = error;
      });
    const files = globSync(`test/unit/{${MUTATION_TESTS},none}/**/*.test.ts`).toSorted();
    for (const file of files) {
      const isRead = await this.#collected.read(file, (path) => import(pathToFileURL(join(process.cwd(), path)).href));
      if (!isRead) process.stderr.write(`left out, since it needs more of Jest: ${file}\n`);
    }
    for (const test of this.#collected.tests) this.#tests.set(test.id, test);
  }

  async dryRun(_options: DryRunOptions): Promise<DryRunResult> {
    const results: TestResult[] = [];
    for (const [id, test] of this.#tests) {
      const startedAt = performance.now();
      this.#context.currentTestId = id;
      const failure = await this.#run(test);
      delete this.#context.currentTestId;
      const timeSpentMs = performance.now() - startedAt;
      this.#milliseconds.set(id, timeSpentMs);
      // it passes with Jest, in a process of its own
      if (failure !== undefined)
        process.stderr.write(`left out, since it fails here: ${id}: ${failure.split("\n")[0]}\n`);
      else results.push({ id, name: id, fileName: test.file, timeSpentMs, status: TestStatus.Success });
    }
    const { mutantCoverage } = this.#context;
    return { status: DryRunStatus.Complete, tests: results, ...(mutantCoverage && { mutantCoverage }) };
  }

  /** The quickest test first: most mutants end with it. */
  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    const asked = (testFilter ?? [...this.#tests.keys()]).flatMap((id) => this.#tests.get(id) ?? []);
    const spent = ({ id }: CollectedTest) => this.#milliseconds.get(id) ?? 0;
    const tests = asked.toSorted((one, other) => spent(one) - spent(other));
    Object.assign(this.#context, {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    });
    try {
      for (const [index, test] of tests.entries()) {
        const failureMessage = await this.#run(test);
        const isEndless = determineHitLimitReached(this.#context.hitCount, hitLimit);
        if (isEndless !== undefined) return { ...isEndless, status: MutantRunStatus.Timeout };
        if (failureMessage !== undefined)
          return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests: index + 1 };
      }
      return { status: MutantRunStatus.Survived, nrOfTests: tests.length };
    } finally {
      delete this.#context.activeMutant;
    }
  }

  async #run(test: CollectedTest): Promise<string | undefined> {
    this.#stray = undefined;
    const failure = await this.#collected.run(test);
    return failure ?? (this.#stray === undefined ? undefined : String(this.#stray));
  }
}

const create = () => new InProcessRunner();
create.inject = [] as const;

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", create as never)];
