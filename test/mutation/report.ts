// What Stryker's JSON report says in a few lines: how many mutants were killed, and each that was not.

/** The parts of the report that are read here (mutation-testing-report-schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

const killed = ["Killed", "Timeout"];
const alive = ["Survived", "NoCoverage"];

/** "95.1 % of 1234 mutants killed, 60 survived". Those that were left out on purpose do not count. */
export function scoreOf({ files }: MutationReport): string {
  const mutants = Object.values(files).flatMap(({ mutants }) => mutants);
  const counted = (statuses: readonly string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [dead, left] = [counted(killed), counted(alive)];
  return `${((100 * dead) / Math.max(1, dead + left)).toFixed(1)} % of ${dead + left} mutants killed, ${left} survived`;
}

/** One line a survivor: place, what stands there, and what could stand there without any test failing. */
export function survivorsOf({ files }: MutationReport): string[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants
      .filter(({ status }) => alive.includes(status))
      .toSorted((one, other) => one.location.start.line - other.location.start.line)
      .map(({ location, replacement = "", mutatorName, status }) => {
        const untouched = status === "NoCoverage" ? ", reached by no test" : "";
        return `${path}:${location.start.line} ${short(textAt(source, location))} → ${short(replacement)} (${mutatorName}${untouched})`;
      }),
  );
}

function textAt(source: string, { start, end }: Mutant["location"]): string {
  const rows = source.split("\n").slice(start.line - 1, end.line);
  const last = rows.length - 1;
  return rows
    .map((row, index) => row.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join(" ");
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 67)}…` : line;
}
