// Finds the Pulumi SDK of the program that is to be run. This file lives in a cache folder, so a plain import would find nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import type * as LanguageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type * as Language from "@pulumi/pulumi/proto/language_pb.js";
import type * as Plugin from "@pulumi/pulumi/proto/plugin_pb.js";

export interface Sdk {
  version: string;
  grpc: typeof Grpc;
  service: Grpc.ServiceDefinition;
  messages: typeof Language;
  plugin: typeof Plugin;
}

/** Loads the SDK's generated gRPC code, found from the first of the folders that has @pulumi/pulumi. */
export function loadSdk(folders: string[]): Sdk {
  const root = sdkFolder(folders);
  // From inside the SDK, so that its own copy of grpc is found wherever npm has put it.
  const load = createRequire(join(root, "package.json"));
  const { LanguageRuntimeService } = load("./proto/language_grpc_pb") as typeof LanguageService;
  return {
    version: readJson(join(root, "package.json")).version ?? "",
    grpc: load("@grpc/grpc-js"),
    service: LanguageRuntimeService,
    messages: load("./proto/language_pb"),
    plugin: load("./proto/plugin_pb"),
  };
}

/** Folder of the package @pulumi/pulumi as seen from these folders. */
export function sdkFolder(folders: string[]): string {
  for (const folder of folders.filter(Boolean)) {
    try {
      return dirname(createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/package.json"));
    } catch {
      // Not here: try the next one.
    }
  }
  throw new Error(`@pulumi/pulumi is not installed for ${folders[0]}: run \`npm ci\` there first`);
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
}

export function readJson(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8"));
}
