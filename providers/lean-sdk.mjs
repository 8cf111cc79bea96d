// The package's export `lean-sdk` where it runs from its sources: what a program loads first, so the first to meet an old Node.
import { problem } from "./node-version.mjs";

if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  // Pulumi's number for a program that has told its user what to do: it adds nothing
  process.exit(32);
}
await import("./lean-sdk.ts");
