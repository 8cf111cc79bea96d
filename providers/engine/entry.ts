// What the stub in the state loads. Pulumi starts a process for the dynamic providers in every operation and ends it by a signal, so
// Node would never write down what it compiled there: it is done here. Measured in docs/performance.md.
import * as module from "node:module";
import { join } from "node:path";
import { userCacheFolder } from "./cache-folder.ts";

// in the user's own folder: a cache in /tmp could be laid there by somebody else, and holds code that runs with the keys to the hosts
const folder = userCacheFolder();
// A namespace, because Node before 22.1 has no such functions, and a named import of one is an error there.
// NODE_COMPILE_CACHE, where it is set, covers the SDK too; NODE_DISABLE_COMPILE_CACHE is heeded by Node itself.
if (folder !== undefined && module.getCompileCacheDir?.() === undefined)
  module.enableCompileCache?.(join(folder, "pulumi-postfix-sasl"));

const protocol = await import("./index.ts");
const { check, diff, create, read, update } = protocol;
const deleteResource = protocol.delete;

// costs nothing when all of it was in the cache already
setTimeout(() => module.flushCompileCache?.(), 300).unref();

export { check, create, deleteResource as delete, diff, read, update };
