// Jest on Node's own ES modules; swc only takes the types away. Three kinds of tests, by what they need.
import type { Config } from "jest";
import { groups } from "./test/suites.ts";

const shared: Config = {
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } }],
  },
  testEnvironment: "node",
  // nothing else is searched for tests, neither copies of the project below .lab nor the packages
  roots: ["<rootDir>/test"],
};

// pure functions, and the transport against an in-process SSH server: needs nothing
const unit: Config = { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] };

const config: Config = {
  // On a loaded machine a short test waits for the processes that it starts; one that hangs is found after a minute as well.
  // It stands here because Jest reads no other than that of all projects.
  testTimeout: 60_000,
  testSequencer: "./test/longest-first.ts",
  // `npm run coverage`: Istanbul counts what stands in the source, also the side of a `??` that never came
  collectCoverageFrom: ["providers/**/*.ts", "!providers/dist/**"],
  coverageProvider: "babel",
  coverageReporters: ["text", "json", "html"],
  coverageThreshold: { global: { lines: 99, branches: 94 } },
  projects: [
    unit,
    // host: single resources on real Debian hosts, needs root and name spaces; e2e: the whole program by the real engine on them.
    // test/support/release.ts reads the release
    ...groups.map(({ name, on, suites }) => ({
      ...shared,
      displayName: name,
      globals: on === "own" ? {} : { debian: on },
      testMatch: suites.map((suite) => `<rootDir>/test/${suite}.test.ts`),
    })),
  ],
};

export default config;
