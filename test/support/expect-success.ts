// What a test asks of a run of the engine that should work.
import { expect } from "@jest/globals";
import type { EngineRun } from "./stack.ts";

/** Fails with all that the engine printed. */
export function expectSuccess(run: EngineRun): void {
  expect({ exitCode: run.exitCode, output: run.exitCode === 0 ? "" : run.output }).toEqual({ exitCode: 0, output: "" });
}
