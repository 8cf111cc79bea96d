// `npm pack` in providers/ calls this before (prepack) and after (postpack).
import { join } from "node:path";
import { emit } from "./emit.ts";
import { exchange, restore } from "./manifest.ts";

const folder = join(import.meta.dirname, "../providers");
if (process.argv[2] === "restore") restore(folder);
else {
  emit(folder);
  exchange(folder);
}
