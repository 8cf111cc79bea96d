// Faults of what is remembered: a state that is lost or older, a replacement that nobody needs, a record on the host
// that is damaged.
import type { EngineRun, Stack } from "../../support/stack.ts";
import type { Fault } from "../fault.ts";
import { onHost } from "../injections.ts";

/** The state is another one; host and configuration are as they were. */
const withState = (
  id: string,
  fault: string,
  of: string,
  run: (stack: Stack) => Promise<EngineRun>,
  more: Partial<Fault> = {},
): Fault => ({
  id,
  of,
  fault,
  start: "mail",
  meets: "refresh",
  inject: [],
  exit: 0,
  left: "as before",
  run: ({ stack }) => run(stack),
  ...more,
});

interface State {
  deployment: { resources: readonly { urn: string; type: string }[] };
}

const urnOf = async (stack: Stack, kind: string) =>
  (JSON.parse(await stack.exportState()) as State).deployment.resources.find(({ type }) => type.endsWith(`:${kind}`))
    ?.urn ?? "";

const replaced = (kind: string): Fault => ({
  id: `replace-${kind.toLowerCase()}`,
  of: "H1",
  fault: `\`up --replace\` of the ${kind}, with mail in the queue`,
  start: "mail",
  meets: "refresh",
  inject: [
    onHost(
      "postconf -e defer_transports=local; postfix reload 2>/dev/null; echo hello | sendmail root; timeout 30 sh -c 'until postqueue -j | grep -q deferred; do sleep 0.2; done'",
      "postsuper -d ALL 2>/dev/null; postconf -X defer_transports",
    ),
  ],
  exit: 0,
  says: [/left in place/],
  left: "as before",
  leaves: /^\/var\/spool\/postfix\/defer/,
  shows: { look: "postqueue -j | wc -l; systemctl is-active postfix", is: /^1\nactive/ },
  run: async ({ stack }) => await stack.up("--replace", await urnOf(stack, kind)),
});

export const ofStates: readonly Fault[] = [
  withState("state-lost", "The state is lost: `up` begins with an empty one", "faults.md 49", async (stack) => {
    const state = JSON.parse(await stack.exportState()) as State;
    await stack.importState(JSON.stringify({ ...state, deployment: { ...state.deployment, resources: [] } }));
    return await stack.up();
  }),
  withState(
    "state-lost-in-part",
    "The entry of master.cf and all after it are lost from the state",
    "faults.md 49",
    async (stack) => {
      await stack.succeed([
        "state",
        "delete",
        "--yes",
        "--target-dependents",
        "--stack",
        stack.name,
        await urnOf(stack, "MasterService"),
      ]);
      return await stack.up();
    },
  ),
  withState(
    "state-older",
    "The state is older than the host: the backup of before the last change is restored",
    "faults.md 50",
    async (stack) => {
      const before = await stack.exportState();
      await stack.up();
      await stack.importState(before);
      return await stack.up();
    },
    { meets: "change", left: "as asked" },
  ),
  ...["SaslPackage", "StatOverride", "MasterService"].map(replaced),
  withState("taint-package", "The SaslPackage is tainted", "H1", async (stack) => {
    await stack.succeed(["state", "taint", "--yes", "--stack", stack.name, await urnOf(stack, "SaslPackage")]);
    return await stack.up();
  }),
  withState(
    "target-without-proof",
    "`up --exclude` of the proof, with a change",
    "H13",
    async (stack) => await stack.up("--exclude", await urnOf(stack, "AuthProof")),
    { meets: "change", left: "as asked", says: [/not proved/] },
  ),
  withState(
    "stack-renamed",
    "The stack is renamed, and the group membership was taken away by hand",
    "H12",
    async (stack) => {
      const { name } = stack;
      await stack.rename(`${name}-r2`);
      const run = await stack.up();
      await stack.rename(name);
      return run;
    },
    {
      inject: [onHost("gpasswd -d postfix sasl >/dev/null; systemctl restart postfix")],
      left: "as asked",
    },
  ),
  {
    id: "record-damaged",
    of: "H16",
    fault: "A record of what was there before is cut",
    start: "mail",
    meets: "preview",
    inject: [
      onHost(
        "file=$(ls /var/lib/sasl-mail-host/memory/SmtpdConf-*.json | head -1); cp -a $file /run/record; truncate -s 40 $file; echo $file > /run/record-name",
        "cat /run/record > $(cat /run/record-name)",
      ),
    ],
    exit: "not 0",
    says: [/record-damaged/, /mv \/var\/lib\/sasl-mail-host\/memory/],
    left: "as before",
  },
  {
    id: "undo-has-nothing-to-undo",
    of: "H14",
    fault: "The group and the override that we made were taken away by hand before a destroy",
    start: "mail",
    meets: "destroy",
    inject: [
      onHost(
        "gpasswd -d postfix sasl >/dev/null; dpkg-statoverride --remove /var/spool/postfix/var/run/saslauthd; rm -f /etc/postfix/sasl/smtpd.conf; postconf -MX smtps/inet",
      ),
    ],
    exit: 0,
    left: "as asked",
  },
];
