// A login shell's start-up files may print and may wait for input, as root, before sudo and before the relay: nothing of it gets into what
// we read, and no line that we send them is taken for a password.
import { once } from "node:events";
import { describe, expect, jest, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { Host } from "../../../providers/host/host.ts";
import { openPortStream } from "../../../providers/host/port-stream.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";
import { type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";
import { fakeSudo } from "../../support/fake-sudo.ts";

// they wait for seconds, beside each other
jest.setTimeout(30_000);

const shells: readonly [string, string][] = [
  ["prints on both outputs", "echo Welcome; echo 'no such thing' >&2"],
  ["waits for a line", "echo 'press enter'; read -r answer"],
  ["waits for two lines and prints them", 'read -r first; read -r second; echo "[$first] [$second]"'],
  ["takes longer than our patience, and reads nothing", "sleep 1.3"],
];

async function logged<Result>(
  options: FakeHostOptions,
  changes: object,
  work: (host: Host) => Promise<Result>,
): Promise<Result> {
  await using fake = await fakeHost(options);
  const host = new Host(fake.connection(changes));
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

const look = async (host: Host) =>
  (await (await host.shell()).request("look", sh`echo out; echo err >&2`)) as { stdout: Buffer; stderr: string };

describe.each(shells)("a login shell that %s", (_what, loginShell) => {
  test.concurrent("comes before root's shell", async () => {
    const { stdout, stderr } = await logged({ loginShell }, {}, look);

    expect([stdout.toString(), stderr]).toEqual(["out\n", "err\n"]);
  });

  test.concurrent("comes before sudo, which gets the password alone, once", async () => {
    using sudo = fakeSudo("asks");

    const { stdout } = await logged(
      { loginShell, user: "mail", path: sudo.folder },
      { sudoPassword: sudo.password },
      look,
    );

    expect(stdout.toString()).toBe("out\n");
    expect(sudo.entered()).toEqual([sudo.password]);
  });

  test.concurrent("comes before a sudo that does not ask, and none of its lines reaches the root shell", async () => {
    using sudo = fakeSudo("silent");

    const { stdout } = await logged({ loginShell, user: "mail", path: sudo.folder }, {}, look);

    expect(stdout.toString()).toBe("out\n");
    expect(sudo.calls()).toEqual([expect.stringMatching(/^-k -n -- \/bin\/sh -c /)]);
  });

  test.concurrent("comes before the relay, whose first byte is the server's", async () => {
    await using smtp = await fakeSmtp("secret");

    const first = await logged({ loginShell }, {}, async (host) => {
      const { stream, close } = await openPortStream(host, smtp.port);
      const [chunk] = (await once(stream, "data")) as [Buffer];
      close();
      return chunk.toString();
    });

    expect(first).toMatch(/^220 /);
  });
});

test("the commands are text that csh and fish read as sh does: one line, no exclamation mark, no backslash before a quote or another", async () => {
  using sudo = fakeSudo("asks");
  await using fake = await fakeHost({ user: "mail", path: sudo.folder });
  await using smtp = await fakeSmtp("secret");
  const host = new Host(fake.connection({ sudoPassword: sudo.password }));

  (await openPortStream(host, smtp.port)).close();
  await host.close();

  expect(fake.seen.commands).toHaveLength(2);
  for (const command of fake.seen.commands) {
    expect(command).not.toMatch(/[\n!]|\\\\/);
    // outside of the quotes only the one way to write a quote
    expect(command.replace(/'[^']*'/g, "")).toMatch(/^exec [^"`$;&|<>]*$/);
  }
});
