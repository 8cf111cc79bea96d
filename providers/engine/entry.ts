// What the stub in the state loads. Pulumi starts a process for the dynamic providers in every operation and ends it by a signal, so
// Node would never write down what it compiled there: it is done here. Measured in docs/performance.md.
import { enableCompileCache, flushCompileCache, getCompileCacheDir } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** In the user's own folder: a cache in /tmp could be laid there by somebody else, and holds code that runs with the keys to the hosts. */
const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pulumi-postfix-sasl");

// NODE_COMPILE_CACHE, where it is set, covers the SDK too; NODE_DISABLE_COMPILE_CACHE is heeded by Node itself
if (getCompileCacheDir() === undefined) enableCompileCache(cacheFolder);

const protocol = await import("./index.ts");
const { check, diff, create, read, update } = protocol;
const deleteResource = protocol.delete;

// costs nothing when all of it was in the cache already
setTimeout(flushCompileCache, 300).unref();

export { check, create, deleteResource as delete, diff, read, update };
