// Begins a stack of the lab without a trace in the project: neither a file of the stack there, nor another stack selected.
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

interface NewStack {
  readonly name: string;
  /** The folder of the project, with its Pulumi.yaml. */
  readonly project: string;
  /** A folder of the lab's own. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** `stack init` writes the salt of the passphrase to Pulumi.<name>.yaml beside Pulumi.yaml: here beside a copy of it. */
export async function beginStack({ name, project, folder, env }: NewStack): Promise<void> {
  const copy = join(folder, "project");
  mkdirSync(copy, { recursive: true });
  copyFileSync(join(project, "Pulumi.yaml"), join(copy, "Pulumi.yaml"));
  await execa("pulumi", ["stack", "init", name, "--no-select", "--non-interactive"], {
    cwd: copy,
    env,
    extendEnv: false,
  });
}
