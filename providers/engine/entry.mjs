// The package's export `engine` where it runs from its sources: what the provider process loads first, so the first to meet an old Node.
import { problem } from "../node-version.mjs";

if (problem !== undefined) throw new Error(problem);
const { check, create, delete: deleteResource, diff, read, update } = await import("./entry.ts");

export { check, create, deleteResource as delete, diff, read, update };
