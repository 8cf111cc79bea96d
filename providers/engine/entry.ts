// The module that the stub in the state loads. Pulumi starts a process for the dynamic providers in
// every operation and ends it by a signal, so Node would never write its compile cache. This file
// writes it. Measured in docs/performance.md.
import * as module from "node:module";
import { join } from "node:path";
import { userCacheFolder } from "./cache-folder.ts";

// The cache is in the user's own folder: anybody could create one in /tmp, and it holds code that
// runs with the keys to the hosts.
const folder = userCacheFolder();
// A namespace import, because Node before 22.1 has no such functions, and a named import of a
// missing one is an error there. NODE_COMPILE_CACHE, where it is set, covers the SDK too. Node
// itself honours NODE_DISABLE_COMPILE_CACHE.
if (folder !== undefined && module.getCompileCacheDir?.() === undefined)
  module.enableCompileCache?.(join(folder, "pulumi-postfix-sasl"));

const protocol = await import("./index.ts");
const { check, diff, create, read, update } = protocol;
const deleteResource = protocol.delete;

// This costs nothing when everything was in the cache already.
setTimeout(() => module.flushCompileCache?.(), 300).unref();

export { check, create, deleteResource as delete, diff, read, update };
