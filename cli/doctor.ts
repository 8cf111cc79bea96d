// `npm run doctor`: reads hosts and reports what exists, what `up` would change, and what would
// block it. Changes nothing. Without a host it looks at the stack; with one, it also prints what to
// write into the configuration.
import { Command } from "commander";
import { stringify } from "yaml";
import { describe, Failure } from "../providers/core/failure.ts";
import { asJson, asMarkdown, asText, exitCodeOf, fleetAsText } from "./doctor/report.ts";
import { examine, tryToExamine } from "./doctor/subject.ts";
import { subjectAt, type TargetOptions } from "./doctor/target.ts";
import { runProgram } from "./program.ts";
import { stackReader } from "./stack/reader.ts";

interface StackOptions {
  readonly stack?: string;
  readonly configFile?: string;
  readonly json?: true;
  readonly markdown?: true;
}

const ofTarget = ["key", "knownHosts", "sshConfig", "certificate", "certificateKey", "serverName"] as const;

async function doctor(hosts: readonly string[], options: TargetOptions & StackOptions): Promise<number> {
  const [target] = hosts;
  if (options.stack === undefined && target !== undefined) {
    if (hosts.length > 1) throw new Error("too many arguments: one [user@]host[:port], or --stack NAME and its hosts");
    if (options.json || options.markdown) throw new Error("--json and --markdown are for the hosts of a stack");
    return await lookAtTarget(target, options);
  }
  if (ofTarget.some((name) => options[name] !== undefined))
    throw new Error("how the hosts of a stack are reached, and their certificates, are in its configuration");
  return await lookAtStack(hosts, options);
}

async function lookAtTarget(target: string, options: TargetOptions): Promise<number> {
  const { subject, entry } = subjectAt(target, options);
  const examined = await examine(subject, (line) => complain(line));
  process.stdout.write(asText(`${examined.host}: ${examined.release}`, examined));
  process.stdout.write(`\nfor the stack's file, under config:\n\n${stringify({ "sasl-mail-host:hosts": [entry] })}`);
  return examined.findings.some(({ inTheWay }) => inTheWay !== undefined) ? 1 : 0;
}

async function lookAtStack(
  names: readonly string[],
  { stack, configFile, json, markdown }: StackOptions,
): Promise<number> {
  // The SDK is loaded for a stack alone.
  const { subjectsOf } = await import("./doctor/stack.ts");
  const subjects = await subjectsOf(await stackReader(stack), names, configFile);
  const results = await Promise.all(
    subjects.map((subject) => tryToExamine(subject, (line) => complain(`${subject.name}: ${line}`))),
  );
  process.stdout.write((json ? asJson : markdown ? asMarkdown : fleetAsText)(results));
  return exitCodeOf(results);
}

function complain(line: string): void {
  process.stderr.write(`doctor: ${line}\n`);
}

const program = new Command("doctor")
  .description(
    "Looks at the hosts of a stack, or at one host, and says what `pulumi up` would change. Changes nothing.",
  )
  .argument("[host...]", "[user@]host[:port] or an alias of --ssh-config; with --stack: names of its hosts")
  .option("-s, --stack <name>", "look at the hosts of this stack; without a host: of the selected one")
  .option("--config-file <file>", "its configuration, where that is not Pulumi.<stack>.yaml")
  .option("--json", "the hosts of a stack as JSON")
  .option("--markdown", "the hosts of a stack as Markdown")
  .option("--key <file>", "private key for the login; else the ssh-agent")
  .option("--known-hosts <file>", "where the host's key stands; else ~/.ssh/known_hosts")
  .option("--ssh-config <file>", "what is not given here is taken from this ssh_config")
  .option("--certificate <file>", "certificate with its chain on the host, for TLS")
  .option("--certificate-key <file>", "its private key on the host")
  .option("--server-name <name>", "the name that the certificate must carry; else the host")
  .addHelpText(
    "after",
    "\nA password for sudo is taken from the environment variable SUDO_PASSWORD, for a stack from its configuration.\n" +
      "Exit status: 0 nothing is in the way, 1 something is; for a stack 7 where `up` would change something.",
  )
  .showHelpAfterError("(--help has all)");

await runProgram("doctor", async () => {
  program.parse();
  return await doctor(program.args, program.opts()).catch((error: unknown) => {
    throw error instanceof Failure ? new Error(describe(error.parts)) : error;
  });
});
