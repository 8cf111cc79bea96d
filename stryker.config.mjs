// `npm run test:mutation`: each mutant is one wrong place of the product, and a test must fail for it.
// test/mutation/run.ts says which folders.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: "jest",
  jest: { configFile: "test/mutation/jest.config.ts", enableFindRelatedTests: true },
  testRunnerNodeArgs: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
  // only the tests that reach a mutant are run for it
  coverageAnalysis: "perTest",
  // what is computed when a module is loaded is reached by every test of it: as long as all others together
  ignoreStatic: true,
  // swc takes the types away without a look at them
  disableTypeChecks: false,
  // modules of node:vm are never given back
  maxTestRunnerReuse: 40,
  tempDirName: ".lab/stryker",
  ignorePatterns: [".lab", "coverage"],
  reporters: ["progress", "json"],
  jsonReporter: { fileName: ".lab/mutation.json" },
  thresholds: { high: 95, low: 90, break: 80 },
};
