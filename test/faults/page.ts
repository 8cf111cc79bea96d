// docs/faults.md: each row with what was seen on each release.
import type { Fault, NotRun, Outcome } from "./fault.ts";

const head = `# Faults

Made by \`npm run test:faults\`, which carries each of these faults out on booted Debian hosts with the real engine; do not edit it by hand.
\`npm run test:faults -- ROW --debian 13\` does it with one of them, \`--list\` names them all. After each operation, once the fault has ended, the host is compared, file by
file, with its state before or with a host that met no fault. Then follow, without the fault: \`up\` after a host as before, \`destroy\` after one as
asked, both after anything in between, nothing where neither the fault nor the operation reached the host; \`up\` must reach the same host and a login
that smtplib makes, \`destroy\` must give the first day back.
\`faults.md N\` and \`HN\` are the numbers of the lists that asked for a row. "As it should" is _no_ where anything was otherwise, with what it was.
`;

export function pageOf(faults: readonly Fault[], notRun: readonly NotRun[], outcomes: readonly Outcome[]): string {
  const of = (id: string) => outcomes.filter((outcome) => outcome.id === id).sort((a, b) => a.debian - b.debian);
  const known = outcomes.filter(({ id }) => faults.some((fault) => fault.id === id));
  const right = known.filter(({ wrong }) => wrong.length === 0).length;
  const dates = [...new Set(known.map(({ date }) => date))].sort();
  const when = dates.length === 0 ? "never" : [...new Set([dates[0], dates.at(-1)])].join(" to ");
  const tally = `**${faults.length} rows, ${known.length} runs (${when}): ${right} as they should, ${known.length - right} not.** ${notRun.length} more are not run, with the reason at the end.\n`;
  const begun = faults.filter(({ id }) => of(id).length > 0);
  const unbegun = faults.filter(({ id }) => of(id).length === 0);
  return [
    head,
    tally,
    ...begun.map((fault) => section(fault, of(fault.id))),
    "## Not run\n",
    [
      ...notRun.map(({ id, of: source, fault, because }) => `- \`${id}\` (${source}): ${fault}. ${because}`),
      ...unbegun.map(({ id, of: source, fault }) => `- \`${id}\` (${source}): ${fault}. Not carried out yet.`),
      "",
    ].join("\n"),
  ].join("\n");
}

function section({ id, of, fault, meets, start, inject }: Fault, outcomes: readonly Outcome[]): string {
  const place = start === "bare" ? "bare host" : "host with Postfix in use";
  const operation =
    meets === "up"
      ? `first \`up\`, ${place}`
      : `${meets === "change" ? "`up` with a change" : `\`${meets}\``}, ${place}, proved before`;
  const runs = outcomes.map(({ debian, exitCode, seen, seconds, left, wrong, date }) => {
    const verdict = wrong.length === 0 ? "as it should: yes" : `as it should: **no** – ${wrong.map(plain).join("; ")}`;
    const lines = seen.map((line) => `  > ${plain(line).replace(/^[-+] /, "")}\n`).join("");
    return `- Debian ${debian} (${date}): exit status ${exitCode} after ${seconds} s; left: ${plain(left)}; ${verdict}\n\n${lines}`;
  });
  const how = inject.map((each) => each.how).join("; ");
  return `### ${id}\n\n${fault}. (${of}; ${operation})\n\nHow: ${how || "as the operation is run"}\n\n${runs.join("\n")}`;
}

/** Text that Markdown shows as it is, in one line and in its format. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[<>*_`[\]\\]/g, (character) => `\\${character}`);
}
