// Whether the machine that answers is the one of the state: by its machine ID, and by what it remembers of the stack. Nothing is given up, and nothing
// is taken for done, on another one.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Protocol, protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

const path = "/etc/postfix/sasl/bob.conf";
const another = "f".repeat(32);

let folder: Folder;
let told: string[];
let bob: { id: string; outs: Record<string, unknown> };

const inputs = (changes: object = {}) => ({
  connection: folder.host.connection,
  path,
  resourceUrn: "urn:pulumi:stack::project::sasl::bob",
  ...changes,
});
const nextRun = (): Protocol => protocolOf(new Run(undefined, folder.hosts));
async function made(protocol: Protocol, given = inputs()) {
  const checked = await protocol.check("SmtpdConf", {}, given);
  return await protocol.create("SmtpdConf", checked.inputs);
}

beforeEach(async () => {
  folder = await hostInFolder();
  told = [];
  jest.spyOn(console, "log").mockImplementation((line) => told.push(line));
  bob = await made(nextRun());
  told.length = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await folder[Symbol.asyncDispose]();
});

const forgotten = () => rmSync(folder.at("var/lib/sasl-mail-host/memory"), { recursive: true });
const renewed = () => folder.write("etc/machine-id", `${another}\n`);

test("a refresh of the same machine says nothing", async () => {
  const found = await nextRun().read("SmtpdConf", bob.id, bob.outs);

  expect(found.id).toBe(bob.id);
  expect(told).toEqual([]);
});

test("a refresh takes a machine with a new ID that remembers the stack for the same one, says so, and keeps the new ID", async () => {
  renewed();

  const found = await nextRun().read("SmtpdConf", bob.id, bob.outs);

  expect(found).toMatchObject({ id: bob.id, props: { machine: another } });
  expect(told).toEqual([
    expect.stringMatching(
      `warning: its /etc/machine-id is ${another} and was 0123456789abcdef0123456789abcdef at the last run; the host remembers this stack, so it is taken for the same host$`,
    ),
  ]);
});

test("a refresh of another machine finds nothing there, and says which one answers", async () => {
  renewed();
  forgotten();

  const found = await nextRun().read("SmtpdConf", bob.id, bob.outs);

  expect(found).toEqual({});
  expect(told).toEqual([expect.stringMatching(/another machine answers: .*, and it remembers nothing of this stack$/)]);
});

test("a state of an older version that names no machine is taken for the one that remembers the stack", async () => {
  const { machine: _none, ...older } = bob.outs;

  const found = await nextRun().read("SmtpdConf", bob.id, older);

  expect(found.id).toBe(bob.id);
  expect(told).toEqual([
    expect.stringContaining("and was not recorded at the last run; the host remembers this stack"),
  ]);
});

test("a state without the time before has it from the host again", async () => {
  const { before: _none, ...lost } = bob.outs;

  const found = await nextRun().read("SmtpdConf", bob.id, lost);

  expect(bob.outs.before).toBeDefined();
  expect(found.props?.before).toEqual(bob.outs.before);
});

test("a destroy puts a machine with a new ID back that remembers the stack, and says so", async () => {
  renewed();

  await nextRun().delete("SmtpdConf", bob.id, bob.outs);

  expect(folder.read(path)).toBeUndefined();
  expect(told.join("\n")).toContain("the host remembers this stack, so it is taken for the same host");
});

test("a destroy of another machine is refused, and touches nothing there", async () => {
  renewed();
  forgotten();

  const destroyed = nextRun().delete("SmtpdConf", bob.id, bob.outs);

  await expect(destroyed).rejects.toThrow(
    /another machine answers: .*was 0123456789abcdef0123456789abcdef at the last run, and it remembers nothing[\s\S]*code: another-machine/,
  );
  expect(folder.read(path)).toBeDefined();
});

test("a replacement on another machine has nothing to take back there", async () => {
  renewed();
  forgotten();
  const up = nextRun();
  await up.check("SmtpdConf", bob.outs, inputs({ path: "/etc/postfix/sasl/carol.conf" }));

  await up.delete("SmtpdConf", bob.id, bob.outs);

  expect(folder.read(path)).toBeDefined();
  expect(told).toEqual([
    expect.stringContaining("another machine answers there now, with nothing of this resource on it"),
  ]);
});

test("a machine whose record of the stack names no owner is not taken for the same one", async () => {
  renewed();
  forgotten();
  const { resourceUrn: _none, ...nobody } = inputs();
  await made(nextRun(), nobody as ReturnType<typeof inputs>);

  await expect(nextRun().delete("SmtpdConf", bob.id, bob.outs)).rejects.toThrow("another machine answers");
  expect(folder.read(path)).toBeDefined();
});

const theirs = { resourceUrn: "urn:pulumi:other::project::sasl::bob" };

test("another stack is refused what the host says is this one's", async () => {
  await expect(made(nextRun(), inputs(theirs))).rejects.toThrow(
    /belongs to the stack project\/stack[\s\S]*takeOverFrom/,
  );
});

test("a stack that takes the host over says from whom, and the first one leaves it alone from then on", async () => {
  const before = folder.read(path);

  await made(nextRun(), inputs({ ...theirs, takeOverFrom: "project/stack" }));
  const taken = [...told];
  await nextRun().delete("SmtpdConf", bob.id, bob.outs);

  expect(taken).toContainEqual(expect.stringContaining("taken over from the stack project/stack"));
  expect(told.at(-1)).toContain("left as it is: it belongs to the stack project/other now");
  expect(folder.read(path)).toBe(before);
});
