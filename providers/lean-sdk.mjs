// The package's export `lean-sdk` when it runs from its sources. A program loads it first, so an
// outdated Node is reported here.
import { problem } from "./node-version.mjs";

if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  // Pulumi's exit status for a program that has already reported its error: Pulumi adds no message.
  process.exit(32);
}
await import("./lean-sdk.ts");
