// What the failure of one resource does to all that its run has changed on the host.
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Protocol, protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { dialFailure } from "../../../providers/host/connect.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
let up: Protocol;

beforeEach(async () => {
  jest.spyOn(console, "log").mockImplementation(() => {});
  folder = await hostInFolder();
  up = protocolOf(new Run(undefined, folder.hosts));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await folder[Symbol.asyncDispose]();
});

const pathOf = (name: string) => `/etc/postfix/sasl/${name}.conf`;
const inputsOf = (name: string, urn = name) => ({
  connection: folder.host.connection,
  path: pathOf(name),
  transaction: true,
  resourceUrn: `urn:pulumi:stack::project::sasl::${urn}`,
});

/** Checks the inputs and creates the resource, as an `up` does. */
async function made(protocol: Protocol, given: ReturnType<typeof inputsOf>) {
  const { inputs } = await protocol.check("SmtpdConf", {}, given);
  return await protocol.create("SmtpdConf", inputs);
}

/** A resource of an earlier run that was proved. */
async function proved(name: string) {
  const resource = await made(protocolOf(new Run(undefined, folder.hosts)), { ...inputsOf(name), transaction: false });
  return { id: resource.id, outs: { ...resource.outs, transaction: true } };
}

/** The file goes, and then, once, the record of it does not. */
const failsHalfWay = () =>
  folder.program("rm", 'case $* in *memory/*) ! mkdir "$ROOT/failed" 2>/dev/null || exit 1 ;; esac\nexec /bin/rm "$@"');

const messageOf = (failing: Promise<unknown>) =>
  failing.then(
    () => "it went well",
    (error: Error) => error.message,
  );

const hop = { host: "mail1", port: 22, user: "root", dialErrorLimit: 0, perDialTimeout: 1 };
const unreachable = () => Promise.reject(dialFailure(hop as never, "connect ECONNREFUSED"));

/** From now on nobody answers. */
async function lost() {
  await folder.host.close();
  folder.host.open = unreachable;
}

test("the deletion that begins a replacement and fails is put back, with what the run had changed before", async () => {
  const bob = await proved("bob");
  await made(up, inputsOf("alice"));
  await up.check("SmtpdConf", bob.outs, inputsOf("carol", "bob"));
  failsHalfWay();

  const message = await messageOf(up.delete("SmtpdConf", bob.id, bob.outs));

  expect(message).toMatch(/everything is put back as it was before:\s+\S+bob.conf\s+\S+alice.conf/);
  expect([folder.read(pathOf("bob")) !== undefined, folder.read(pathOf("alice"))]).toEqual([true, undefined]);
  await expect(made(up, inputsOf("carol", "bob"))).rejects.toThrow(/not tried, because SmtpdConf \S+bob.conf failed/);
});

test("a resource that is refused before anything was changed keeps the others of the run from changing the host", async () => {
  const refused = await messageOf(made(up, { ...inputsOf("alice"), path: "/etc/no-postfix/sasl/alice.conf" }));

  const other = await messageOf(made(up, inputsOf("bob")));

  expect(refused).toContain("nothing was changed");
  expect(other).toMatch(/not tried, because SmtpdConf \S+alice.conf failed, before anything was changed/);
  expect(folder.read(pathOf("bob"))).toBeUndefined();
});

test("a deletion of a destroy that fails is not put back, and says what was done", async () => {
  const bob = await proved("bob");
  failsHalfWay();

  const message = await messageOf(up.delete("SmtpdConf", bob.id, bob.outs));

  expect(message).toContain("what was done before:");
  expect(folder.read(pathOf("bob"))).toBeUndefined();
});

test("a host that is lost between two resources: the second says what the first has changed", async () => {
  await made(up, inputsOf("alice"));
  await lost();

  const message = await messageOf(made(up, inputsOf("bob")));

  expect(message).toMatch(
    /connect ECONNREFUSED\s+left on the host: NOT put back as it was before; the journal stays on the host, and the next `pulumi up` goes on from it:\s+SmtpdConf \S+alice.conf: /,
  );
  expect(message).not.toContain("nothing was changed");
  expect(folder.read("var/lib/sasl-mail-host/journal/0001/head")).toBeDefined();
});

test("a host that is lost before anything was changed is left as it was, and the error says so", async () => {
  await lost();

  expect(await messageOf(made(up, inputsOf("bob")))).toContain("left on the host: nothing was changed");
});

test("a host that is lost in the middle of a resource, and does not come back: the same", async () => {
  await made(up, inputsOf("alice"));
  folder.host.open = unreachable;
  folder.host.sabotage = "kill -KILL $$";

  const message = await messageOf(made(up, inputsOf("bob")));

  expect(message).toMatch(/NOT put back as it was before[\s\S]*connect ECONNREFUSED\s+SmtpdConf \S+alice.conf: /);
  expect(message).not.toContain("nothing was changed;");
});

test("a resource of another stack is refused, and the others of the run change nothing after it", async () => {
  await proved("alice");
  const theirs = { ...inputsOf("alice"), resourceUrn: "urn:pulumi:other::project::sasl::alice" };

  const refused = await messageOf(made(up, theirs));
  const other = await messageOf(made(up, { ...inputsOf("bob"), resourceUrn: "urn:pulumi:other::project::sasl::bob" }));

  expect(refused).toContain("it belongs to the stack project/stack");
  expect(other).toMatch(/not tried, because SmtpdConf \S+alice.conf failed, before anything was changed/);
  expect(folder.read(pathOf("bob"))).toBeUndefined();
});

test("a host that is lost after a resource that had nothing to change is left as it was, and the error says so", async () => {
  const alice = await proved("alice");
  const { inputs } = await up.check("SmtpdConf", alice.outs, inputsOf("alice"));
  await up.update("SmtpdConf", alice.id, alice.outs, inputs);
  await lost();

  expect(await messageOf(made(up, inputsOf("bob")))).toContain("left on the host: nothing was changed");
});

test("a roll-back whose journal cannot be closed says that the host is as before, and keeps the others away", async () => {
  await made(up, inputsOf("alice"));
  folder.program("mv", 'case $* in *"/journal "*) echo "mv: disk full" >&2; exit 1 ;; esac\nexec /bin/mv "$@"');

  const failed = await messageOf(made(up, { ...inputsOf("bob"), path: "/etc/no-postfix/sasl/bob.conf" }));
  const other = await messageOf(made(up, inputsOf("carol")));

  expect(failed).toMatch(/mv: disk full[\s\S]*to end the roll-back: /);
  expect(failed).not.toContain("NOT put back");
  expect(folder.read(pathOf("alice"))).toBeUndefined();
  expect(other).toMatch(/not tried, because .*was put back as it was before, but its journal could not be closed/);
});
