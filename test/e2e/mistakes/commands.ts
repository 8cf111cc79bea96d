// Mistakes on the command line and around it: no stack, no passphrase, wrong arguments, a closed pipe, the environment.
import { writeFileSync } from "node:fs";
import type { Mistake } from "./mistake.ts";

const stack = () => ({ hosts: [{ name: "mail1", connection: { host: "mail1.example.org" } }] });
const up = "npm run pulumi -- up --yes";
const passphraseKept = "cp .lab/passphrase .lab/kept";
const passphraseBack = "mv .lab/kept .lab/passphrase";

export const ofCommands: readonly Mistake[] = [
  {
    what: "No stack is selected",
    command: up,
    before: ({ desk }) => desk.succeed("npm run pulumi -- stack unselect"),
    after: ({ desk }) => desk.succeed("npm run pulumi -- stack select mail1"),
    says: [/no stack is selected, so nothing was done.*stack init NAME.*stack select mail1/],
  },
  {
    what: "A stack that is not there",
    command: `${up} --stack mial1`,
    says: [/no stack named 'mial1' found/, /stacks of this checkout are: mail1\. Did you mean --stack mail1\?/],
  },
  {
    what: "The passphrase is lost",
    command: up,
    before: ({ desk }) => desk.succeed(`${passphraseKept}; rm .lab/passphrase`),
    after: ({ desk }) => desk.succeed(passphraseBack),
    says: [/\.lab\/passphrase is not there.*the stack mail1.*Restore .*docs\/how-to\/rescue\.md/],
  },
  {
    what: "Another passphrase in its place",
    command: up,
    stack,
    before: ({ desk }) => desk.succeed(`${passphraseKept}; echo another > .lab/passphrase`),
    after: ({ desk }) => desk.succeed(passphraseBack),
    says: [/secrets of the stack mail1 are not under the passphrase in \.lab\/passphrase: restore/],
  },
  {
    what: "An empty file of the passphrase",
    command: up,
    before: ({ desk }) => desk.succeed(`${passphraseKept}; : > .lab/passphrase`),
    after: ({ desk }) => desk.succeed(passphraseBack),
    says: [/\.lab\/passphrase is empty: restore it/],
  },
  {
    what: "Another passphrase in the environment",
    command: `PULUMI_CONFIG_PASSPHRASE=another ${up}`,
    stack,
    says: [/stack mail1 are not under the passphrase in PULUMI_CONFIG_PASSPHRASE: set it to/],
  },
  {
    what: "A preview before any configuration",
    says: [/hosts: must name at least one host; README\.md, "Your own host"/],
  },
  {
    what: "A preview by plain `pulumi`",
    command:
      'PULUMI_BACKEND_URL="file://$PWD/.lab/pulumi" PULUMI_CONFIG_PASSPHRASE_FILE=.lab/passphrase pulumi preview',
    stack: () => ({ ...stack(), proofUsername: "alice" }),
    says: [
      /proofUsername \(host mail1\): has no password: set `pulumi config set --stack mail1 --secret proofPassword`/,
    ],
  },
  {
    what: "A path without `--path`",
    command: "npm run pulumi -- config set tls.selfSigned true\nnpm run pulumi -- preview",
    stack,
    says: [/tls\.selfSigned: the key has a path for its name: .*npm run pulumi -- config set --stack mail1 --path/],
  },
  {
    what: "A text for a list",
    command: "npm run pulumi -- config set hosts mail1.example.org\nnpm run pulumi -- preview",
    says: [/Pulumi\.mail1\.yaml: hosts must be a list: .*config set --path 'hosts\[0\]/],
  },
  {
    what: "`yes` for `true`",
    command: "npm run pulumi -- config set submission yes\nnpm run pulumi -- preview",
    stack,
    says: [/Pulumi\.mail1\.yaml: submission must be true or false: /],
  },
  {
    what: "A stack's file that is no YAML",
    before: ({ desk }) =>
      writeFileSync(desk.stackFile, "config:\n  sasl-mail-host:hosts:\n    - name: mail1\n   tls: {}\n"),
    says: [/Pulumi\.mail1\.yaml is no valid YAML: .*line \d/],
  },
  {
    what: "A tab in the stack's file",
    before: ({ desk }) => writeFileSync(desk.stackFile, "config:\n\tsasl-mail-host:smtps: true\n"),
    says: [/Pulumi\.mail1\.yaml is no valid YAML: .*line \d/],
  },
  {
    what: "A command that Pulumi does not have",
    command: "npm run pulumi -- upp",
    says: [/unknown command "upp"/, /pulumi up/],
  },
  { what: "An option that Pulumi does not have", command: `${up} --yess`, says: [/unknown flag: --yess/] },
  {
    what: "A reader that has enough",
    command: "npm run status -- --help | head -3",
    exitCode: /^0$/,
    says: [/Usage: status/],
  },
  {
    what: "A preview whose reader has enough",
    command: "npm run pulumi -- preview | head -1",
    stack,
    exitCode: /^0$/,
    says: [/Preview/],
  },
  {
    what: "A host in the place of a stack",
    command: "npm run status -- mail1",
    says: [/too many arguments.*mail1/, /another stack than the selected one: --stack NAME/],
  },
  {
    what: "An option of `status` with a slip",
    command: "npm run status -- --jsn",
    says: [/unknown option '--jsn'/, /Did you mean --json\?/],
  },
  {
    what: "The status of a stack without hosts",
    command: "npm run status",
    says: [/no hosts in its configuration yet: README\.md/],
  },
  {
    what: "The proof of a host that the stack does not have",
    command: "npm run status -- --proof mial1",
    stack,
    says: [/the stack has no host mial1; it has mail1/],
  },
  {
    what: "The proof of a host before its first run",
    command: "npm run status -- --proof mail1",
    stack,
    says: [/no run has proved mail1 yet: npm run pulumi -- up/],
  },
  {
    what: "Two hosts for the doctor",
    command: "npm run doctor -- mail1 mail2",
    says: [/too many arguments: one \[user@\]host\[:port\], or --stack NAME/],
  },
  {
    what: "A host that the stack does not have, for the doctor",
    command: "npm run doctor -- --stack mail1 mial1",
    stack,
    says: [/the stack has no host mial1: it has mail1; no host was contacted/],
  },
  {
    what: "No host after the user, for the doctor",
    command: "npm run doctor -- root@",
    says: [/"root@" is no \[user@\]host\[:port\]/],
  },
  {
    what: "An inventory that is not there",
    command: "npm run hosts -- --from inventory.conf",
    says: [/inventory\.conf/],
  },
  {
    what: "No inventory",
    command: "npm run hosts",
    says: [/required option '--from <file>' not specified/, /--help has all/],
  },
  {
    what: "A state folder that is not there",
    command: "PULUMI_BACKEND_URL=file:///nowhere/at/all npm run pulumi -- preview",
    says: [/unable to open state directory "file:\/\/\/nowhere\/at\/all".*no such file or directory/],
  },
  {
    what: "A relative folder for the cache",
    command: "SASL_LAB_CACHE=cache npm run pulumi -- preview",
    says: [/SASL_LAB_CACHE must be an absolute path, it is "cache"/],
  },
  {
    what: "A Debian that the demo does not have",
    command: "npm run demo -- --debian 7",
    says: [/Allowed choices are 11, 12, 13, 14/],
  },
];
