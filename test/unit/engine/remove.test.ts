// What a deletion does to a host that other resources of the same run have changed.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Protocol, protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let told: string[];

beforeEach(() => {
  told = [];
  jest.spyOn(console, "log").mockImplementation((line) => told.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
});

const pathOf = (name: string) => `/etc/postfix/sasl/${name}.conf`;

/** Inputs of a SmtpdConf with this file, as the resource with this URN would have them. */
const inputsOf = ({ host }: Folder, name: string, urn: string, transaction = false) => ({
  connection: host.connection,
  path: pathOf(name),
  transaction,
  resourceUrn: `urn:pulumi:stack::project::sasl::${urn}`,
});

/** Checks the inputs and creates the resource, as an `up` does. */
async function made(protocol: Protocol, given: ReturnType<typeof inputsOf>) {
  const { inputs } = await protocol.check("SmtpdConf", {}, given);
  return await protocol.create("SmtpdConf", inputs);
}

test("a deletion after a roll-back in the same run touches nothing, and says why", async () => {
  await using folder = await hostInFolder();
  const bob = await made(protocolOf(new Run(undefined, folder.hosts)), inputsOf(folder, "bob", "b"));
  const run = new Run(undefined, folder.hosts);
  run.noteRolledBack(folder.host, { reason: "StatOverride x failed", complete: true });

  const deletion = protocolOf(run).delete("SmtpdConf", bob.id, bob.outs);

  await expect(deletion).rejects.toThrow(/not tried, because StatOverride x failed \(code: host-rolled-back/);
  expect(folder.read(pathOf("bob"))).toBeDefined();
});

test("a destroy that first rolls a killed run back goes on with all its resources", async () => {
  await using folder = await hostInFolder();
  const up = protocolOf(new Run(undefined, folder.hosts));
  const first = await made(up, inputsOf(folder, "first", "first", true));
  const second = await made(up, inputsOf(folder, "second", "second", true));
  const destroy = protocolOf(new Run(undefined, folder.hosts));

  await destroy.delete("SmtpdConf", second.id, second.outs);
  await destroy.delete("SmtpdConf", first.id, first.outs);

  expect([folder.read(pathOf("first")), folder.read(pathOf("second"))]).toEqual([undefined, undefined]);
});

test("a host that is taken out of the program after a killed run is given back with what is in no state", async () => {
  await using folder = await hostInFolder();
  const leaving = { hostName: "mail1" };
  const killed = protocolOf(new Run(undefined, folder.hosts));
  const known = await made(killed, { ...inputsOf(folder, "known", "known", true), ...leaving });
  await made(killed, { ...inputsOf(folder, "lost", "lost", true), ...leaving });
  const up = protocolOf(new Run(undefined, folder.hosts));
  await up.check("SmtpdConf", {}, { ...inputsOf(folder, "other", "other", true), hostName: "mail2" });

  await up.delete("SmtpdConf", known.id, known.outs);

  expect([folder.read(pathOf("known")), folder.read(pathOf("lost"))]).toEqual([undefined, undefined]);
});

test("what a killed run has left on a host that stays in the program waits for the proof", async () => {
  await using folder = await hostInFolder();
  const staying = { hostName: "mail1" };
  const killed = protocolOf(new Run(undefined, folder.hosts));
  const known = await made(killed, { ...inputsOf(folder, "known", "known", true), ...staying });
  await made(killed, { ...inputsOf(folder, "stays", "stays", true), ...staying });
  const up = protocolOf(new Run(undefined, folder.hosts));
  await up.check("SmtpdConf", {}, { ...inputsOf(folder, "stays", "stays", true), ...staying });

  await up.delete("SmtpdConf", known.id, known.outs);

  expect([folder.read(pathOf("known")), folder.read(pathOf("stays")) !== undefined]).toEqual([undefined, true]);
});

test("a replaced resource leaves what another one of the program has become", async () => {
  await using folder = await hostInFolder();
  const bob = await made(protocolOf(new Run(undefined, folder.hosts)), inputsOf(folder, "bob", "b"));
  const up = protocolOf(new Run(undefined, folder.hosts));
  await up.check("SmtpdConf", bob.outs, inputsOf(folder, "carol", "b"));
  await made(up, inputsOf(folder, "bob", "a"));

  await up.delete("SmtpdConf", bob.id, bob.outs);

  expect(folder.read(pathOf("bob"))).toBeDefined();
});

test("a resource that is replaced by itself stays in place", async () => {
  await using folder = await hostInFolder();
  const bob = await made(protocolOf(new Run(undefined, folder.hosts)), inputsOf(folder, "bob", "b"));
  const up = protocolOf(new Run(undefined, folder.hosts));
  await up.check("SmtpdConf", bob.outs, inputsOf(folder, "bob", "b"));
  const before = folder.read(pathOf("bob"));

  await up.delete("SmtpdConf", bob.id, bob.outs);

  expect(before).toBeDefined();
  expect(folder.read(pathOf("bob"))).toBe(before);
  expect(told.at(-1)).toContain("left in place: it is replaced by itself");
});

test("a destroy that something on the host undoes at once is an error that says what is still to be done", async () => {
  await using folder = await hostInFolder();
  const bob = await made(protocolOf(new Run(undefined, folder.hosts)), inputsOf(folder, "bob", "b"));
  folder.program("rm", 'case $* in *bob.conf*) exit 0 ;; esac\nexec /bin/rm "$@"');

  const destroyed = protocolOf(new Run(undefined, folder.hosts)).delete("SmtpdConf", bob.id, bob.outs);

  await expect(destroyed).rejects.toThrow(
    /found: this is still to be done: \S[^\n]*bob\.conf[\s\S]*next: something on the host undoes this[\s\S]*code: undo-incomplete/,
  );
});
