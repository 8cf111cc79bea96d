// What a person sees of a command: the screen of tmux(1) after it has ended, with what has scrolled off it; or its two outputs where
// they are no terminal.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";

/** How the command is looked at. */
export interface View {
  readonly name: string;
  /** Missing where it is no terminal. */
  readonly columns?: number;
  readonly colours: boolean;
}

export const views: readonly View[] = [
  { name: "60-columns", columns: 60, colours: true },
  { name: "80-columns", columns: 80, colours: true },
  { name: "120-columns", columns: 120, colours: true },
  { name: "no-color", columns: 80, colours: false },
  { name: "no-terminal", colours: true },
];

/** So high that nothing is drawn over what has scrolled off. */
const rows = 200;

/** Runs shell text, and gives what stood on the screen, line by line. */
export async function screenOf(
  command: string,
  { columns, colours }: View,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string[]> {
  const env = colours ? options.env : { ...options.env, NO_COLOR: "1" };
  if (columns === undefined) {
    const { all } = await execa("bash", ["-c", `exec 2>&1 </dev/null\n${command}`], {
      ...options,
      env,
      extendEnv: false,
      reject: false,
      all: true,
    });
    return all.split("\n").map((line) => line.trimEnd());
  }
  const folder = mkdtempSync(join(tmpdir(), "screen-"));
  const tmux = (...args: string[]) => execa("tmux", ["-S", join(folder, "socket"), ...args], { env, extendEnv: false });
  try {
    const script = join(folder, "command.sh");
    writeFileSync(script, `${command}\ntmux wait-for -S ended; sleep 3600\n`);
    const size = ["-x", String(columns), "-y", String(rows)];
    await tmux("-f", "/dev/null", "new-session", "-d", ...size, "-c", options.cwd, `exec bash ${script}`);
    await tmux("wait-for", "ended");
    const { stdout } = await tmux("capture-pane", "-p", "-e", "-S", "-");
    if (!colours && stdout !== stripVTControlCharacters(stdout)) throw new Error(`colours with NO_COLOR: ${command}`);
    return stripVTControlCharacters(stdout)
      .split("\n")
      .map((line) => line.trimEnd());
  } finally {
    await tmux("kill-server").catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}
