// `npm run test:mutation`: each mutant is one wrong place of the product, and a test must fail for it.
// test/mutation/run.ts says which folders.
/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "in-process",
  plugins: ["./test/mutation/in-process.ts"],
  // only the tests that reach a mutant are run for it
  coverageAnalysis: "perTest",
  // what is computed when a module is loaded would need all modules to be loaded again
  ignoreStatic: true,
  // Node takes the types away without a look at them
  disableTypeChecks: false,
  tempDirName: ".lab/stryker",
  // a test that removes a copy of the project must not reach its packages; Node finds them in the folder above
  symlinkNodeModules: false,
  ignorePatterns: [".lab", "coverage"],
  reporters: ["progress", "json"],
  jsonReporter: { fileName: ".lab/mutation.json" },
  thresholds: { high: 95, low: 90, break: 80 },
};
