// What may be wrong with a host as a whole, or with the end of an operation on it: each failure, made on a host in a folder.
import { rmSync } from "node:fs";
import { jest } from "@jest/globals";
import { diagnose } from "../../../cli/doctor/diagnosis.ts";
import { type ShellText, sh } from "../../../providers/core/shell.ts";
import { errorFor } from "../../../providers/engine/failure.ts";
import type { Operation } from "../../../providers/engine/operation.ts";
import { claim } from "../../../providers/engine/owner.ts";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { refuseDifference } from "../../../providers/engine/read-host.ts";
import { refuseAfterRollBack } from "../../../providers/engine/rollback.ts";
import { Run } from "../../../providers/engine/run.ts";
import { refuseSecondName } from "../../../providers/engine/second-name.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { statusOf } from "../../../providers/facts/file.ts";
import { resourceRecordOf, resourceRecordPath } from "../../../providers/facts/resource-record.ts";
import { dial } from "../../../providers/host/dial.ts";
import type { Host } from "../../../providers/host/host.ts";
import { LockHolders, whileLocked } from "../../../providers/host/lock.ts";
import { openPortStream } from "../../../providers/host/port-stream.ts";
import { definitionOf } from "../../../providers/resources/catalogue.ts";
import type { Step } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { rollBack } from "../../../providers/transaction/rollback.ts";
import { answer } from "../../support/fake-answers.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

export async function inFolder(work: (folder: Folder) => Promise<unknown>): Promise<void> {
  await using folder = await hostInFolder();
  await work(folder);
}

export const applied = (folder: Folder, steps: readonly Step[], journalled = true) =>
  apply(folder.host, steps, { log: () => {}, done: () => {}, journalled });

const operation = { run: new Run(), owner: "project/one", definition: { kind: "SmtpdConf" }, id: "x", common: {} };
const change = (undo: ShellText): Step => ({
  do: "run",
  reason: "test",
  script: sh`true`,
  undo: { script: undo },
});

async function asked(question: ShellText, meanwhile: (cut: () => void) => void = () => {}): Promise<void> {
  await using fake = await fakeHost();
  const { Host } = await import("../../../providers/host/host.ts");
  const host = new Host(fake.connection());
  const text: Fact<unknown> = { name: "text", question, parse: () => "" };
  await host.shell();
  meanwhile(fake.cut);
  await host.ask({ text }).finally(() => host.close());
}

/** Another program holds the lock longer than this one waits, by a clock that runs fast. */
async function locked(): Promise<void> {
  let now = 0;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => (now += 400_000));
  await locking("held 0123 77 another, root@elsewhere\n").finally(() => clock.mockRestore());
}

async function locking(said: string): Promise<void> {
  const shell = { requestHere: async () => answer(said, 0, "/run: No space left on device") };
  await whileLocked(
    shell as never,
    new LockHolders(),
    "this",
    () => {},
    async () => "",
  );
}

async function withoutSessions(): Promise<void> {
  await using fake = await fakeHost({ maxSessions: 0 });
  const { client } = await dial(fake.connection());
  const host = { name: "mail1", connection: fake.connection(), shell: async () => ({ client }) };
  await openPortStream(host as never, 25).finally(() => client.end());
}

/** Creates the resource, changes the host, and deletes the resource again. */
async function deleted(before: (folder: Folder, record: string) => void): Promise<void> {
  await inFolder(async (folder) => {
    const run = () => protocolOf(new Run(undefined, folder.hosts));
    const inputs = { ...definitionOf("SmtpdConf").schema.parse({}), connection: folder.host.connection };
    const { id, outs } = await run().create("SmtpdConf", { ...inputs, transaction: false });
    (await folder.host.shell()).forget();
    before(folder, resourceRecordPath("SmtpdConf", id));
    await run().delete("SmtpdConf", id, outs);
  });
}

export const failuresOfHosts = {
  "another-machine": () =>
    deleted((folder, record) => {
      folder.write("/etc/machine-id", "fedcba9876543210fedcba9876543210\n");
      rmSync(folder.at(record));
    }),
  "answer-too-large": () => asked(sh`head -c 34000000 /dev/zero`),
  "connection-lost": () => asked(sh`sleep 5`, (cut) => setTimeout(cut, 100)),
  defect: () => {
    throw errorFor(new TypeError("oops"), { host: "mail1", resource: "SmtpdConf", done: [] });
  },
  "difference-remains": () => refuseDifference(definitionOf("GroupMember"), {}, { user: "postfix", group: "sasl" }),
  "host-locked": locked,
  "host-named-twice": () => {
    const run = new Run();
    for (const hostName of ["a", "b"]) {
      run.machineNames.noteInProgram(hostName);
      refuseSecondName({ run, common: { hostName }, host: { name: hostName } } as never, { running: "x" } as never);
    }
  },
  "lock-unavailable": () => locking("unavailable\n"),
  "host-rolled-back": () => {
    const run = new Run();
    const host = {} as Host;
    run.noteRolledBack(host, { reason: "another resource failed", complete: true });
    refuseAfterRollBack({ run, host } as Operation);
  },
  "host-unreadable": () => statusOf("/etc/x").parse(answer("", 127, "stat: not found")),
  "inputs-invalid": async () => {
    const parts = [
      { kind: "SaslPackage", name: "packages", inputs: { packages: ["no such name"] }, dependsOn: [] },
    ] as const;
    const [finding] = await diagnose({} as Host, { host: "mail1" }, parts);
    return finding?.inTheWay;
  },
  "machine-id-unreadable": () => deleted((folder) => folder.write("/etc/machine-id", "")),
  "owned-by-another-stack": () =>
    claim(operation as never, { owner: "project/other", resource: "urn:other", before: {} }),
  "port-unreachable": withoutSessions,
  "system-not-supported": () =>
    inFolder(async ({ host, write }) => {
      write("etc/os-release", 'PRETTY_NAME="Alpine Linux v3.20"\nID=alpine\n');
      await host.machine();
    }),
  "record-damaged": () => {
    const torn = Buffer.from('{"format": 1').toString("base64");
    resourceRecordOf("SmtpdConf", "x").parse(answer(`${resourceRecordPath("SmtpdConf", "x")} ${torn}\n`));
  },
  "records-not-written": () =>
    inFolder(async (folder) => {
      folder.program("sync", "exit 1");
      await applied(folder, [change(sh`true`)]);
    }),
  "roll-back-incomplete": () =>
    inFolder(async (folder) => {
      await applied(folder, [change(sh`exit 3`)]);
      await rollBack(folder.host);
    }),
  "undo-incomplete": () => deleted((folder) => folder.program("rm", "exit 0")),
};
