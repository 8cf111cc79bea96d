// One host that hangs costs the others of a fleet nothing: they are read while it is waited for, and it fails by its own time alone.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { connectionSchema } from "../../../providers/host/connection-schema.ts";
import { Hosts } from "../../../providers/host/hosts.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";
import type { SpokenAnswer } from "../../support/spoken-shell.ts";

const hosts = new Hosts();
const protocol = protocolOf(new Run(undefined, hosts));

const machineId = "0123456789abcdef0123456789abcdef";
const machine = {
  code: 0,
  stdout: `${machineId}\nsystemd\n13.1\n\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n`,
};

/** What a host says on which postfix is a member of sasl. */
function speak(script: string): SpokenAnswer {
  if (script.includes("/etc/machine-id")) return machine;
  return {
    code: 0,
    stdout: script.includes("getent group") ? "yes\n" : script.includes("getent passwd") ? "sasl\n" : "",
  };
}

/** Reads one resource of a host, and gives what came of it. */
async function read(connection: object): Promise<string> {
  const { inputs } = await protocol.check("GroupMember", {}, { connection });
  const stored = { ...inputs, wanted: { ...inputs, connection: undefined }, before: {}, machine: machineId };
  return await protocol.read("GroupMember", "id", stored).then(
    () => "read",
    (error: Error) => error.message,
  );
}

/** Reads the hanging one and all others at once, and gives the results in the order in which they came. */
async function raced(hanging: object, others: readonly FakeHost[]): Promise<string[]> {
  const results: string[] = [];
  const kept = async (connection: object) => {
    results.push(await read(connection));
  };
  await Promise.all([kept(hanging), ...others.map((fake) => kept(fake.connection()))]);
  for (const fake of others) await hosts.of(connectionSchema.parse(fake.connection())).close();
  return results;
}

test("a host that takes the connection and says nothing is the last, and the only one that fails", async () => {
  await using fleet = new AsyncDisposableStack();
  const others = await Promise.all(Array.from({ length: 8 }, async () => fleet.use(await fakeHost({ speak }))));
  const mute = createServer((socket) => void fleet.defer(async () => void socket.destroy()));
  await once(mute.listen(0, "127.0.0.1"), "listening");
  fleet.defer(async () => void mute.close());
  const { port } = mute.address() as AddressInfo;

  const results = await raced(others[0]?.connection({ port, perDialTimeout: 8 }) ?? {}, others);

  expect(results.slice(0, -1)).toEqual(others.map(() => "read"));
  expect(results.at(-1)).toContain("no login within 8 s");
});

test("so is one that stops answering after the login", async () => {
  await using fleet = new AsyncDisposableStack();
  const others = await Promise.all(Array.from({ length: 8 }, async () => fleet.use(await fakeHost({ speak }))));
  const frozen = fleet.use(await fakeHost({ speak }));
  await hosts.of(connectionSchema.parse(frozen.connection())).shell();
  frozen.freeze();

  const results = await raced(frozen.connection(), others);

  expect(results.slice(0, -1)).toEqual(others.map(() => "read"));
  expect(results.at(-1)).toContain("was lost");
}, 40_000);
