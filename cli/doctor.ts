// `npm run doctor -- [user@]host[:port]`: reads a host and reports what exists, what `up` would
// change, what would block it, and what to write into the configuration. Changes nothing.
import { Command } from "commander";
import { stringify } from "yaml";
import { describe, Failure } from "../providers/core/failure.ts";
import { Hosts } from "../providers/host/hosts.ts";
import { knockFromHere, lookFromHere } from "../providers/host/outside.ts";
import { connectionSchema } from "../providers/host/settings.ts";
import { mailHostRecipe } from "../providers/recipe/mail-host.ts";
import { diagnose, type Finding } from "./diagnosis.ts";
import { runProgram } from "./program.ts";

interface Options {
  readonly key?: string;
  readonly knownHosts?: string;
  readonly sshConfig?: string;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly serverName?: string;
}

async function examine(target: string, options: Options): Promise<void> {
  const [, user, address = "", port] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:@]+)(?::(\d+))?$/.exec(target) ?? [];
  const given = {
    host: address.replace(/^\[(.*)\]$/, "$1"),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(options.key === undefined ? {} : { privateKeyFile: options.key }),
    ...(options.knownHosts === undefined ? {} : { knownHostsFile: options.knownHosts }),
    ...(options.sshConfig === undefined ? {} : { sshConfigFile: options.sshConfig }),
  };
  const sudoPassword = process.env.SUDO_PASSWORD;
  const parsed = connectionSchema.safeParse({
    ...given,
    dialErrorLimit: 1,
    ...(sudoPassword === undefined ? {} : { sudoPassword }),
  });
  if (!parsed.success) throw unusable(target, parsed.error.issues);
  const connection = parsed.data;
  const { certificate, certificateKey } = options;
  if ((certificate === undefined) !== (certificateKey === undefined))
    throw new Error("--certificate and --certificate-key go together; no host was contacted");
  const serverName = options.serverName ?? given.host;
  const tls =
    certificate === undefined || certificateKey === undefined
      ? undefined
      : { certificateFile: certificate, keyFile: certificateKey, serverName };
  const host = new Hosts().of(connection);
  const complain = (line: string) => void process.stderr.write(`doctor: ${line}\n`);
  host.tellTo(Object.assign(complain, { warn: complain, delivered: async () => {} }));
  try {
    const { release } = await host.machine();
    const findings = await diagnose(host, connection, mailHostRecipe({ address: given.host, tls }));
    print(`${host.name}: ${release}`, findings);
    const { words } =
      tls === undefined
        ? await knockFromHere(host, 465)
        : await lookFromHere(host, { port: 465, tls: { serverName }, mechanisms: [] });
    process.stdout.write(`\n${words}\n`);
    const { host: name, ...more } = given;
    const entry = {
      name: name.replace(/[^a-z0-9-]+/gi, "-").toLowerCase(),
      connection: { host: name, ...more },
      ...(tls && { tls }),
    };
    process.stdout.write(`\nfor the stack's file, under config:\n\n${stringify({ "sasl-mail-host:hosts": [entry] })}`);
    if (findings.some(({ inTheWay }) => inTheWay !== undefined)) process.exitCode = 1;
  } finally {
    await host.close();
  }
}

function unusable(target: string, issues: readonly { path: PropertyKey[]; message: string }[]): Error {
  const complaints = issues.map(({ path, message }) => `${path.map(String).join(".")} ${message}`);
  return new Error(`"${target}" is no [user@]host[:port] (${complaints.join("; ")}); no host was contacted`);
}

function print(title: string, findings: readonly Finding[]): void {
  const several = (kind: string) => findings.filter((finding) => finding.kind === kind).length > 1;
  const lines = findings.flatMap(({ kind, name, right, changes, inTheWay, owner }) => [
    `  ${kind}${several(kind) ? ` ${name}` : ""}${owner === null ? "" : ` (kept by the stack ${owner})`}: ${right ? "as wanted" : inTheWay === undefined ? "up would" : "IN THE WAY"}`,
    ...changes.map((change) => `    - ${change.replaceAll("\n", "\n  ")}`),
    ...(inTheWay === undefined
      ? []
      : [`    found: ${inTheWay.found}`, `    next: ${inTheWay.next}`, `    code: ${inTheWay.code} (docs/errors.md)`]),
  ]);
  process.stdout.write(`${title}\n${lines.join("\n")}\n`);
}

const program = new Command("doctor")
  .description("Looks at a host and says what `pulumi up` would change there. Changes nothing.")
  .argument("<target>", "[user@]host[:port]; with --ssh-config an alias will do")
  .option("--key <file>", "private key for the login; else the ssh-agent")
  .option("--known-hosts <file>", "where the host's key stands; else ~/.ssh/known_hosts")
  .option("--ssh-config <file>", "what is not given here is taken from this ssh_config")
  .option("--certificate <file>", "certificate with its chain on the host, for TLS")
  .option("--certificate-key <file>", "its private key on the host")
  .option("--server-name <name>", "the name that the certificate must carry; else the host")
  .addHelpText("after", "\nA password for sudo is taken from the environment variable SUDO_PASSWORD.")
  .showHelpAfterError("(--help has all)")
  .action(examine);

await runProgram("doctor", async () => {
  await program.parseAsync().catch((error: unknown) => {
    throw error instanceof Failure ? new Error(describe(error.parts)) : error;
  });
  return undefined;
});
