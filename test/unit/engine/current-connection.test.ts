// Which connection a refresh or destroy uses, and what its message says when nobody gets in by it.
import { afterEach, describe, expect, test } from "@jest/globals";
import { commonInputsOf } from "../../../providers/engine/common-inputs.ts";
import { type Configuration, currentConnection } from "../../../providers/engine/current-connection.ts";
import { read } from "../../../providers/engine/index.ts";
import { outputsOf } from "../../../providers/engine/state.ts";
import { withStackSecrets } from "../../../providers/host/connection-secrets.ts";
import { definitionOf } from "../../../providers/resources/catalogue.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";

const place = globalThis as { saslMailHostConfiguration?: unknown };
afterEach(() => {
  delete place.saslMailHostConfiguration;
});

/** The stack's configuration as the stub keeps it. */
function configured(connection: object, more: Record<string, string> = {}): void {
  const values = new Map([["hosts", JSON.stringify([{ name: "mail", connection }])], ...Object.entries(more)]);
  place.saslMailHostConfiguration = { get: (key: string) => values.get(key) };
}

const stored = commonInputsOf({ connection: { host: "old", password: "old" }, hostName: "mail" });

describe("the connection of today", () => {
  test("is that of the configuration with its secrets, where the program runs", () => {
    configured(
      {
        host: "mail1",
        user: "ops",
        sshConfigFile: "~/.ssh/config",
        proxy: { host: "inner", proxy: { host: "outer" } },
      },
      { sshPassword: "p", sshKeyPassphrase: "k", sudoPassword: "s" },
    );

    expect(currentConnection(place.saslMailHostConfiguration as Configuration | undefined, stored).connection).toEqual({
      host: "mail1",
      user: "ops",
      sshConfigFile: "~/.ssh/config",
      password: "p",
      privateKeyPassword: "k",
      sudoPassword: "s",
      dialErrorLimit: 10,
      proxy: { host: "inner", dialErrorLimit: 10, proxy: { host: "outer", dialErrorLimit: 10 } },
    });
  });

  test("has the secrets of this host in the place of the stack's", () => {
    configured(
      { host: "mail1", user: "ops" },
      {
        sshPassword: "of the stack",
        sudoPassword: "of the stack",
        hostSecrets: JSON.stringify({ mail: { sudoPassword: "of mail" }, other: { sshPassword: "of another" } }),
      },
    );

    expect(
      currentConnection(place.saslMailHostConfiguration as Configuration | undefined, stored).connection,
    ).toMatchObject({ password: "of the stack", sudoPassword: "of mail" });
  });

  test("is the stored one where there is no configuration, or no such host in it", () => {
    expect(currentConnection(place.saslMailHostConfiguration as Configuration | undefined, stored).connection).toEqual(
      stored.connection,
    );
    configured({ host: "new" });
    const { hostName: _none, ...nameless } = stored;
    expect(
      currentConnection(place.saslMailHostConfiguration as Configuration | undefined, { ...stored, hostName: "other" })
        .connection,
    ).toEqual(stored.connection);
    expect(
      currentConnection(place.saslMailHostConfiguration as Configuration | undefined, nameless).connection,
    ).toEqual(stored.connection);
  });

  test("leaves out secrets that are empty, as a key that is not set is", () => {
    configured({ host: "mail1" }, { sshPassword: "", sshKeyPassphrase: "", sudoPassword: "" });

    expect(currentConnection(place.saslMailHostConfiguration as Configuration | undefined, stored).connection).toEqual({
      host: "mail1",
      dialErrorLimit: 10,
    });
  });
});

describe("the secrets of a stack", () => {
  const secrets = { sshPassword: "p", sshKeyPassphrase: "k", sudoPassword: "s" };
  const joined = (connection: { user?: string; sshConfigFile?: string }) =>
    Object.keys(withStackSecrets(connection, secrets));

  test("go to the target; sudo's only where the user may be another than root", () => {
    expect(joined({})).toEqual(["password", "privateKeyPassword"]);
    expect(joined({ user: "root", sshConfigFile: "c" })).not.toContain("sudoPassword");
    expect(joined({ user: "ops" })).toContain("sudoPassword");
    // ssh_config decides who it is
    expect(joined({ sshConfigFile: "c" })).toContain("sudoPassword");
  });

  test("that are not set leave no trace", () => {
    expect(withStackSecrets({ user: "ops" }, {})).toEqual({ user: "ops" });
  });
});

describe("a refresh that nobody lets in says how to get in again", () => {
  const member = definitionOf("GroupMember");
  const usesToday =
    "hosts[].connection of the stack's configuration counts only where the run executes the program: with `npm run pulumi`, or with PULUMI_RUN_PROGRAM=true; a destroy also needs --refresh=false";

  /** The message of a refresh with a connection that is refused. */
  async function refused(hostName: string | undefined, changes: object): Promise<string> {
    await using fake = await fakeHost();
    const connection = fake.connection({ password: "wrong", ...changes });
    const common = commonInputsOf({ connection, hostName });
    const outputs = outputsOf(member, { common, desired: {}, before: {}, machine: "m", report: {} }, {});
    return await read("GroupMember", "postfix/sasl", outputs).then(
      () => "let in",
      (error: Error) => error.message,
    );
  }

  test.each([
    ["a login", {}, "the host refused"],
    ["a key that is not there", { privateKeyFile: "/no/such/key" }, "correct connection.privateKeyFile"],
    ["a host key", { hostKey: `SHA256:${"x".repeat(43)}` }, "HOST KEY CHANGED"],
    ["an address that does not answer", { port: 1 }, "ECONNREFUSED"],
  ])("after %s, with the runs that use today's configuration", async (_what, changes, words) => {
    const message = await refused("mail", changes);

    expect(message).toContain(words);
    expect(message).toContain("Key files, ssh_config, known_hosts and the agent are read at each run");
    expect(message).toContain(usesToday);
    expect(message).not.toContain("wrong");
  });

  test("also by the connection of a configuration, which may be that of the last up: with the same", async () => {
    await using fake = await fakeHost();
    configured({ ...fake.connection({ password: undefined, privateKeyFile: "/no/such/key" }) });

    const message = await refused("mail", {});

    expect(message).toContain("correct connection.privateKeyFile");
    expect(message).toContain(usesToday);
  });

  test("in a program without such a configuration: with the update that looks at no host before", async () => {
    expect(await refused(undefined, {})).toContain("`pulumi up --refresh=false`");
  });
});
