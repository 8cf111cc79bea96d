// The methods of Pulumi's LanguageRuntime that an `up` needs. All others answer UNIMPLEMENTED (grpc does that), which the engine accepts.
import { join } from "node:path";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { AboutRequest, GetProgramDependenciesRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { type PluginCall, runPolicyPack } from "./policy-pack.ts";
import { startProgram } from "./program.ts";
import { readJson, type Sdk } from "./sdk.ts";

type Reply = (error: Error | null, response?: unknown) => void;
type Method<Request> = (call: { request: Request }, reply: Reply) => void;

export function languageRuntime(sdk: Sdk, engineAddress: string) {
  const { messages, plugin } = sdk;
  let stopProgram = (): void => {};

  const getPluginInfo: Method<unknown> = (_call, reply) => reply(null, new plugin.PluginInfo().setVersion(sdk.version));

  // Empty, where the official host names the plugin of each npm package that needs one: a plugin can only be had from Pulumi's site.
  const getRequiredPackages: Method<unknown> = (_call, reply) =>
    reply(null, new messages.GetRequiredPackagesResponse());
  const getRequiredPlugins: Method<unknown> = (_call, reply) => reply(null, new messages.GetRequiredPluginsResponse());

  const run: Method<RunRequest> = async ({ request }, reply) => {
    try {
      const program = startProgram(request, engineAddress);
      stopProgram = program.stop;
      const { error, bail } = await program.ended;
      reply(null, new messages.RunResponse().setError(error).setBail(bail));
    } catch (error) {
      reply(error as Error);
    }
  };

  // The only plugins in TypeScript that the engine starts through us are policy packs: `--policy-pack FOLDER`.
  const runPlugin = (call: PluginCall): void => runPolicyPack(sdk, call);

  const about: Method<AboutRequest> = (_call, reply) =>
    reply(null, new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version));

  const getProgramDependencies: Method<GetProgramDependenciesRequest> = ({ request }, reply) => {
    const response = new messages.GetProgramDependenciesResponse();
    try {
      const root = request.getInfo()?.getRootDirectory() ?? process.cwd();
      for (const name of Object.keys(readJson(join(root, "package.json")).dependencies ?? {})) {
        const { version } = readJson(join(root, "node_modules", name, "package.json"));
        response.addDependencies(new messages.DependencyInfo().setName(name).setVersion(version ?? ""));
      }
      reply(null, response);
    } catch (error) {
      reply(error as Error);
    }
  };

  // A typed request stands where grpc's own type has `any`.
  const implementation = {
    getPluginInfo,
    getRequiredPackages,
    getRequiredPlugins,
    run,
    runPlugin,
    about,
    getProgramDependencies,
  } as UntypedServiceImplementation;
  return { implementation, stopProgram: () => stopProgram() };
}
