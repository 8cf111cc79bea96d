// The engine of a demo, with its own live output.
import { execa } from "execa";

/** Another exit code than the expected one is an error. */
export type Pulumi = (args: readonly string[], expected?: number) => Promise<void>;

interface At {
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Names the stack and its file. */
  readonly at: readonly string[];
}

export function pulumiFor({ project, environment, at }: At): Pulumi {
  return async (args, expected = 0) => {
    const { exitCode } = await execa("pulumi", [...args, ...at], {
      cwd: project,
      env: environment,
      extendEnv: false,
      stdio: "inherit",
      reject: false,
    });
    if (exitCode !== expected) throw new Error(`pulumi ${args[0]} ended with ${exitCode}, expected was ${expected}`);
  };
}
