// Becoming root: the password goes to sudo alone, once, and only when sudo asks; nothing else is sent before the shell listens.
import { describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { Host } from "../../../providers/host/host.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";
import { type FakeSudo, fakeSudo, type SudoHabit } from "../../support/fake-sudo.ts";

const payload = "canary of the payload";

interface Attempt {
  readonly fake: FakeHost;
  readonly sudo: FakeSudo;
  /** What the shell printed, or the message of the failure. */
  readonly result: string;
  readonly sent: string;
}

/** Logs in as an ordinary user and asks one question as root. */
async function asRoot(
  habit: SudoHabit,
  passwordOf: (sudo: FakeSudo) => string | undefined,
  look: (attempt: Attempt) => void,
  options: FakeHostOptions = {},
): Promise<void> {
  using sudo = fakeSudo(habit);
  await using fake = await fakeHost({ user: "mail", path: sudo.folder, ...options });
  const host = new Host(fake.connection({ sudoPassword: passwordOf(sudo) }));
  const ask = async () => (await (await host.shell()).request("look", sh`echo ${payload}`)).stdout.toString();
  const result = await ask().catch((error: Error) => error.message);
  await host.close();
  look({ fake, sudo, result, sent: Buffer.concat(fake.seen.stdin).toString() });
}

describe("a sudo that asks", () => {
  test("gets the password once, byte for byte, and it is in no argument and no payload", async () => {
    await asRoot(
      "asks",
      (sudo) => sudo.password,
      ({ fake, sudo, result, sent }) => {
        expect(result).toBe(`${payload}\n`);
        expect(sudo.entered()).toEqual([sudo.password]);
        expect(sudo.calls().join("\n")).not.toContain("password");
        expect(fake.seen.commands.join("\n")).not.toContain("password");
        expect(sent.split(sudo.password)).toHaveLength(2);
      },
    );
  });

  test("is asked to forget what it remembers", async () => {
    await asRoot(
      "asks",
      (sudo) => sudo.password,
      ({ sudo }) => {
        expect(sudo.calls()).toEqual([expect.stringMatching(/^-k -S -p \S+ -- \/bin\/sh -c /)]);
      },
    );
  });

  test("and gets a wrong password sees it once; the payload is never sent", async () => {
    await asRoot(
      "asks",
      () => "wrong",
      ({ sudo, result, sent }) => {
        expect(result).toContain("sudo refused the password (one attempt was made)");
        expect(result).toContain("nothing was changed");
        expect(sudo.entered()).toEqual(["wrong"]);
        expect(sent).toMatch(/^go-\w+\nwrong\n$/);
      },
    );
  });

  test("but none is given: says so, and sends nothing", async () => {
    await asRoot(
      "asks",
      () => undefined,
      ({ sudo, result, sent }) => {
        expect(result).toContain("sudo asks for a password and none is given");
        expect(result).toContain(
          "set the secret sudoPassword of the stack's configuration (in a program: connection.sudoPassword)",
        );
        expect(sudo.entered()).toEqual([]);
        expect(sent).toBe("");
      },
    );
  });

  test("behind a login shell that chatters", async () => {
    const loginShell = "echo Welcome; echo warning >&2";
    await asRoot(
      "asks",
      (sudo) => sudo.password,
      ({ result }) => expect(result).toBe(`${payload}\n`),
      { loginShell },
    );
  });
});

test.each<[string, SudoHabit]>([["does not ask (NOPASSWD, or a login it remembers)", "silent"]])(
  "a sudo that %s never gets the password, and neither does the payload",
  async (_which, habit) => {
    await asRoot(
      habit,
      (sudo) => sudo.password,
      ({ sudo, result, sent }) => {
        expect(result).toBe(`${payload}\n`);
        expect(sent).not.toContain(sudo.password);
      },
    );
  },
);

describe("a sudo that refuses is told apart, and nothing is sent", () => {
  const visudo = "`visudo -f /etc/sudoers.d/zz-sasl-mail-host`";

  test.each<[string, SudoHabit, string[]]>([
    [
      "the user is no sudoer",
      "stranger",
      ["mail is not in the sudoers file", visudo, "mail ALL=(root) NOPASSWD: /bin/sh"],
    ],
    ["it wants a terminal", "terminal", ["requiretty", visudo, "the line: Defaults:mail !requiretty"]],
    ["it is not installed", "missing", ["sudo is not installed", "apt-get install sudo; or log in as root"]],
  ])("%s", async (_why, habit, words) => {
    await asRoot(
      habit,
      (sudo) => sudo.password,
      ({ fake, result, sent }) => {
        for (const word of words) expect(result).toContain(word);
        expect(result).toMatch(/become root with sudo as mail@127\.0\.0\.1:\d+/);
        expect(result).toContain("nothing was changed");
        expect(sent).toMatch(/^go-\w+\n$/);
        expect(fake.seen.connections).toBe(1);
      },
    );
  });
});

test("root needs no sudo", async () => {
  using sudo = fakeSudo("stranger");
  await using fake = await fakeHost({ path: sudo.folder });
  const host = new Host(fake.connection({ sudoPassword: sudo.password }));

  await host.shell();
  await host.close();

  expect(sudo.calls()).toEqual([]);
});

test("an account without a shell ends with its words and how to look", async () => {
  await using fake = await fakeHost({ loginShell: "echo 'This account is currently not available.'; exit 1" });

  await expect(new Host(fake.connection()).shell()).rejects.toThrow(
    /This account is currently not available\.[\s\S]*a nologin shell, an expired password/,
  );
});
