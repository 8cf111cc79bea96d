// Runs shell text in a terminal and answers what is asked there, as the person in front of it would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is typed at each `value:` of `pulumi config set`, in this order. Each question whether to go on is answered with yes. */
  readonly values?: readonly string[];
}

export interface TerminalRun {
  readonly exitCode: number;
  /** What stood on the screen, without colours. */
  readonly output: string;
}

/** Pulumi asks for a value with a block as the cursor, which is gone when it draws the line again behind the answer. */
const valueQuestion = "value: \u001b[7";
/** What else Pulumi asks, and the way to say yes to it. Drawn again with what was typed, each looks otherwise. */
const confirmations: readonly [RegExp, (name: string) => string][] = [
  [/\? {2}\[Use arrows to move[^\]]*\]\s+yes\s+> no\s+details\s*$/, () => "yes\r"],
  [/Confirm\? \(y\/N\)\s*$/, () => "y\r"],
  [/by typing `([^`]+)`:\s*$/, (name) => `${name}\r`],
];

/** Where is the cursor? A terminal answers; Pulumi waits some seconds for one that does not, and learns from it how large it is. */
const cursor = { question: "\u001b[6n", answer: "\u001b[50;200R" };

/** Milliseconds without anything new on the screen, after which a person would type. */
const quiet = 300;

/** The first failing command ends the text, whose exit code is then that of the run. */
export async function inTerminal(text: string, { cwd, env, values = [] }: TerminalOptions): Promise<TerminalRun> {
  const folder = mkdtempSync(join(tmpdir(), "terminal-"));
  const file = join(folder, "commands.sh");
  writeFileSync(file, `stty cols 200 rows 50\nset -e\n${text}`);
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", `bash ${file}`, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm-256color", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
    // a question that is not known here: the test then fails and shows it
    timeout: 240_000,
  });
  // a terminal that has ended takes no word any more; what is said of it is its exit code
  child.stdin.on("error", () => {});
  const left = [...values];
  let output = "";
  /** What came since the last answer. */
  let unanswered = "";
  const answer = () => {
    const typed = answerTo(unanswered, left);
    if (typed === undefined) return;
    unanswered = "";
    child.stdin.write(typed);
  };
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    const [first = "", ...more] = (unanswered + chunk).split(cursor.question);
    unanswered = [first, ...more].join("");
    if (more.length > 0) child.stdin.write(cursor.answer.repeat(more.length));
    clearTimeout(timer);
    timer = setTimeout(answer, quiet);
  });
  try {
    const [code] = await once(child, "close");
    const screen = stripVTControlCharacters(output).replaceAll("\r", "");
    if (left.length > 0 && code === 0) throw new Error(`${left.length} values were not asked for:\n${screen}`);
    return { exitCode: code ?? -1, output: screen };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerTo(unanswered: string, values: string[]): string | undefined {
  const shown = stripVTControlCharacters(unanswered);
  for (const [question, answer] of confirmations) {
    const asked = question.exec(shown);
    if (asked !== null) return answer(asked[1] ?? "");
  }
  if (!unanswered.includes(valueQuestion)) return undefined;
  const value = values.shift();
  // Ctrl-C: a question that nobody expected must not wait for ever
  return value === undefined ? "\u0003" : `${value}\r`;
}
