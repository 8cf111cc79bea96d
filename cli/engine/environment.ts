// The environment of a self-contained run: the engine that was found, its state in a local folder,
// and no use of Pulumi's service.
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheRoot, checkoutState, projectRoot } from "../paths.ts";
import type { Engine } from "./source.ts";

const leanSdk = pathToFileURL(join(projectRoot, "providers", "lean-sdk.ts")).href;

export interface EnvironmentOptions {
  /**
   * Folder of the file backend. It overrides the user's own backend, because a test must never
   * reach a real stack.
   */
  stateFolder?: string;
}

/**
 * True if the user has a backend of their own, for which they give login and passphrase themselves
 * (else: stack/passphrase.ts).
 */
export function usesOwnBackend({ stateFolder }: EnvironmentOptions = {}): boolean {
  return stateFolder === undefined && Boolean(process.env.PULUMI_BACKEND_URL);
}

export function engineEnvironment(engine: Engine, options: EnvironmentOptions = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...engine.environment,
    // The engine starts `node` for the program and for the dynamic provider: it must be the pinned
    // version, which runs TypeScript.
    PATH: [...engine.folders, join(projectRoot, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    NODE_COMPILE_CACHE: join(cacheRoot, "compile"),
    // Pulumi.yaml does this for the program; the process of the dynamic provider needs it too.
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${leanSdk}`].filter(Boolean).join(" "),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // `refresh` and `destroy` then use the present connection, not the one of the last `up`.
    PULUMI_RUN_PROGRAM: "true",
    // One failing host must not leave the others of its wave incomplete.
    PULUMI_CONTINUE_ON_ERROR: "true",
  };
  return usesOwnBackend(options) ? environment : { ...environment, ...localBackend(options) };
}

function localBackend({ stateFolder = join(checkoutState, "pulumi") }: EnvironmentOptions): NodeJS.ProcessEnv {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  return {
    PULUMI_BACKEND_URL: `file://${stateFolder}`,
    // Selected stacks and logins of these commands are separate from those of the user's own
    // `pulumi`.
    PULUMI_HOME: process.env.PULUMI_HOME || join(cacheRoot, "pulumi-home"),
  };
}
