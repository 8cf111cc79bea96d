// A mail host brought up by another program, such as a portal or a job, by Pulumi's Automation API: nobody is at a terminal. Reads
// `{name, connection, proof}` as JSON from its standard input, so that no secret is in an argument or in a stack's file; writes what came of
// it as JSON to its standard output, and what the engine says to its standard error.
import { text } from "node:stream/consumers";
import { CommandError, LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { SaslMailHost, type SaslMailHostArgs } from "pulumi-postfix-sasl";

interface Order extends Pick<SaslMailHostArgs, "connection" | "proof"> {
  readonly name: string;
}

const onOutput = (line: string) => void process.stderr.write(line);

async function bringUp({ name, ...args }: Order): Promise<object> {
  const program = async () => {
    const { state, ports, provedAt } = new SaslMailHost(name, args);
    return { state, ports, provedAt };
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "automation-api", program },
    // where the process of the provider finds the package
    { workDir: import.meta.dirname },
  );
  const { changeSummary } = await stack.preview({ onOutput });
  const { same: _right, ...changed } = changeSummary as Record<string, number>;
  if (Object.keys(changed).length > 0) await stack.up({ onOutput });
  const outputs = Object.entries(await stack.outputs()).map(([key, { value }]) => [key, value]);
  return { name, changed, ...Object.fromEntries(outputs) };
}

const order: Order = JSON.parse(await text(process.stdin));
try {
  process.stdout.write(`${JSON.stringify(await bringUp(order))}\n`);
} catch (error) {
  // what the engine said of a run that failed is on the standard error already
  if (!(error instanceof CommandError)) throw error;
  process.stdout.write(`${JSON.stringify({ name: order.name, failed: true })}\n`);
  process.exitCode = 1;
}
