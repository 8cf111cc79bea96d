// The environment of a self-contained run: the engine found, its state in a local folder, nothing asked from Pulumi's service.
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheRoot, checkoutState, projectRoot } from "../paths.ts";
import type { Engine } from "./source.ts";

const leanSdk = pathToFileURL(join(projectRoot, "providers", "lean-sdk.ts")).href;

export interface EnvironmentOptions {
  /** Folder of the file backend. Given, it wins over the user's own backend: a test must never reach a real stack. */
  stateFolder?: string;
}

/** True if the user has a backend of their own; then their login and passphrase are theirs to give as well (else: stack/passphrase.ts). */
export function usesOwnBackend({ stateFolder }: EnvironmentOptions = {}): boolean {
  return stateFolder === undefined && Boolean(process.env.PULUMI_BACKEND_URL);
}

export function engineEnvironment(engine: Engine, options: EnvironmentOptions = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...engine.environment,
    // The engine starts `node` for the program and for the dynamic provider: it must be the pinned one, which reads TypeScript.
    PATH: [...engine.folders, join(projectRoot, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    NODE_COMPILE_CACHE: join(cacheRoot, "compile"),
    // What Pulumi.yaml does for the program, for the process of the dynamic provider too.
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${leanSdk}`].filter(Boolean).join(" "),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // `refresh` and `destroy` then see today's connection, not the one of the last `up`.
    PULUMI_RUN_PROGRAM: "true",
    // One bad host must not leave the others of its wave half-way.
    PULUMI_CONTINUE_ON_ERROR: "true",
  };
  return usesOwnBackend(options) ? environment : { ...environment, ...localBackend(options) };
}

function localBackend({ stateFolder = join(checkoutState, "pulumi") }: EnvironmentOptions): NodeJS.ProcessEnv {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  return {
    PULUMI_BACKEND_URL: `file://${stateFolder}`,
    // Selected stacks and logins of these commands stay apart from those of the user's own `pulumi`.
    PULUMI_HOME: process.env.PULUMI_HOME || join(cacheRoot, "pulumi-home"),
  };
}
