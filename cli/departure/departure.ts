// A host leaves a stack while the others stay: what `forget` and `give-back` have in common. Both
// say what they will do, ask, and run plain commands of Pulumi, which they print.
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { checkpointOf, hostPlaces } from "../stack/contents.ts";
import { type StackReader, stackReader } from "../stack/reader.ts";
import { runPulumi } from "../stack/run.ts";
import { type Checkpoint, partsIn } from "../status-in-state.ts";
import { componentOf, hostsInState, isWaitedFor, withoutDependenciesOn } from "./dependencies.ts";

export interface Departure {
  /** The name of the command. */
  readonly name: string;
  readonly description: string;
  /** What happens, in words, with a host of that many resources. */
  readonly says: (resources: number) => string;
  /** The command of Pulumi for the component with this URN, without the stack. */
  readonly command: (urn: string) => readonly string[];
}

interface Options {
  readonly stack?: string;
  readonly yes?: true;
}

export async function depart({ name, description, says, command }: Departure): Promise<number> {
  const program = new Command(name)
    .description(description)
    .argument("<host>", "its name in the stack")
    .option("-s, --stack <name>", "the stack; else the selected one")
    .option("-y, --yes", "do not ask; must be given where there is no terminal")
    .showHelpAfterError("(another stack than the selected one: --stack NAME; --help has all)")
    .parse();
  const [host = ""] = program.args;
  const options = program.opts<Options>();
  const reader = await stackReader(options.stack);
  const stack = options.stack ?? (await reader.name());
  const checkpoint = await checkpointOf(reader);
  const urn = componentOf(checkpoint, host);
  if (urn === undefined) throw new Error(absent(host, stack, hostsInState(checkpoint)));
  const args = [...command(urn), "--stack", stack, "--yes"];
  const waitedFor = isWaitedFor(checkpoint, urn);
  const others = hostsInState(checkpoint).filter((other) => other !== host);
  tell(
    `${name} ${host}, of the stack ${stack}:`,
    `  ${says(partsIn(checkpoint, host).length)}`,
    `  ${others.length === 0 ? "the stack has no other host" : `the others stay as they are: ${others.join(", ")}`}`,
    ...(waitedFor
      ? [
          "  others wait for it in a roll-out: that is taken out of the state (pulumi stack export, pulumi stack import)",
        ]
      : []),
    `  ${asTyped(args)}`,
  );
  if (!options.yes && !(await agreed(host))) throw new Error("nothing was done");
  if (waitedFor) await loosen(reader, urn);
  const code = await runPulumi(name, args);
  if (code === 0) await tellWhatStays(reader, host, stack);
  return code;
}

function absent(host: string, stack: string, known: readonly string[]): string {
  return `the state of the stack ${stack} has no host ${host}: it has ${known.join(", ") || "none"}; nothing was done`;
}

async function agreed(host: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("there is no terminal to ask on: give --yes; nothing was done");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Please confirm by typing \`${host}\`: `);
  terminal.close();
  return answer.trim() === host;
}

/** The state is read again, since a question may have stood on the screen for hours. */
async function loosen(reader: StackReader, urn: string): Promise<void> {
  const checkpoint: Checkpoint = await checkpointOf(reader);
  await reader.tell(JSON.stringify(withoutDependenciesOn(checkpoint, urn)), "stack", "import");
}

/** An `up` takes a host that is still in the configuration over again. */
async function tellWhatStays(reader: StackReader, host: string, stack: string): Promise<void> {
  const { listed, file, inFile = [] } = await hostPlaces(reader);
  const at = listed.findIndex(({ name }) => name === host);
  if (inFile.some(({ name }) => name === host))
    tell(`${host} is still in ${file}, so the next up takes it over again: take it out there`);
  if (at < 0) return;
  tell(
    `${host} is still in hosts, so the next up takes it over again. To take it out:`,
    `  ${asTyped(["config", "rm", "--path", `hosts[${at}]`, "--stack", stack])}`,
  );
}

/** As a person types it into a shell. */
function asTyped(args: readonly string[]): string {
  const words = args.map((word) => (/^[\w./=-]+$/.test(word) ? word : `'${word}'`));
  return `npm run pulumi -- ${words.join(" ")}`;
}

function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join("\n")}\n`);
}
