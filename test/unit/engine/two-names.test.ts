// One machine by two names of the stack's configuration: the second name is refused, and nothing that was done by the first is touched.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Protocol, protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import type { Connection } from "../../../providers/host/connection-schema.ts";
import { Hosts } from "../../../providers/host/hosts.ts";
import { LockHolders } from "../../../providers/host/lock.ts";
import { type Folder, HostInFolder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
let others: AsyncDisposableStack;
let byName: Record<string, HostInFolder>;
let run: Run;
let up: Protocol;

beforeEach(async () => {
  jest.spyOn(console, "log").mockImplementation(() => {});
  folder = await hostInFolder();
  others = new AsyncDisposableStack();
  byName = {};
  run = runOf();
  up = protocolOf(run);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await others.disposeAsync();
  await folder[Symbol.asyncDispose]();
});

/** Each connection has a host of its own, and both are held by this process. */
function runOf(): Run {
  const holders = new LockHolders();
  return new Run(
    undefined,
    new (class extends Hosts {
      override of = (connection: Connection) => {
        const name = connection.hostKey ?? "";
        byName[name] ??= hostOf(connection, folder.at(""), holders);
        return byName[name];
      };
    })(),
  );
}

function hostOf({ hostKey, ...connection }: Connection, root: string, holders: LockHolders): HostInFolder {
  const host = new HostInFolder({ ...connection, ...folder.connection }, root.replace(/\/$/, ""), holders);
  others.defer(() => host.close());
  return host;
}

const pathOf = (name: string) => `/etc/postfix/sasl/${name}.conf`;

/** A fingerprint in form only, which tells one connection from another. */
const hostKeyOf = (hostName: string) => `SHA256:${hostName.padEnd(43, "x")}`;

/** Inputs of a file on the host that is called `hostName`. */
const inputsOf = (hostName: string, name: string) => ({
  connection: { ...folder.connection, hostKey: hostKeyOf(hostName) },
  hostName,
  path: pathOf(name),
  transaction: true,
  resourceUrn: `urn:pulumi:stack::project::sasl::${hostName}-${name}`,
});

async function made(protocol: Protocol, given: ReturnType<typeof inputsOf>) {
  const { inputs } = await protocol.check("SmtpdConf", {}, given);
  return await protocol.create("SmtpdConf", inputs);
}

/** In a run of its own, whose connection has ended. */
async function madeEarlier(given: ReturnType<typeof inputsOf>) {
  const resource = await made(protocolOf(runOf()), given);
  for (const host of Object.values(byName)) await host.close();
  byName = {};
  return resource;
}

const messageOf = (failing: Promise<unknown>) =>
  failing.then(
    () => "it went well",
    (error: Error) => error.message,
  );

test("the second name is refused with both names, before anything is changed, and the first goes on", async () => {
  await made(up, inputsOf("mail1", "alice"));

  const refused = await messageOf(made(up, inputsOf("mail1b", "bob")));
  await made(up, inputsOf("mail1", "carol"));

  expect(refused).toMatch(/change the host mail1b [\s\S]*as mail1 [\s\S]*code: host-named-twice/);
  expect(["alice", "bob", "carol"].map((name) => folder.read(pathOf(name)) !== undefined)).toEqual([true, false, true]);
});

test("where both begin at once, one of them is refused and the other one stays", async () => {
  const names = ["mail1", "mail1b"];

  const messages = await Promise.all(names.map((name) => messageOf(made(up, inputsOf(name, name)))));

  expect(messages.filter((message) => message.includes("host-named-twice"))).toHaveLength(1);
  expect(names.filter((name) => folder.read(pathOf(name)) !== undefined)).toHaveLength(1);
});

test("a name that is new in the program is refused where a refresh has read the machine by another one", async () => {
  const alice = await madeEarlier(inputsOf("mail1", "alice"));
  await up.check("SmtpdConf", alice.outs, inputsOf("mail1", "alice"));
  await up.read("SmtpdConf", alice.id, alice.outs);

  expect(await messageOf(made(up, inputsOf("mail1b", "bob")))).toContain("host-named-twice");
});

test("a host that was given another name is no second one: the former name is not in the program", async () => {
  const alice = await madeEarlier(inputsOf("mail1", "alice"));
  await up.read("SmtpdConf", alice.id, alice.outs);

  expect(await messageOf(made(up, inputsOf("mail2", "alice")))).toBe("it went well");
});

test("a clone with the same machine-id is another machine", async () => {
  await using clone = await hostInFolder();
  await made(up, inputsOf("mail1", "alice"));
  byName[hostKeyOf("mail1b")] = hostOf(folder.connection, clone.at(""), new LockHolders());

  expect(await messageOf(made(up, inputsOf("mail1b", "alice")))).toBe("it went well");
  expect([folder, clone].map(({ read }) => read("/etc/machine-id"))).toEqual(
    Array(2).fill(clone.read("/etc/machine-id")),
  );
  expect(clone.read(pathOf("alice"))).toBeDefined();
});
