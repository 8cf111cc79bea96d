// Runs one Pulumi program with the SDK's own runner (`@pulumi/pulumi/cmd/run`) and turns its exit code into what the engine expects.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { sdkFolder } from "./sdk.ts";

/** The runner has already told the user what is wrong: the engine shall add nothing. */
const exitedAfterMessage = 32;

export interface Outcome {
  error: string;
  bail: boolean;
}

/** Starts the program in our own process group: the engine signals that group, so the program never outlives a cancelled run. */
export function startProgram(
  request: RunRequest,
  engineAddress: string,
): { ended: Promise<Outcome>; stop: () => void } {
  const options = runtimeOptions(request);
  const info = request.getInfo();
  const folders = [request.getPwd(), info?.getProgramDirectory() ?? "", info?.getRootDirectory() ?? ""];
  const runner = createRequire(join(sdkFolder(folders), "package.json")).resolve("./cmd/run");
  const nodeArguments = String(options.nodeargs ?? "")
    .split(/\s+/)
    .filter(Boolean);
  // the `node` of PATH, as the official host does it: this process may run on another one
  const child = spawn(
    "node",
    [...nodeArguments, runner, ...flags(request, engineAddress), request.getProgram() || ".", ...request.getArgsList()],
    { stdio: ["ignore", "inherit", "inherit"], env: environment(request, options) },
  );
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(outcome(code, signal)));
  });
  return { ended, stop: () => void child.kill("SIGTERM") };
}

function outcome(code: number | null, signal: NodeJS.Signals | null): Outcome {
  if (code === 0) return { error: "", bail: false };
  if (code === exitedAfterMessage) return { error: "", bail: true };
  const how = code === null ? `was ended by signal ${signal}` : `exited with non-zero exit code: ${code}`;
  return { error: `Program ${how}`, bail: false };
}

function flags(request: RunRequest, engineAddress: string): string[] {
  const values: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    "root-directory": request.getInfo()?.getRootDirectory() ?? "",
  };
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return [...given.flatMap(([name, value]) => [`--${name}`, value]), ...(request.getDryrun() ? ["--dry-run"] : [])];
}

/** Names of the official host: the runner and the SDK's `Config` read them. */
function environment(request: RunRequest, options: Record<string, unknown>): NodeJS.ProcessEnv {
  const config = Object.fromEntries(request.getConfigMap().getEntryList());
  const result: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
  };
  if (typeof options.tsconfig === "string") result.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return result;
}

/** `runtime.options` of Pulumi.yaml. */
function runtimeOptions(request: RunRequest): Record<string, unknown> {
  return request.getInfo()?.getOptions()?.toJavaScript() ?? {};
}
