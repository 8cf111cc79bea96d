// A killed run has left its journal open, and the file in it that says which daemons ran is damaged: the next run says so, starts and stops no daemon,
// and removes nothing of the journal but what it has put back.
import { renameSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type Protocol, protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;

beforeEach(async () => {
  jest.spyOn(console, "log").mockImplementation(() => {});
  folder = await hostInFolder();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await folder[Symbol.asyncDispose]();
});

const opened = "/var/lib/sasl-mail-host/journal/opened";
const pathOf = (name: string) => `/etc/postfix/sasl/${name}.conf`;
const aRun = () => protocolOf(new Run(undefined, folder.hosts));

async function made(protocol: Protocol, name: string) {
  const { inputs } = await protocol.check(
    "SmtpdConf",
    {},
    {
      connection: folder.host.connection,
      path: pathOf(name),
      transaction: true,
      resourceUrn: `urn:pulumi:stack::project::sasl::${name}`,
    },
  );
  return await protocol.create("SmtpdConf", inputs);
}

const messageOf = (failing: Promise<unknown>) =>
  failing.then(
    () => "it went well",
    (error: Error) => error.message,
  );

const moveAway = 'mv /var/lib/sasl-mail-host/journal "/root/journal-$(date +%F-%T)"';

describe.each([
  ["empty", ""],
  ["cut", "sasl-mail-host journal 2\nsaslauthd run"],
  ["garbled", "\u0001\u0002 garbage\n"],
])("%s", (_how, content) => {
  test("the next up puts back what it can, and says what is not known and what to do", async () => {
    folder.running("postfix");
    await made(aRun(), "alice");
    folder.write(opened, content);

    const message = await messageOf(made(aRun(), "bob"));

    expect(message).toMatch(/opened is damaged[\s\S]*which daemons ran is not known[\s\S]*put back: \S+alice.conf/);
    expect(message).toContain(moveAway);
    expect(message).not.toMatch(/nothing was changed|inodes free|df -h/);
    expect([folder.read(pathOf("alice")), folder.read(pathOf("bob")), folder.read(opened)]).toEqual([
      undefined,
      undefined,
      content,
    ]);
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([true, false]);
  });

  test("the same command again is refused with the same words, until the journal is moved away", async () => {
    await made(aRun(), "alice");
    folder.write(opened, content);
    await messageOf(made(aRun(), "bob"));

    const again = await messageOf(made(aRun(), "bob"));
    const kept = folder.read(opened);
    renameSync(folder.at(dirname(opened)), folder.at("moved-away"));
    const afterwards = await messageOf(made(aRun(), "bob"));

    expect(again).toContain("opened is damaged");
    expect(again).toContain(moveAway);
    expect(again).not.toContain("nothing was changed");
    expect([kept, afterwards]).toEqual([content, "it went well"]);
  });

  test("a destroy stops at it, too, and says what it has put back", async () => {
    const alice = await made(aRun(), "alice");
    folder.write(opened, content);

    const message = await messageOf(aRun().delete("SmtpdConf", alice.id, alice.outs));

    expect(message).toMatch(/which daemons ran is not known[\s\S]*put back: \S+alice.conf/);
    expect(message).toContain(moveAway);
    expect(folder.read(opened)).toBe(content);
  });
});

test("a journal that was only just begun, without the file and without an entry, is no damage", async () => {
  folder.write("var/lib/sasl-mail-host/journal/opened.new", "sasl");

  expect(await messageOf(made(aRun(), "bob"))).toBe("it went well");
});
