// The outages as a table: a row for each change, a column for each port.
import type { Served } from "./client.ts";

export interface OutageRow extends Served {
  readonly debian: number;
  readonly what: string;
  readonly port: number;
}

const ports = [25, 465, 587] as const;

export function outageTable(rows: readonly OutageRow[]): string {
  const lines = [...new Set(rows.map(({ what }) => what))].map((what) => {
    const cells = ports.map((port) => {
      const found = rows.filter((row) => row.what === what && row.port === port);
      return found.map(({ outage, slowest }) => `${outage.toFixed(2)} (${slowest.toFixed(2)})`).join(" / ") || "–";
    });
    return `| ${what} | ${cells.join(" | ")} |`;
  });
  return `# Outage while changing

Made by \`npm run bench:outage\`; do not edit. A client connects to each port every 20 ms while \`up\` runs. Seconds in which it was refused, and
in brackets the longest that it waited for its banner (on 465: to be connected); Debian 12 / 13.

| change | ${ports.map((port) => `port ${port}`).join(" | ")} |
| --- | ${ports.map(() => "---").join(" | ")} |
${lines.join("\n")}
`;
}
