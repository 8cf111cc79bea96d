// The tests that a mutant meets: those without a host that look at what the product does, not at its text, its packaging or the command line.
// MUTATION_TESTS narrows them to folders of test/unit.
import type { Config } from "jest";
import { unit } from "../../jest.config.ts";

const { MUTATION_TESTS = "engine,errors,facts,host,pulumi,recipe,resources,steps,transaction" } = process.env;

const config: Config = {
  ...unit,
  rootDir: "../..",
  testTimeout: 60_000,
  testMatch: [`<rootDir>/test/unit/{,${MUTATION_TESTS}}/**/*.test.ts`],
};

export default config;
