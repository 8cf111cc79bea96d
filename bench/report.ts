// The results: docs/benchmark.json keeps all runs with machine and versions, the table and the picture are drawn from it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { cliVersion } from "../cli/engine/versions.ts";
import { projectRoot } from "../lab/paths.ts";
import { cases } from "./cases.ts";
import { picture } from "./picture.ts";
import type { Row } from "./run-case.ts";

export interface Results {
  readonly machine: Record<string, string | number>;
  readonly versions: Record<string, string>;
  rows: Row[];
}

const file = (ending: string) => join(projectRoot, "docs", `benchmark.${ending}`);

/** Puts new rows in the place of older ones of the same case and release. */
export function writeReport(rows: readonly Row[]): void {
  const before = existsSync(file("json")) ? (JSON.parse(readFileSync(file("json"), "utf8")) as Results).rows : [];
  const kept = before.filter((old) => !rows.some((row) => row.case === old.case && row.debian === old.debian));
  const order = cases.map(({ name }) => name);
  const sorted = [...kept, ...rows].sort(
    (a, b) => order.indexOf(a.case) - order.indexOf(b.case) || a.debian - b.debian,
  );
  const results: Results = { machine: machine(), versions: versions(), rows: sorted };
  writeFileSync(file("json"), `${JSON.stringify(results, rounded, 1)}\n`);
  writeFileSync(file("md"), table(results));
  writeFileSync(file("svg"), picture(results.rows));
}

/** Milliseconds are enough. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toFixed(3)) : value;
}

function machine(): Results["machine"] {
  return {
    processor: cpus()[0]?.model.trim() ?? "",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}

function versions(): Results["versions"] {
  const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  const peers = readFileSync(join(projectRoot, "bench", "peers", "requirements.txt"), "utf8");
  const [, ansible = "", pyinfra = ""] = /ansible-core==(\S+)\s+pyinfra==(\S+)/.exec(peers) ?? [];
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: projectRoot }).toString().trim();
  return {
    commit,
    pulumi: cliVersion,
    sdk: manifest.dependencies["@pulumi/pulumi"],
    node: process.version,
    ansible,
    pyinfra,
  };
}

function table({ machine: on, versions: of, rows }: Results): string {
  const contenders = [...new Set(cases.flatMap((one) => one.contenders.map(({ name }) => name)))].filter((name) =>
    rows.some(({ contender }) => contender === name),
  );
  const lines = cases.flatMap(({ name, what }) => {
    const cells = contenders.map((contender) => {
      const found = rows.filter((row) => row.case === name && row.contender === contender);
      return found.map(({ wall }) => wall.toFixed(wall < 10 ? 2 : 1)).join(" / ") || "–";
    });
    return cells.every((cell) => cell === "–") ? [] : [`| ${what} | ${cells.join(" | ")} |`];
  });
  const runs = Math.min(...rows.map((row) => row.runs.length));
  return `# Benchmark

Made by \`npm run bench\`; do not edit. Medians of at least ${runs} runs in turn, wall seconds, Debian 12 / 13. ${Object.entries(
    of,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}; ${on.cores} cores of ${on.processor}, ${on.memoryGiB} GiB, Linux ${on.kernel}.
What each column is, and what is behind the figures: [performance.md](performance.md).

| case | ${contenders.join(" | ")} |
| --- | ${contenders.map(() => "---").join(" | ")} |
${lines.join("\n")}
`;
}
