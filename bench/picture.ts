// The picture for the README: a bar for each contender in each case, mean of both releases.
import { cases } from "./cases.ts";
import type { Row } from "./run-case.ts";

const width = 760;
const left = 250;
const barHeight = 16;
const colours: Readonly<Record<string, string>> = {
  "sasl-mail-host": "#6d28d9",
  "bare engine": "#c4b5fd",
  Ansible: "#dc2626",
  pyinfra: "#f59e0b",
  "plain ssh": "#6b7280",
};

/** Works on a light and on a dark page: text takes the colour that fits. */
export function picture(rows: readonly Row[]): string {
  const groups = cases.flatMap(({ name, what }) => {
    const bars = [...new Set(rows.filter((row) => row.case === name).map(({ contender }) => contender))].map(
      (contender) => {
        const found = rows.filter((row) => row.case === name && row.contender === contender);
        return { contender, wall: found.reduce((sum, { wall }) => sum + wall, 0) / found.length };
      },
    );
    return bars.length === 0 ? [] : [{ what, bars }];
  });
  let y = 10;
  const drawn = groups.map(({ what, bars }) => {
    const longest = Math.max(...bars.map(({ wall }) => wall));
    const head = `<text x="10" y="${y + 13}" font-weight="bold">${what}</text>`;
    y += 22;
    const lines = bars.map(({ contender, wall }) => {
      const length = Math.max(2, ((width - left - 80) * wall) / longest);
      const line = `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${contender}</text><rect x="${left}" y="${y}" width="${length.toFixed(0)}" height="${barHeight - 3}" rx="2" fill="${colours[contender] ?? "#000"}"/><text x="${(left + length + 6).toFixed(0)}" y="${y + 12}">${wall.toFixed(wall < 10 ? 1 : 0)} s</text>`;
      y += barHeight;
      return line;
    });
    y += 12;
    return [head, ...lines].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="12">
<title>Wall seconds of each contender in each case: shorter is better</title>
<style>text{fill:#111}@media(prefers-color-scheme:dark){text{fill:#eee}}</style>
${drawn.join("\n")}
</svg>
`;
}
