// Every kind of way to a host, and a key that is rotated between two runs, under the real engine and with the operator's own ssh.
// Who really came, with which key and to which sshd, is read in the host's own log.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { destroyHost, knownHosts, type LabHost, operatorPassword } from "../../lab/hosts/index.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { dial } from "../../providers/host/dial.ts";
import { type Agent, startAgent } from "../support/agent.ts";
import { expectSuccess, freshHost, identityOf, mailUser, Stack, shell, smtplib, snapshot } from "../support/index.ts";
import { type OperatorKey, operatorKey } from "../support/operator-key.ts";
import { onRelease } from "../support/release.ts";
import { variant } from "../support/variant.ts";
import { furtherPorts, hostSide, jumpPorts, narrowPort } from "./connections-host.ts";

/**
 * A mail host, and then, over each kind of connection, what it must be able to do: one file and one proof. saslauthd does not remember
 * logins here, so no proof restarts it under another. Secrets are those of the whole stack; one kind gets none for sudo.
 */
const program = `import { AuthProof, SaslMailHost, SmtpdConf } from "pulumi-postfix-sasl";
import { readConfiguration } from "./configuration/index.ts";

const { hosts: [mail, ...kinds] } = readConfiguration();
const { connection } = mail;
const { proofUsername: username, proofPassword: password } = mail;
const forgetful = ({ type, props, opts }) => (type.endsWith(":SaslauthdService") ? { props: { ...props, cache: false }, opts } : undefined);
const host = { connection, hostName: "mail", allowCleartext: true, proof: { username, password } };
const dependsOn = new SaslMailHost("mail", host, { transforms: [forgetful] });
for (const { name, connection } of kinds) {
  const known = name === "nopasswd" ? { ...connection, sudoPassword: undefined } : connection;
  const common = { connection: known, hostName: name };
  new SmtpdConf(name + "-file", { ...common, path: "/srv/kinds/" + name + ".conf" }, { dependsOn });
  new AuthProof(name + "-proof", { ...common, username, password }, { dependsOn });
}
`;

interface Kind {
  readonly name: string;
  readonly what: string;
  readonly user: string;
  /** How it differs from a login as `user` with a key of its own. */
  readonly connection?: (place: Place) => object;
  /** The sshd that it comes to; "ssh" is the host's own. */
  readonly unit?: string;
}

/** What a kind's connection is made of. */
interface Place {
  readonly host: LabHost;
  readonly key: OperatorKey;
  /** The kind's own port of the same sshd: a stack has each address and port once. Default 22. */
  readonly port?: number;
  readonly agent: Agent;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
}

const login = ({ host, key, port, knownHostsFile }: Place) => ({
  host: host.address,
  port,
  privateKeyFile: key.file,
  knownHostsFile,
});
const throughSshConfig = (alias: string) => (place: Place) => ({ host: alias, sshConfigFile: place.sshConfigFile });

const kinds: readonly Kind[] = [
  { name: "root", what: "root's key", user: "root" },
  { name: "alias", what: "an alias of ssh_config", user: "root", connection: throughSshConfig("alias") },
  {
    name: "chain",
    what: "a chain of two jump hosts",
    user: "root",
    connection: (place) => {
      const { privateKeyFile, knownHostsFile } = login(place);
      const by = { user: "guest", privateKeyFile, knownHostsFile };
      const outer = { ...by, host: place.host.address, port: jumpPorts.outer };
      // addresses of the inner hop and the target as the hop before sees them
      const inner = { ...by, host: "127.0.0.1", port: jumpPorts.inner, proxy: outer };
      return { ...by, user: undefined, host: "127.0.0.1", proxy: inner };
    },
  },
  {
    name: "proxyjump",
    what: "the same chain as ProxyJump of ssh_config",
    user: "root",
    connection: throughSshConfig("proxyjump"),
  },
  {
    name: "agent",
    what: "an agent with several keys",
    user: "root",
    connection: (place) => ({ ...login(place), privateKeyFile: undefined, agentSocketPath: place.agent.socket }),
  },
  { name: "encrypted", what: "an encrypted key", user: "root" },
  { name: "sudo", what: "sudo with a password", user: "operator" },
  { name: "nopasswd", what: "sudo without a password", user: "deployer" },
  {
    name: "narrow",
    what: "AllowTcpForwarding no and MaxSessions 1",
    user: "root",
    unit: "sshd-narrow",
    connection: (place) => ({ ...login(place), port: narrowPort }),
  },
  { name: "bash", what: "a bash whose .bashrc prints and waits for a line", user: "basher" },
  { name: "csh", what: "csh, whose .cshrc prints and waits for a line", user: "csher" },
  { name: "fish", what: "fish, whose config.fish prints", user: "fisher" },
  { name: "zsh", what: "zsh, whose .zshenv prints", user: "zsher" },
  { name: "dash", what: "dash", user: "dasher" },
];

/** What runs, after the key of the mail host's connection was rotated, and how that is told to the program. */
interface Operation {
  readonly name: string;
  readonly rotated: string;
}

const operations: readonly Operation[] = [
  { name: "up", rotated: "" },
  { name: "up again", rotated: ", after the key in the same file was rotated" },
  { name: "refresh", rotated: ", after key file and user were changed in ssh_config" },
  {
    name: "up with another connection",
    rotated: ", after the alias was changed to an address and another key in the stack's configuration",
  },
  { name: "destroy", rotated: ", after the key was changed in the stack's configuration" },
];

const watched = [
  "/etc/postfix/master.cf",
  "/etc/postfix/main.cf",
  "/etc/default/saslauthd",
  "/etc/group",
  "/srv/kinds/root.conf",
];
const passphrase = "a passphräse's";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let folder: string;
    let agent: Agent;
    let before: string[];
    let keys: Record<string, OperatorKey>;
    let place: Omit<Place, "key">;
    let onHost: ReturnType<typeof hostSide>;
    const key = (name: string) => keys[name] as OperatorKey;

    const configure = (mail: object) => {
      const others = kinds.map(({ name, user, connection }, index) => {
        const made = { ...place, key: key(name), port: furtherPorts[index] as number };
        return { name, connection: connection?.(made) ?? { ...login(made), user } };
      });
      stack.configure({ hosts: JSON.parse(JSON.stringify([{ name: "mail", connection: mail }, ...others])) });
    };
    const writeSshConfig = (user: string, keyFile: string) =>
      writeFileSync(place.sshConfigFile, sshConfig(place, user, keyFile, key));

    /** The host lets in the key of each kind, and this one. */
    const authorizeWith = (name: string) => onHost.authorize([...kinds.map((kind) => key(kind.name)), key(name)]);

    /** The key of the mail host's connection is another from now on: ssh itself sees that the old one is refused. */
    const rotate = async (from: string, to: string) => {
      await authorizeWith(to);
      const options = ["-F", "none", "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${place.knownHostsFile}`];
      const old = await execa("ssh", [...options, "-i", key(from).file, `root@${host.address}`, "true"], {
        reject: false,
      });
      expect(old.stderr).toContain("Permission denied (publickey");
    };

    beforeAll(async () => {
      host = await freshHost(`connections${debian}`, debian);
      onHost = hostSide(host);
      await onHost.prepare();
      stack = await Stack.create(`connections-${debian}`, variant(`connections-${debian}`, program));
      folder = join(stack.folder, "operator");
      mkdirSync(folder);
      const names = [...kinds.map(({ name }) => name), "first", "second", "third", "fourth", "fifth", "stranger"];
      const made = names.map(async (name) => [
        name,
        await operatorKey(folder, name, name === "encrypted" ? passphrase : ""),
      ]);
      keys = Object.fromEntries(await Promise.all(made));
      agent = await startAgent(folder);
      await agent.add(...(await strangers(folder, 1, 2, 3)), key("agent"));
      await authorizeWith("first");
      place = { host, agent, knownHostsFile: join(folder, "known_hosts"), sshConfigFile: join(folder, "ssh_config") };
      const further = furtherPorts.map((port) => `[${host.address}]:${port}`);
      const own = await Promise.all(
        [host.address, "127.0.0.1", ...further].map((address) => knownHosts(host, address)),
      );
      writeFileSync(place.knownHostsFile, [...own, await onHost.keysOfOtherServers()].join(""));
      writeSshConfig("deployer", key("first").file);
      configure({ host: "mail", sshConfigFile: place.sshConfigFile });
      stack.configure({ proofUsername: mailUser.name });
      await stack.configureSecret("proofPassword", mailUser.password);
      await stack.configureSecret("sudoPassword", operatorPassword);
      await stack.configureSecret("sshKeyPassphrase", passphrase);
      before = await snapshot(host);
    });

    afterAll(async () => {
      agent?.stop();
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    /** Each gives who must have come for the mail host. */
    const run: Record<string, () => Promise<string>> = {
      up: async () => {
        expectSuccess(await stack.up());
        return `ssh deployer ${key("first").fingerprint}`;
      },
      "up again": async () => {
        await rotate("first", "second");
        copyFileSync(key("second").file, key("first").file);
        expectSuccess(await stack.up("--expect-no-changes"));
        return `ssh deployer ${key("second").fingerprint}`;
      },
      refresh: async () => {
        await rotate("second", "third");
        writeSshConfig("root", key("third").file);
        expectSuccess(await stack.refresh("--expect-no-changes"));
        return `ssh root ${key("third").fingerprint}`;
      },
      "up with another connection": async () => {
        await rotate("third", "fourth");
        configure(login({ ...place, key: key("fourth") }));
        const { exitCode, output } = await stack.up();
        expectSuccess({ exitCode, output });
        expect(output).toMatch(/8 updated/);
        return `ssh root ${key("fourth").fingerprint}`;
      },
      destroy: async () => {
        await rotate("fourth", "fifth");
        configure(login({ ...place, key: key("fifth") }));
        // its refresh would run before the program, with the configuration of the last `up`: `npm run pulumi` leaves it out
        expectSuccess(await stack.destroy("--refresh=false"));
        return `ssh root ${key("fifth").fingerprint}`;
      },
    };

    describe.each(operations)("$name$rotated", ({ name: operation }) => {
      let logins: string[] = [];
      let expected: string[] = [];

      test("works through every kind of connection, and touches nothing that is right", async () => {
        const untouched = operation === "up" || operation === "destroy" ? "" : await identityOf(host, watched);
        const seen = await onHost.watch();

        const mail = await run[operation]?.();

        logins = await seen.logins();
        const hops = ["chain", "proxyjump"].flatMap((name) =>
          ["sshd-outer", "sshd-inner"].map((unit) => `${unit} guest ${key(name).fingerprint}`),
        );
        const own = kinds.map(({ name, user, unit = "ssh" }) => `${unit} ${user} ${key(name).fingerprint}`);
        expected = [mail as string, ...hops, ...own].sort();
        if (untouched !== "") expect(await identityOf(host, watched)).toBe(untouched);
      });

      test.each(kinds)("$what: the host saw $user with this kind's own key", ({ name, user, unit = "ssh" }) => {
        expect(logins).toContain(`${unit} ${user} ${key(name).fingerprint}`);
      });

      test("the mail host was reached with the key of today, the jump hosts by their own user, and nobody else came", () => {
        expect(logins).toEqual(expected);
      });

      if (operation === "up") {
        test("a stock client logs in, and the state holds the alias and nothing of what it stands for", async () => {
          const login = { host: host.address, port: 465, user: mailUser.name, password: mailUser.password };
          expect(await smtplib(login)).toMatchObject({ code: 235 });
          expect(await shell(host, "ls /srv/kinds")).toBe(
            kinds
              .map(({ name }) => `${name}.conf`)
              .sort()
              .join("\n"),
          );
          const { deployment } = JSON.parse(await stack.exportState()) as {
            deployment: { resources: StateResource[] };
          };
          const connections = deployment.resources
            .filter(({ urn }) => urn.endsWith("::mail-smtps"))
            .map(({ inputs }) => inputs?.connection);
          expect(connections).toEqual([
            { host: "mail", sshConfigFile: place.sshConfigFile, dialErrorLimit: 10, ...secretsInState },
          ]);
        });
      }

      if (operation === "up again") {
        test("with a key that the host no longer takes, refresh says which, and how to get in again", async () => {
          await rotate("first", "stranger");

          const { exitCode, output } = await stack.refresh();

          expect(exitCode).not.toBe(0);
          expect(output).toContain(
            `log in as deployer@${host.address}:22 (mail) (publickey ${key("second").fingerprint}`,
          );
          expect(output).toContain("Key files, ssh_config, known_hosts and the agent are read at each run");
        });
      }

      if (operation === "destroy") {
        test("gives the host back as it was", async () => {
          await authorizeWith("first");
          // fish makes folders of its own at each login
          const own = (row: string) => /\/home\/fisher\/\.(cache|local)/.test(row);
          expect((await snapshot(host)).filter((row) => !own(row))).toEqual(before);
        });
      }
    });

    test("an agent with more keys than the host wants to see is told so after one connection", async () => {
      await agent.remove(key("agent"));
      await agent.add(...(await strangers(folder, 4, 5, 6, 7)));
      const { address } = host;
      const connection = { host: address, agentSocketPath: agent.socket, knownHostsFile: place.knownHostsFile };
      const seen = await onHost.watch();

      const failure = await dial(connectionSchema.parse(connection)).then(
        () => "let in",
        (error: Error) => error.message,
      );

      expect(failure).toContain("Too many authentication failures");
      expect(failure).toContain("IdentityFile and IdentitiesOnly");
      expect(await seen.givenUp()).toBe(1);
    });
  });
});

interface StateResource {
  readonly urn: string;
  readonly inputs?: { connection?: object };
}

/** Two secrets of the stack are a part of the connection: encrypted. */
const encrypted = { "4dabf18193072939515e22adb298388d": expect.any(String), ciphertext: expect.any(String) };
const secretsInState = { privateKeyPassword: encrypted, sudoPassword: encrypted };

/** ssh_config as an operator writes it. The user and key file are those of the mail host. */
function sshConfig(
  place: Omit<Place, "key">,
  user: string,
  keyFile: string,
  key: (name: string) => OperatorKey,
): string {
  return `Host mail
  User ${user}
  IdentityFile ${keyFile}
Host alias
  User root
  IdentityFile ${key("stranger").file}
  IdentityFile ${key("alias").file}
Host proxyjump
  HostName 127.0.0.1
  User root
  ProxyJump guest@outer:${jumpPorts.outer},inner
Host inner
  HostName 127.0.0.1
  Port ${jumpPorts.inner}
  User guest
Host proxyjump inner outer
  IdentityFile ${key("proxyjump").file}
Host mail alias outer
  HostName ${place.host.address}
Host *
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${place.knownHostsFile}
  StrictHostKeyChecking no
`;
}

/** Keys that no host lets in. */
function strangers(folder: string, ...numbers: readonly number[]): Promise<OperatorKey[]> {
  return Promise.all(numbers.map((number) => operatorKey(folder, `stranger-${number}`, "")));
}
