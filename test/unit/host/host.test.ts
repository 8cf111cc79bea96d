// A host as the rest of the program uses it: where it is reached, which messages it gives, and which failures hold for the whole run.
import { expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { sh } from "../../../providers/core/shell.ts";
import { Host } from "../../../providers/host/host.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";

function listener() {
  const told: string[] = [];
  const log = Object.assign((line: string) => void told.push(line), {
    warn: (line: string) => void told.push(`warning: ${line}`),
    delivered: async () => {},
  });
  return { told, log };
}

test("the endpoint is the address and port of SSH, known once it was dialled", async () => {
  await using fake = await fakeHost();
  const host = new Host(fake.connection());

  const endpoint = await host.endpoint();

  expect(endpoint).toEqual({ address: "127.0.0.1", sshPort: fake.port, direct: true });
  await host.close();
});

test("what a script tells and warns of while it runs comes to the log before its answer", async () => {
  await using fake = await fakeHost();
  const host = new Host(fake.connection());
  const { told, log } = listener();
  host.tellTo(log);

  const { stdout } = await (await host.shell()).request("try", sh`tell so far; warn look out; echo done`);

  expect(told).toEqual(["so far", "warning: look out"]);
  expect(stdout.toString()).toBe("done\n");
  await host.close();
});

test("a host that nobody listens to drops what it is told", async () => {
  await using fake = await fakeHost();
  const host = new Host(fake.connection());

  const { code } = await (await host.shell()).request("try", sh`tell so far; warn look out`);

  expect(code).toBe(0);
  await host.close();
});

const lockedFailure = new Failure({ code: "host-locked", tried: "lock", found: "another run", next: "wait" });
const otherFailure = new Failure({ code: "host-unreadable", tried: "read", found: "nothing", next: "look" });

test.each([
  ["another run that has kept the lock for as long as we wait holds for the run", lockedFailure, 1],
  ["a failure that may pass is tried again by the next call", otherFailure, 2],
  ["so is an error that nobody foresaw", new TypeError("oops"), 2],
])("%s", async (_what, failure, tries) => {
  let opened = 0;
  class Failing extends Host {
    override async open(): Promise<never> {
      opened += 1;
      throw failure;
    }
  }
  const host = new Failing({ host: "mail1" } as never);

  for (const _call of [1, 2]) await expect(host.shell()).rejects.toBe(failure);

  expect(opened).toBe(tries);
});
