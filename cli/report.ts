// `npm run report`: the hosts of a stack as one HTML page or as Markdown, from the state, or with
// --now as a preview finds them, which changes nothing.
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { runProgram } from "./program.ts";
import { reportFrom } from "./report/collect.ts";
import { asHtml } from "./report/html.ts";
import { asMarkdown } from "./report/markdown.ts";
import { checkpointOf, hostsOf } from "./stack/contents.ts";
import { stackReader } from "./stack/reader.ts";
import { exitOf, lookNow } from "./status-now.ts";

interface Options {
  readonly html?: string;
  readonly markdown?: string | true;
  readonly now?: true;
  readonly stack?: string;
}

await runProgram("report", async () => {
  const { html, markdown, now, stack } = new Command("report")
    .description("The hosts of a stack as a page or as Markdown: steps, what differs, last proofs, what to do next.")
    .option("--html <file>", "one page that needs nothing else")
    .option(
      "--markdown [file]",
      "for a pull request or the summary of a job; without a file, or without --html, printed",
    )
    .option("--now", "looks at the hosts and changes nothing; ends with 0, 1 (one failed) or 7 (up would change one)")
    .option("-s, --stack <name>", "the stack; else the selected one")
    .showHelpAfterError("(another stack than the selected one: --stack NAME; --help has all)")
    .parse()
    .opts<Options>();
  const reader = await stackReader(stack);
  const hosts = await hostsOf(reader);
  const look = now && (await lookNow(reader, hosts));
  const checkpoint = await checkpointOf(reader);
  const report = reportFrom({ stack: await reader.name(), madeAt: new Date(), hosts, checkpoint, look });
  if (html !== undefined) writeFileSync(html, await asHtml(report));
  if (typeof markdown === "string") writeFileSync(markdown, asMarkdown(report));
  else if (markdown || html === undefined) process.stdout.write(asMarkdown(report));
  return look === undefined ? 0 : exitOf(look);
});
