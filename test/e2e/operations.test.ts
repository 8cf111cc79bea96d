// What each of Pulumi's operations on single resources does to a converged host that carries mail: replace, taint, rename, state surgery, targets, a
// state of the version before. None of them harms it: the queue, the listeners and the logins are as before, and port 25 is served throughout.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Checkpoint, statusInState } from "../../cli/status-in-state.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import {
  type EngineRun,
  expectSuccess,
  freshHost,
  mailUser,
  Stack,
  shell,
  smtplib,
  snapshot,
} from "../support/index.ts";
import { askEvery } from "../support/outsider.ts";
import { onRelease } from "../support/release.ts";
import { oneMailHost, variant } from "../support/variant.ts";

const kinds = [
  "SaslPackage",
  "StatOverride",
  "GroupMember",
  "SaslauthdService",
  "TlsCertificate",
  "MasterService",
  "SmtpdConf",
  "PostfixService",
  "AuthProof",
];

/** With resource options for single kinds, as a program may set them. */
const withOptions = oneMailHost
  .replace(
    "{ props: { ...props, ...changed[kindOf(type)] }, opts }",
    '{ props: { ...props, ...changed[kindOf(type)] }, opts: { ...opts, ...config.getObject("optionsOf")?.[kindOf(type)] } }',
  )
  .replace("(changed[kindOf(type)] ?", '(changed[kindOf(type)] || config.getObject("optionsOf")?.[kindOf(type)] ?');

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Record<string, unknown>;
}

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];
    let converged: string[];
    let queued: string;
    const args = { tls: { selfSigned: true, serverName: "mail.lab.example" }, submission: true };

    beforeAll(async () => {
      host = await freshHost(`ops${debian}`, debian);
      await shell(
        host,
        "apt-get -q update >/dev/null; DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install postfix >/dev/null; postconf -e inet_interfaces=all; systemctl restart postfix",
      );
      before = await snapshot(host);
      stack = await Stack.create(`ops-${debian}`, variant(`operations-${debian}`, withOptions));
      stack.configure({
        connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
        args,
        proofUsername: mailUser.name,
      });
      await stack.configureSecret("proofPassword", mailUser.password);
      expectSuccess(await stack.up());
      await shell(
        host,
        "postsuper -r ALL; printf 'Subject: kept\\n\\nkept\\n' | sendmail -f alice@lab.example bob@elsewhere.example",
      );
      await shell(host, "timeout 30 sh -c 'until postqueue -p | grep -q bob@elsewhere; do sleep 0.2; done'");
      converged = await snapshot(host);
      queued = await queue();
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    const resources = async (): Promise<StateResource[]> =>
      (JSON.parse(await stack.exportState()) as { deployment: { resources: StateResource[] } }).deployment.resources;
    const urnOf = async (kind: string) =>
      (await resources()).filter(({ type }) => type.endsWith(`:${kind}`)).map(({ urn }) => urn)[0] ?? "";
    const statusNow = async () =>
      statusInState(JSON.parse(await stack.exportState()) as Checkpoint, [{ name: "mail", connection: { host: "h" } }]);
    const queue = () => shell(host, 'postqueue -j | sed \'s/.*"queue_id": "\\([^"]*\\)".*/\\1/\' | sort');
    const login = (port: number) =>
      smtplib({
        host: host.address,
        port,
        user: mailUser.name,
        password: mailUser.password,
        tls: port === 465 ? true : "starttls",
      });

    /** The operation, while the world asks port 25; and the host as it was. */
    const unharmed = async (operation: () => Promise<EngineRun>): Promise<EngineRun> => {
      const world = askEvery(100, host.address);
      const run = await operation();
      const { refused } = await world.stop();
      expectSuccess(run);
      expect(refused).toEqual([]);
      expect(await queue()).toBe(queued);
      expect([await login(465), await login(587)]).toMatchObject([{ code: 235 }, { code: 235 }]);
      expect((await snapshot(host)).filter(lasting)).toEqual(converged.filter(lasting));
      return run;
    };
    const settled = async () => expectSuccess(await stack.preview("--diff", "--expect-no-changes"));

    test.each(kinds)("--replace %s leaves it in place and keeps its record", async (kind) => {
      const urn = await urnOf(kind);

      const run = await unharmed(() => stack.up("--replace", urn));

      expect(run.output).toContain("left in place: it is replaced by itself");
      await settled();
    });

    test.each(kinds)("a tainted %s is replaced by itself", async (kind) => {
      expectSuccess(await stack.run(["state", "taint", "--yes", "--stack", stack.name, await urnOf(kind)]));

      await unharmed(() => stack.up());

      await settled();
    });

    test.each([
      ["replaceOnChanges, made first", { replaceOnChanges: ["threads"] }, 4],
      ["deleteBeforeReplace, deleted first", { replaceOnChanges: ["threads"], deleteBeforeReplace: true }, 5],
    ])("%s: the change is made on the thing that is there", async (_what, optionsOf, threads) => {
      stack.configure({ optionsOf: { SaslauthdService: optionsOf }, changed: { SaslauthdService: { threads } } });

      const run = await unharmed(() => stack.up());

      expect(run.output).toContain("replaced");
      expect(await shell(host, "pgrep -c -x saslauthd")).toBe(String(threads));
      stack.configure({ optionsOf: {} });
      await settled();
    });

    test("a resource whose name changes in the program is kept under the new one", async () => {
      const state = await stack.exportState();
      await stack.importState(state.replaceAll("mail-socket-directory", "mail-old-name"));

      const run = await unharmed(() => stack.up());

      expect(run.output).toMatch(/left as it is: urn:.*mail-socket-directory keeps it now/);
      await settled();
    });

    test("a resource that is deleted from the state is adopted again, and what was before it is not forgotten", async () => {
      const urn = await urnOf("StatOverride");
      expectSuccess(
        await stack.run(["state", "delete", "--yes", "--force", "--target-dependents", "--stack", stack.name, urn]),
      );

      await unharmed(() => stack.up());

      await settled();
    });

    test("a state that was exported and imported is the same", async () => {
      await stack.importState(await stack.exportState());

      await unharmed(() => stack.up("--expect-no-changes"));
    });

    test("a state and the records of the version before are read, and nothing on the host is changed but the records", async () => {
      await stack.importState(ofVersionBefore(await stack.exportState()));
      await shell(
        host,
        `cd /var/lib/sasl-mail-host/memory && for file in *.json; do sed -i -e '2d' -e 's/^{"format":2,/{/' "$file"; done`,
      );

      await unharmed(() => stack.up());

      await settled();
    });

    test("--target that changes the host says that it is not proved; so does status, and the next whole up makes the proof", async () => {
      const directory = await urnOf("StatOverride");
      await shell(host, "chmod 700 /var/spool/postfix/var/run/saslauthd");

      const run = await stack.up("--target", directory);
      expectSuccess(run);
      const status = await statusNow();
      const whole = await unharmed(() => stack.up());

      expect(run.output).toMatch(/warning: mail: changed and not proved: StatOverride mail-socket-directory/);
      expect(whole.output).toMatch(/AuthProof .*updated/);
      expect(whole.output).not.toContain("changed and not proved");
      expect(status).toMatchObject({ mail: { unproved: ["StatOverride"] } });
      expect((await statusNow()).mail).not.toHaveProperty("unproved");
      await settled();
    });

    test("--exclude of the proof says it, too", async () => {
      const proof = await urnOf("AuthProof");
      await shell(host, "gpasswd -d postfix sasl");

      const run = await stack.up("--exclude", proof);
      expectSuccess(run);
      await unharmed(() => stack.up());

      expect(run.output).toMatch(/warning: mail: changed and not proved: .*GroupMember mail-postfix-in-sasl/);
      await settled();
    });

    test("a stack that was renamed owns what it owned, also what has vanished from its state", async () => {
      const renamed = `${stack.name}-renamed`;
      const old = stack.name;
      await stack.rename(renamed);
      await shell(host, "gpasswd -d postfix sasl; rm /etc/postfix/sasl/smtpd.conf");

      const run = await unharmed(() => stack.up());

      expect(run.output).not.toContain("belongs to");
      const owners = await shell(
        host,
        `cat /var/lib/sasl-mail-host/memory/*.json | grep -o '"owner":"[^"]*"' | sort -u`,
      );
      expect(owners).toContain(renamed);
      expect(owners).not.toContain(`${old}"`);
      await settled();
    });

    test("a new machine ID on the same host is told and taken over, and destroy gives everything back", async () => {
      const was = await shell(host, "cat /etc/machine-id");
      await shell(host, "tr 0-9a-f 1-9a-f0 < /etc/machine-id > /run/id && cat /run/id > /etc/machine-id");

      const run = await stack.up();
      await shell(host, `echo ${was} > /etc/machine-id; postsuper -d ALL`);
      const destroyed = await stack.destroy();

      expectSuccess(run);
      expect(run.output).toMatch(
        /its \/etc\/machine-id is \w+ and was \w+ at the last run; the host remembers this stack/,
      );
      expectSuccess(destroyed);
      expect((await snapshot(host)).filter(lasting)).toEqual(before.filter(lasting));
      expect(await shell(host, "ls -d /var/lib/sasl-mail-host 2>&1 || true")).toMatch(/No such file/);
    });
  });
});

/** What another time or key of the same thing does not change; the records may be written anew, and the number of threads with other quotes. */
function lasting(row: string): boolean {
  return !/\/var\/lib\/sasl-mail-host|\/etc\/default\/saslauthd$|\/etc\/postfix\/tls\/|\/var\/spool\/postfix\/(defer|deferred|trace|bounce|flush)/.test(
    row,
  );
}

/** As the version before wrote it: no `changedAt` but in two kinds. */
function ofVersionBefore(state: string): string {
  const parsed = JSON.parse(state) as { deployment: { resources: StateResource[] } };
  for (const { type, outputs } of parsed.deployment.resources) {
    if (outputs !== undefined && !/SaslauthdService|MailAccount/.test(type)) delete outputs.changedAt;
  }
  return JSON.stringify(parsed);
}
