// The package's export `engine` when it runs from its sources. The provider process loads it first,
// so an outdated Node is reported here.
import { problem } from "../node-version.mjs";

if (problem !== undefined) throw new Error(problem);
const { check, create, delete: deleteResource, diff, read, update } = await import("./entry.ts");

export { check, create, deleteResource as delete, diff, read, update };
