// At most three lines of what a run printed: those that the row asks for, of an error what was
// found and what to do next, else the end.
import type { LabHost } from "../../lab/hosts/index.ts";
import type { EngineRun } from "../support/stack.ts";

const longest = 240;

export function quoted({ output }: EngineRun, says: readonly RegExp[], host: LabHost): string[] {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.includes(": not tried, because "));
  const asked = says.flatMap((words) => lines.filter((line) => words.test(line)).slice(0, 1));
  const told = ["found: ", "next: ", "code: "].flatMap((word) =>
    lines.filter((line) => line.startsWith(word)).slice(0, 1),
  );
  const deleted = lines.filter((line) => /^- \d+ deleted/.test(line));
  // the outputs that a destroy prints are those that it takes away
  const ends = deleted.length > 0 ? deleted : lines.filter((line) => /^(mail: "|error: )/.test(line)).slice(0, 2);
  const chosen = [...new Set([...asked, ...told, ...ends])].slice(0, 3);
  const shown = chosen.length > 0 ? chosen : lines.slice(-2);
  return shown.map((line) => shortened(general(line, host)));
}

/** Without the names of this run. */
function general(line: string, host: LabHost): string {
  return line
    .replaceAll(`${host.name}.lab.example`, "mail1.example.org")
    .replaceAll(host.name, "mail1")
    .replaceAll(host.address, "192.0.2.25")
    .replaceAll(/10\.213\.0\.\d+/g, "192.0.2.1")
    .replaceAll(/127\.0\.0\.1:\d+/g, "192.0.2.25:22")
    .replaceAll(/\/(tmp|root)\/[^\s"]*sasl-mail-host[^\s"/]*/g, "…");
}

function shortened(line: string): string {
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
