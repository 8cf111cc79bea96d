// `npm run pulumi -- <arguments>`: the Pulumi CLI in this project, on any machine, with the state
// in .lab/ unless PULUMI_BACKEND_URL is set.
import { runProgram } from "./program.ts";
import { runPulumi } from "./stack/run.ts";

await runProgram("pulumi", async () => await runPulumi("pulumi", process.argv.slice(2)));
