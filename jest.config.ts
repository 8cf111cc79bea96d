// Jest on Node's own ES modules; swc only takes the types away. Three kinds of tests, by what they need.
import type { Config } from "jest";

const shared: Config = {
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } }],
  },
  testEnvironment: "node",
  // copies of the project that tests of the engine run from
  modulePathIgnorePatterns: ["<rootDir>/.lab"],
};

const config: Config = {
  projects: [
    // pure functions, and the transport against an in-process SSH server: needs nothing
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    // single resources on real Debian hosts: needs root and name spaces
    { ...shared, displayName: "host", testMatch: ["<rootDir>/test/host/**/*.test.ts"] },
    // the whole program by the real engine on real Debian hosts
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
  ],
};

export default config;
