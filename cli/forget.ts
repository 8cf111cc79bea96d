// `npm run forget -- HOST`: takes a host out of the stack's state without touching it, such as one
// that no longer exists.
import { depart } from "./departure/departure.ts";
import { runProgram } from "./program.ts";

const name = "forget";

await runProgram(
  name,
  async () =>
    await depart({
      name,
      description: "Takes a host out of the state of a stack. The host is not contacted, and stays as it is.",
      says: (resources) =>
        `its ${resources} resources are taken out of the state; the host is not contacted, and stays as it is`,
      command: (urn) => ["state", "delete", urn, "--target-dependents"],
    }),
);
