// Faults of what is remembered: a state that is lost or older, a replacement that nobody needs, a record on the host
// that is damaged.
import type { Stack } from "../../support/stack.ts";
import type { Fault } from "../fault.ts";
import { onHost } from "../injections.ts";

/** The state is another one; host and configuration are as they were. */
const withState = (
  id: string,
  fault: string,
  of: string,
  change: (state: string) => string | undefined,
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
  run: async ({ stack }) => {
    const changed = change(await stack.exportState());
    if (changed !== undefined) await stack.importState(changed);
    return await stack.up();
  },
  ...more,
});

interface State {
  deployment: { resources: { urn: string; type: string }[] };
}

/** Pulumi's own and the component stay. */
const without = (gone: RegExp) => (state: string) => {
  const parsed = JSON.parse(state.slice(state.indexOf("{"))) as State;
  parsed.deployment.resources = parsed.deployment.resources.filter(({ type }) => !gone.test(type));
  return JSON.stringify(parsed);
};

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
  shows: { look: "postqueue -j | wc -l; systemctl is-active postfix", is: /^1\nactive/ },
  run: async ({ stack }) => await stack.up("--replace", await urnOf(stack, kind)),
});

export const ofStates: readonly Fault[] = [
  withState(
    "state-lost",
    "The state is lost: `up` begins with an empty one",
    "faults.md 49",
    without(/sasl:|SaslMailHost/),
  ),
  withState(
    "state-lost-in-part",
    "A part of the state is lost",
    "faults.md 49",
    without(/:(MasterService|SmtpdConf|AuthProof)$/),
  ),
  {
    ...withState(
      "state-older",
      "The state is older than the host: the backup of before the last change is restored",
      "faults.md 50",
      () => undefined,
    ),
    meets: "change",
    left: "as asked",
    run: async ({ stack }) => {
      const before = await stack.exportState();
      await stack.up();
      await stack.importState(before);
      return await stack.up();
    },
  },
  ...["SaslPackage", "StatOverride", "MasterService"].map(replaced),
  {
    ...withState("taint-package", "The SaslPackage is tainted", "H1", () => undefined),
    run: async ({ stack }) => {
      await stack.run(["state", "taint", "--yes", "--stack", stack.name, await urnOf(stack, "SaslPackage")]);
      return await stack.up();
    },
    says: [/left in place/],
  },
  {
    ...withState("target-without-proof", "`up --exclude` of the proof, with a change", "H13", () => undefined),
    meets: "change",
    left: "as asked",
    says: [/not proved/],
    run: async ({ stack }) => await stack.up("--exclude", await urnOf(stack, "AuthProof")),
  },
  {
    ...withState(
      "stack-renamed",
      "The stack is renamed, and the group membership was taken away by hand",
      "H12",
      () => undefined,
    ),
    inject: [onHost("gpasswd -d postfix sasl >/dev/null; systemctl restart postfix")],
    left: "as asked",
    run: async ({ stack }) => {
      const name = stack.name;
      await stack.rename(`${name}-r2`);
      const run = await stack.up();
      await stack.rename(name);
      return run;
    },
  },
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
