// `npm run give-back -- HOST`: brings one host back to how it was found, and takes it out of the
// stack's state.
import { depart } from "./departure/departure.ts";
import { runProgram } from "./program.ts";

const name = "give-back";

await runProgram(
  name,
  async () =>
    await depart({
      name,
      description: "Brings a host back to how it was before the first `up`, and takes it out of the state of a stack.",
      says: (resources) =>
        `the host is brought back to how it was before the first up, and its ${resources} resources are taken out of the state`,
      // The outputs that it would print are those of the last run, with whose failures this has nothing to do.
      command: (urn) => [
        "destroy",
        "--run-program=false",
        "--target",
        urn,
        "--target-dependents",
        "--suppress-outputs",
      ],
    }),
);
