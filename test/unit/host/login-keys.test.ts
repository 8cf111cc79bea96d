// Keys in files and in an agent: each is shown once, in the order of ssh(1), and the message of a refused login names every one of them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import type { Connection } from "../../../providers/host/connection-schema.ts";
import { dial } from "../../../providers/host/dial.ts";
import { fakeAgent } from "../../support/fake-agent.ts";
import { answerOf, fakeSsh } from "../../support/fake-ssh.ts";
import { type FakeHost, fakeHost, fingerprintOf } from "../../support/fake-ssh-host.ts";
import { generateKeyPair, keyPair } from "../../support/key-pair.ts";

// an encrypted key is opened by a function that is slow by intent
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "login-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

const passphrase = "pässphräse 'x'";
const locked = generateKeyPair("ed25519", { passphrase, cipher: "aes256-ctr", rounds: 16 });
const right = keyPair("ed25519", "right");
const wrong = [1, 2, 3].map((n) => keyPair("ed25519", `wrong ${n}`));
const print = (pair: { public: string }) => fingerprintOf(pair.public);

let files = 0;

/** Files with private keys, and their public parts beside them. */
function keyFiles(...pairs: readonly { private: string; public: string }[]): string[] {
  return pairs.map((pair) => {
    files += 1;
    const file = join(folder, `key${files}`);
    writeFileSync(file, pair.private);
    writeFileSync(`${file}.pub`, pair.public);
    return file;
  });
}

/** "connected", or the message. */
async function outcome(connection: Connection): Promise<string> {
  try {
    (await dial(connection)).client.end();
    return "connected";
  } catch (error) {
    return (error as Error).message;
  }
}

/** What ssh_config says of the fake host. */
const said = (fake: FakeHost, more: Record<string, string>, identities: readonly string[] = []) =>
  answerOf({ user: "root", port: fake.port, ...more }) + identities.map((file) => `identityfile ${file}\n`).join("");

const alias = { host: "mail1", port: undefined, user: undefined, password: undefined, sshConfigFile: "config" };

describe("several keys in the agent", () => {
  test("are shown one after the other until one is let in, and only that one signs", async () => {
    await using fake = await fakeHost({ userKey: right.public });
    await using agent = await fakeAgent([...wrong, right].map((pair) => pair.private));

    const result = await outcome(fake.connection({ password: undefined, agentSocketPath: agent.socket }));

    expect(result).toBe("connected");
    expect(agent.seen.signatures).toBe(1);
    // each wrong one once; the right one without and with its signature
    expect(fake.seen.logins).toHaveLength(wrong.length + 2);
  });

  test("that are all refused are named, each once", async () => {
    await using fake = await fakeHost();
    await using agent = await fakeAgent(wrong.map((pair) => pair.private));

    const message = await outcome(
      fake.connection({ password: undefined, agentSocketPath: agent.socket, dialErrorLimit: 5 }),
    );

    for (const pair of wrong) expect(message.split(`publickey ${print(pair)} (agent)`)).toHaveLength(2);
    expect(message).toContain("the host refused");
    expect(fake.seen).toMatchObject({ connections: 1, logins: wrong.map(() => "publickey") });
  });

  test("are asked for after the key that the connection names", async () => {
    await using fake = await fakeHost();
    await using agent = await fakeAgent([right.private]);
    const [first] = wrong as [(typeof wrong)[0]];

    const message = await outcome(
      fake.connection({ password: undefined, privateKey: first.private, agentSocketPath: agent.socket }),
    );

    expect(message).toMatch(/publickey \S+ \(connection\.privateKey\), publickey \S+ \(agent\); each once/);
  });

  test("none: says so, and what else may be set", async () => {
    await using fake = await fakeHost();
    await using agent = await fakeAgent([]);

    const message = await outcome(fake.connection({ password: undefined, agentSocketPath: agent.socket }));

    expect(message).toContain(`no password; the agent ${agent.socket} holds no key`);
    expect(fake.seen.connections).toBe(0);
  });
});

describe("the files that ssh_config names", () => {
  test("are shown once each, those that are not there are passed over", async () => {
    await using fake = await fakeHost({ userKey: right.public });
    const [one, two, three] = keyFiles(...wrong.slice(0, 2), right);
    using _ssh = fakeSsh({ mail1: said(fake, {}, ["/no/such/key", one, two, one, three] as string[]) });

    expect(await outcome(fake.connection(alias))).toBe("connected");
    expect(fake.seen.logins).toHaveLength(4);
  });

  test("come after the agent's keys, and a key that is in both is shown by the agent alone", async () => {
    await using fake = await fakeHost();
    const [both, file] = keyFiles(wrong[1] as never, wrong[2] as never) as [string, string];
    await using agent = await fakeAgent([wrong[0]?.private, wrong[1]?.private] as string[]);
    using _ssh = fakeSsh({ mail1: said(fake, { identityagent: agent.socket }, [both, file]) });

    const message = await outcome(fake.connection(alias));

    const [zero, one, two] = wrong.map(print);
    expect(message).toContain(
      `(publickey ${one} (agent), publickey ${zero} (agent), publickey ${two} (${file}); each once)`,
    );
  });

  test("with IdentitiesOnly keep the agent's other keys from the host", async () => {
    await using fake = await fakeHost({ userKey: right.public });
    const [file] = keyFiles(right) as [string];
    rmSync(file);
    await using agent = await fakeAgent([...wrong, right].map((pair) => pair.private));
    using _ssh = fakeSsh({ mail1: said(fake, { identityagent: agent.socket, identitiesonly: "yes" }, [file]) });

    // the private part is in the agent alone: the file's public part says which it is
    expect(await outcome(fake.connection(alias))).toBe("connected");
    expect(fake.seen.logins).toHaveLength(2);
  });

  test("that are encrypted are opened by the passphrase that is given", async () => {
    await using fake = await fakeHost({ userKey: locked.public });
    const identities = keyFiles(right, locked);
    using _ssh = fakeSsh({ mail1: said(fake, {}, identities) });

    expect(await outcome(fake.connection({ ...alias, privateKeyPassword: passphrase }))).toBe("connected");
  });

  test.each([
    ["without a passphrase", {}, "it is encrypted, and no passphrase is given"],
    [
      "with a wrong one",
      { privateKeyPassword: "wrong" },
      "it is encrypted, and the passphrase that is given does not open it",
    ],
  ])("that are encrypted, %s, end before the dial, and the message names the setting", async (_how, given, found) => {
    await using fake = await fakeHost({ userKey: locked.public });
    const [file] = keyFiles(locked) as [string];
    using _ssh = fakeSsh({ mail1: said(fake, {}, [file]) });

    const message = await outcome(fake.connection({ ...alias, ...given }));

    expect(message).toContain(`${file}: ${found}`);
    expect(message).toContain(
      "set the secret sshKeyPassphrase of the stack's configuration (in a program: connection.privateKeyPassword)",
    );
    expect(fake.seen.connections).toBe(0);
  });

  test("that are encrypted and held by the agent need no passphrase", async () => {
    await using fake = await fakeHost({ userKey: locked.public });
    const [file] = keyFiles(locked) as [string];
    await using agent = await fakeAgent([locked.private], passphrase);
    using _ssh = fakeSsh({ mail1: said(fake, { identityagent: agent.socket, identitiesonly: "yes" }, [file]) });

    expect(await outcome(fake.connection(alias))).toBe("connected");
  });

  test("are told where none of them can be used, and the agent is switched off", async () => {
    await using fake = await fakeHost();
    using _ssh = fakeSsh({ mail1: said(fake, { identityagent: "none" }, ["/no/such/key", "/no/%C"]) });

    expect(await outcome(fake.connection(alias))).toContain(
      "no private key that can be used (ssh_config names /no/such/key, /no/%C); no password; no agent",
    );
  });
});

describe("a key of the connection itself", () => {
  test.each([
    ["in a file, with the right passphrase", { privateKeyPassword: passphrase }, "connected"],
    ["in a file, without one", {}, "it is encrypted, and no passphrase is given"],
    ["in a file, with a wrong one", { privateKeyPassword: "wrong" }, "the passphrase that is given does not open it"],
  ])("that is encrypted, %s", async (_how, given, words) => {
    await using fake = await fakeHost({ userKey: locked.public });
    const [privateKeyFile] = keyFiles(locked);

    expect(await outcome(fake.connection({ password: undefined, privateKeyFile, ...given }))).toContain(words);
  });

  test("that is the public part is told so", async () => {
    await using fake = await fakeHost();

    expect(await outcome(fake.connection({ password: undefined, privateKey: right.public }))).toContain(
      "it is the public part of a key",
    );
  });
});

test("a host that asks for more than the password is told by its own question", async () => {
  await using fake = await fakeHost({
    methods: ["keyboard-interactive"],
    prompts: ["Password: ", "Verification code: "],
  });

  const message = await outcome(fake.connection({ password: "wrong" }));

  expect(message).toContain('it also asked "Verification code:", and nothing is set to answer that');
  expect(fake.seen.passwords).toBe(1);
});

test("what ssh_config says of host keys is used, and what would weaken their check is not", async () => {
  await using fake = await fakeHost({ userKey: right.public });
  const known = join(folder, "known_hosts");
  writeFileSync(known, `mail ${fake.keys.ed25519}\n`);
  const identities = keyFiles(right);
  const trusting = { stricthostkeychecking: "false", verifyhostkeydns: "true" };
  const unpinned = { ...alias, hostKey: undefined };

  {
    using _ssh = fakeSsh({ mail1: said(fake, { ...trusting, userknownhostsfile: "/dev/null" }, identities) });
    const message = await outcome(fake.connection(unpinned));
    expect(message).toContain("/dev/null holds no key for it");
    expect(message).toContain("no credential was sent");
    expect(fake.seen.logins).toEqual([]);
  }
  {
    using _ssh = fakeSsh({ mail1: said(fake, { userknownhostsfile: known, hostkeyalias: "mail" }, identities) });
    expect(await outcome(fake.connection(unpinned))).toBe("connected");
  }
});
