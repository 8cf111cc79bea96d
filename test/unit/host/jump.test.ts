// Jump hosts: each hop's key is verified and its login done before the next one is dialled.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { type Connection, connectionSchema } from "../../../providers/host/connection-schema.ts";
import { dial } from "../../../providers/host/dial.ts";
import { nameOf } from "../../../providers/host/hop.ts";
import { Host } from "../../../providers/host/host.ts";
import { answerOf, fakeSsh } from "../../support/fake-ssh.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";
import { keyPair } from "../../support/key-pair.ts";

const folder = mkdtempSync(join(tmpdir(), "jump-"));
afterAll(() => rmSync(folder, { recursive: true }));

const user = keyPair("ed25519", "user");

interface Chain {
  readonly outer: FakeHost;
  readonly inner: FakeHost;
  readonly target: FakeHost;
  /** Target behind inner behind outer, with changes. */
  connection(changes: { outer?: object; inner?: object; target?: object }): Connection;
}

/** Three hosts, the first two of which can be jumped through. */
async function chained(work: (chain: Chain) => Promise<void>, outerOptions: FakeHostOptions = {}): Promise<void> {
  const userKey = user.public;
  await using outer = await fakeHost({ userKey, forwards: true, ...outerOptions });
  await using inner = await fakeHost({ userKey, forwards: true });
  await using target = await fakeHost({ userKey });
  await work({
    outer,
    inner,
    target,
    connection: (changes) =>
      target.connection({
        ...changes.target,
        proxy: inner.connection({ ...changes.inner, proxy: outer.connection(changes.outer) }),
      }),
  });
}

const stranger = keyPair("ed25519", "stranger").public;

async function refusal(connection: Connection): Promise<string> {
  try {
    (await dial(connection)).client.end();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it connected");
}

describe("a chain of two jump hosts", () => {
  test("ends at the target, which is named in messages and asked", async () => {
    await chained(async ({ outer, inner, target, connection }) => {
      const host = new Host(connection({}));

      const answer = await (await host.shell()).request("look", sh`echo here`);
      await host.close();

      expect(answer.stdout.toString()).toBe("here\n");
      expect(host.name).toBe(`root@127.0.0.1:${target.port}`);
      expect(outer.seen.jumps).toEqual([`127.0.0.1:${inner.port}`]);
      expect(inner.seen.jumps).toEqual([`127.0.0.1:${target.port}`]);
      expect([outer, inner, target].map(({ seen }) => seen.commands.length)).toEqual([0, 0, 1]);
    });
  });

  test("is hung up as a whole", async () => {
    await chained(async ({ connection, outer, inner, target }) => {
      const open = () => [outer, inner, target].map((hop) => hop.open());
      const { client } = await dial(connection({}));
      expect(open()).toEqual([1, 1, 1]);

      client.end();
      while (open().some((count) => count > 0)) await sleep(20);
    });
  });

  test.each([
    ["outer", { outer: { hostKey: stranger } }, { outer: [], inner: 0, target: 0 }],
    ["inner", { inner: { hostKey: stranger } }, { outer: ["none", "password"], inner: 1, target: 0 }],
    ["target", { target: { hostKey: stranger } }, { outer: ["none", "password"], inner: 1, target: 1 }],
  ] as const)(
    "with a changed key of the %s hop stops there, at once and without a credential",
    async (which, changes, seen) => {
      await chained(async (chain) => {
        const refused = chain.connection({
          ...changes,
          target: { dialErrorLimit: 5, ...("target" in changes ? changes.target : {}) },
        });

        const message = await refusal(refused);

        expect(message).toContain("HOST KEY CHANGED");
        expect(message).toContain(`root@127.0.0.1:${chain[which].port}`);
        const setting = { outer: "connection.proxy.proxy", inner: "connection.proxy", target: "connection" }[which];
        expect(message).toContain(`${setting}.hostKey expects`);
        expect(chain[which].seen.logins).toEqual([]);
        expect({
          outer: chain.outer.seen.logins,
          inner: chain.inner.seen.connections,
          target: chain.target.seen.connections,
        }).toEqual(seen);
      });
    },
  );

  test("with a login that is refused half-way does not reach the next, and is not tried again", async () => {
    await chained(async ({ connection, inner, target }) => {
      const message = await refusal(connection({ inner: { password: "wrong" }, target: { dialErrorLimit: 5 } }));

      expect(message).toContain(`log in as root@127.0.0.1:${inner.port}`);
      expect(inner.seen).toMatchObject({ connections: 1, passwords: 1, jumps: [] });
      expect(target.seen.connections).toBe(0);
    });
  });

  test("without a way to log in to one of them is not begun", async () => {
    await chained(async ({ connection, outer }) => {
      const message = await refusal(connection({ inner: { password: undefined, privateKeyFile: "/no/such/key" } }));

      expect(message).toContain("correct connection.proxy.privateKeyFile");
      expect(outer.seen.connections).toBe(0);
    });
  });

  test("that ssh_config names is found with the keys and known_hosts of the same file", async () => {
    await chained(async ({ outer, inner, target }) => {
      const [identityfile, known] = [join(folder, "key"), join(folder, "known_hosts")];
      writeFileSync(identityfile, user.private);
      const line = ({ port, keys }: FakeHost) => `[127.0.0.1]:${port} ${keys.ed25519}\n`;
      writeFileSync(known, [outer, inner, target].map(line).join(""));
      const said = (fake: FakeHost, more: Record<string, string>) =>
        answerOf({ user: "root", port: fake.port, identityfile, userknownhostsfile: known, ...more });
      using _ssh = fakeSsh({
        target: said(target, { proxyjump: "inner" }),
        inner: said(inner, { proxyjump: "outer" }),
        outer: said(outer, {}),
      });

      const { client, hop } = await dial(connectionSchema.parse({ host: "target", sshConfigFile: "config" }));
      client.end();

      expect(nameOf(hop)).toBe(`root@127.0.0.1:${target.port} (target)`);
      for (const { seen } of [outer, inner, target]) expect(new Set(seen.logins)).toEqual(new Set(["publickey"]));
      expect(inner.seen.jumps).toEqual([`127.0.0.1:${target.port}`]);
    });
  });
});

test("a jump host that does not forward is named with what must allow it, and is not dialled again", async () => {
  await chained(
    async ({ connection, outer, inner }) => {
      const message = await refusal(connection({ target: { dialErrorLimit: 5 } }));

      expect(message).toContain(`reach root@127.0.0.1:${inner.port} through its jump host`);
      expect(message).toContain("AllowTcpForwarding yes or local, DisableForwarding no, PermitOpen");
      expect(outer.seen.connections).toBe(1);
    },
    { forwards: false },
  );
});

test("a target that does not answer its jump host is dialled again, then given up", async () => {
  await chained(async ({ connection, outer, target }) => {
    await target[Symbol.asyncDispose]();

    const message = await refusal(connection({ target: { dialErrorLimit: 1 } }));

    expect(message).toContain(`connect to root@127.0.0.1:${target.port} (2 dials at the most`);
    expect(message).toContain("the jump host can not reach it");
    expect(outer.seen.connections).toBe(2);
  });
});
