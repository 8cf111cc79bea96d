// Starts a policy pack with the SDK's own runner (`@pulumi/pulumi/cmd/run-policy-pack`) and hands what it prints on to the engine, which
// reads the port of the pack's server from it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { type Sdk, sdkFolder } from "./sdk.ts";

/** A gRPC call whose answer is a stream. */
export interface PluginCall {
  readonly request: RunPluginRequest;
  write(response: RunPluginResponse): void;
  end(): void;
  on(event: "cancelled", listener: () => void): void;
}

/** Ends with the pack, or ends the pack when the engine gives up the call. */
export function runPolicyPack({ messages }: Sdk, call: PluginCall): void {
  const { request } = call;
  const pack = request.getInfo()?.getProgramDirectory() ?? "";
  const runner = createRequire(join(sdkFolder([pack, request.getPwd()]), "package.json")).resolve(
    "./cmd/run-policy-pack",
  );
  const child = spawn(process.execPath, [runner, ...request.getArgsList(), pack], {
    // the pack's own folder, as the official host does
    cwd: pack,
    stdio: ["ignore", "pipe", "pipe"],
    env: Object.fromEntries(request.getEnvList().map((entry) => entry.split(/=(.*)/s, 2))),
  });
  child.stdout.on("data", (chunk: Buffer) => call.write(new messages.RunPluginResponse().setStdout(chunk)));
  child.stderr.on("data", (chunk: Buffer) => call.write(new messages.RunPluginResponse().setStderr(chunk)));
  child.on("close", (code) => {
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => void child.kill("SIGTERM"));
}
