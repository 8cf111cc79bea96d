// `npm run screens`: what a person sees of demo, preview, up and drift, at several widths of the terminal, without colours and without
// a terminal, as text in docs/screens/. Takes about twenty minutes; with names (`npm run screens -- up drift`) only these are written.
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { runProgram } from "../../cli/program.ts";
import { timed } from "../../cli/progress.ts";
import { becomeRoot } from "../hosts/sudo.ts";
import { projectRoot } from "../paths.ts";
import { type Stage, scenes, setStage } from "./scenes.ts";
import { screenOf, views } from "./terminal.ts";

const folder = join(projectRoot, "docs/screens");
const here = { cwd: projectRoot, env: process.env };

await runProgram("screens", async () => {
  const { args } = new Command("screens")
    .description("Writes what a person sees of the commands to docs/screens/")
    .argument("[name...]", `demo, ${scenes.map(({ name }) => name).join(", ")}; without any, all of them`)
    .parse();
  becomeRoot();
  mkdirSync(folder, { recursive: true });
  const isAsked = (name: string) => args.length === 0 || args.includes(name);
  if (scenes.some(({ name }) => isAsked(name))) await playScenes(isAsked);
  if (isAsked("demo"))
    for (const view of views)
      await timed(`demo, ${view.name}`, async () =>
        write("demo", view.name, "npm run demo", await screenOf("npm run demo", view, here)),
      );
  return 0;
});

/** All scenes in each view: one stands on the other. */
async function playScenes(isAsked: (name: string) => boolean): Promise<void> {
  const stage = await setStage();
  try {
    for (const view of views) await timed(view.name, () => playIn(view, stage, isAsked));
  } finally {
    await stage.clear();
  }
}

async function playIn(view: (typeof views)[number], stage: Stage, isAsked: (name: string) => boolean): Promise<void> {
  await stage.again();
  for (const scene of scenes) {
    await stage.prepare(scene);
    const lines = await screenOf(scene.command, view, { cwd: projectRoot, env: stage.env });
    if (isAsked(scene.name)) write(scene.name, view.name, scene.command, lines);
  }
}

function write(name: string, view: string, command: string, lines: readonly string[]): void {
  const text = [`$ ${command}`, ...lines]
    .join("\n")
    .trimEnd()
    .replaceAll(projectRoot, "~/sasl-mail-host")
    .replaceAll(homedir(), "~");
  writeFileSync(join(folder, `${name}.${view}.txt`), `${text}\n`);
}
