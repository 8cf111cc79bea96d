// Makes docs/demo.txt: what `npm run demo` shows in a real run, without the lines that a terminal overwrites, for machines that cannot boot a host.
// Run it after a change that is seen in the demo: sh cli/bootstrap.sh lab/demo/record.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { runProgram } from "../../cli/program.ts";
import { projectRoot } from "../paths.ts";

const file = join("docs", "demo.txt");

/** What a terminal overwrites: signs of life, and the lines of resources that are under way or stay as they are. */
const overwritten =
  /^@ |^ [ +~-] +(pulumi|sasl)\S+ \S+($| (refreshing|refresh|creating|updating|deleting|running)( |$))/;

/** Of others who use the lab at that moment. */
const waits = /^lab: waiting for /;

await runProgram("record", async () => {
  // no terminal and no colours, so that the file holds what a person reads and nothing else
  const env = { ...process.env, NO_COLOR: "1", TZ: "UTC", npm_lifecycle_event: "demo" };
  const { all } = await execa(process.execPath, [join("lab", "demo", "cli.ts")], {
    cwd: projectRoot,
    env,
    all: true,
    stdin: "ignore",
  });
  const today = new Date().toISOString().slice(0, 10);
  const heading = `npm run demo, a real run of ${today}, without the lines that a terminal overwrites; made by lab/demo/record.ts`;
  writeFileSync(join(projectRoot, file), `${heading}\n${tidied(all)}\n`);
  process.stdout.write(`${file} is made\n`);
  return 0;
});

function tidied(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  return lines
    .filter((line) => !overwritten.test(line) && !waits.test(line))
    .filter(isFirstOfRun())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** The line of a resource that a terminal would draw over the same one, as that of the stack at the end of a preview. */
function isFirstOfRun(): (line: string) => boolean {
  const rows = new Set<string>();
  return (line) => {
    if (line.startsWith("=== ")) rows.clear();
    const isRepeated = rows.has(line);
    if (/^ [ +~-] +(pulumi|sasl)/.test(line)) rows.add(line);
    return !isRepeated;
  };
}
