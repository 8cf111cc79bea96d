// What must never happen, whatever the host or the input: rows about bad input, host keys, unreachable hosts and provider code.
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, knownHosts, type LabHost, openRelay, type Relay } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { expectSuccess, freshHost, shell, snapshot } from "../support/index.ts";
import { Stack } from "../support/stack.ts";
import { singleResource, variant } from "../support/variant.ts";

jest.setTimeout(300_000);

describe("input that can not be right is refused before the host is contacted", () => {
  const contacts: string[] = [];
  const listener = createServer((socket) => {
    contacts.push("contacted");
    socket.destroy();
  });
  let stack: Stack;
  let connection: object;

  beforeAll(async () => {
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    connection = {
      host: "127.0.0.1",
      port: (listener.address() as AddressInfo).port,
      hostKey: `SHA256:${"A".repeat(43)}`,
      privateKeyFile: "/dev/null",
    };
    stack = await Stack.create("guards", variant("inputs", singleResource));
  });

  afterAll(() => {
    stack?.forget();
    listener.close();
  });

  test.each([
    { what: "mode 9999", resource: "StatOverride", inputs: { mode: "9999" }, says: /mode.*must be an octal mode/ },
    {
      what: "a path with a newline",
      resource: "StatOverride",
      inputs: { path: "/var/a\nb" },
      says: /path.*printable ASCII/,
    },
    {
      what: "a path that climbs",
      resource: "SmtpdConf",
      inputs: { path: "/etc/postfix/../shadow" },
      says: /path.*must not contain/,
    },
    { what: "port 0", resource: "AuthProof", inputs: { port: 0 }, says: /port.*between 1 and 65535/ },
    { what: "an unknown key", resource: "GroupMember", inputs: { members: "x" }, says: /members.*[Uu]nrecognized/ },
    {
      what: "a command in the place of a name",
      resource: "GroupMember",
      inputs: { user: "; rm -rf /" },
      says: /user.*must be a user/,
    },
    {
      what: "an option in the place of a package",
      resource: "SaslPackage",
      inputs: { packages: ["--reinstall"] },
      says: /packages.*Debian package name/,
    },
    {
      what: "TLS without a certificate",
      resource: "MasterService",
      inputs: { options: { smtpd_tls_wrappermode: "yes" } },
      says: /options.*without a certificate/,
    },
    {
      what: "cleartext AUTH left running",
      resource: "PostfixService",
      inputs: { state: "running", cleartextAuth: true },
      says: /state.*clear text.*allowCleartext/,
    },
    {
      what: "a mechanism that saslauthd can not serve",
      resource: "SmtpdConf",
      inputs: { mechList: ["cram-md5"] },
      says: /mechList.*no other mechanism/,
    },
  ])("$what", async ({ resource, inputs, says }) => {
    stack.configure({ resource, inputs: { ...inputs, connection } });

    const run = await stack.up();

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toMatch(says);
    expect(run.output).toContain("the host was not contacted");
    expect(contacts).toEqual([]);
  });

  test("the stack's configuration names key and host", async () => {
    const own = await Stack.create("config");
    own.configure({ hosts: [{ name: "mail1", connection: { host: "127.0.0.1", prot: 22 } }] });

    const run = await own.up();

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toMatch(/hosts\[0\]\.connection\.prot \(host mail1\): unknown key; did you mean port\?/);
    own.forget();
  });
});

describe("a host that is not the one we know, or not there", () => {
  let host: LabHost;
  let stack: Stack;
  let relay: Relay;
  let moved: Relay | undefined;
  let before: string[];
  const connectThrough = (more: object) => {
    stack.configure({
      hosts: [
        {
          name: "mail",
          connection: {
            host: relay.address,
            port: relay.port,
            privateKeyFile: host.privateKeyFile,
            dialErrorLimit: 1,
            perDialTimeout: 3,
            ...more,
          },
        },
      ],
    });
  };

  beforeAll(async () => {
    host = await freshHost("guards13", 13);
    before = await snapshot(host);
    relay = await openRelay(host);
    stack = await Stack.create("unknown");
  });

  afterAll(async () => {
    stack?.forget();
    await relay?.close();
    await moved?.close();
    if (host !== undefined) await destroyHost(host);
  });

  test("an unknown host key is refused with its fingerprint, and sshd never saw a login", async () => {
    connectThrough({ knownHostsFile: "/dev/null" });

    const run = await stack.up();

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain(await fingerprint(host));
    expect(run.output).toMatch(/no credential was sent/);
    expect(await shell(host, "journalctl -u ssh --no-pager -o cat | grep -cE 'Accepted|Failed' || true")).toBe("0");
    expect(await snapshot(host)).toEqual(before);
  });

  test("a changed host key is refused with both fingerprints, and sshd never saw a login", async () => {
    const other = `SHA256:${"b".repeat(43)}`;
    connectThrough({ hostKey: other });

    const run = await stack.up();

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain("HOST KEY CHANGED");
    expect(run.output).toContain(other);
    expect(run.output).toMatch(/offers \S+ SHA256:/);
    expect(await shell(host, "journalctl -u ssh --no-pager -o cat | grep -cE 'Accepted|Failed' || true")).toBe("0");
  });

  test("unreachable is not gone: refresh fails and the state keeps every resource", async () => {
    const file = join(stack.folder, "known_hosts");
    writeFileSync(file, await knownHosts(host, relay.address, relay.port));
    connectThrough({ knownHostsFile: file });
    expect((await stack.up()).exitCode).toBe(0);
    relay.cut();

    const run = await stack.refresh();

    expect(run.exitCode).not.toBe(0);
    expect(run.output).toContain(`root@${relay.address}:${relay.port}`);
    const state = JSON.parse(await stack.exportState()) as { deployment: { resources: { type: string }[] } };
    expect(state.deployment.resources.filter(({ type }) => type.includes("dynamic/sasl:"))).toHaveLength(8);
    await relay.resume();
    expect((await stack.preview("--expect-no-changes")).exitCode).toBe(0);
  });

  test("editing provider code leaves every resource unchanged", async () => {
    const copy = variant("edited", readFileSync(join(projectRoot, "index.ts"), "utf8"));
    const edited = stack.in(copy);
    for (const file of ["engine/index.ts", "resources/saslauthd/stat-override.ts", "pulumi/stub.ts"]) {
      const path = join(copy, "providers", file);
      writeFileSync(
        path,
        `${readFileSync(path, "utf8")}\n/** A later version. */\nexport const later = ${Date.now()};\n`,
      );
    }

    const run = await edited.preview("--expect-no-changes");

    expect({ exitCode: run.exitCode, output: run.exitCode === 0 ? "" : run.output }).toEqual({
      exitCode: 0,
      output: "",
    });
  });

  test("a host that moved: refresh, up and destroy go to the address that the configuration names today", async () => {
    moved = await openRelay(host);
    relay.cut();
    const file = join(stack.folder, "known_hosts");
    writeFileSync(file, await knownHosts(host, moved.address, moved.port));
    stack.configure({
      hosts: [
        {
          name: "mail",
          connection: {
            host: moved.address,
            port: moved.port,
            privateKeyFile: host.privateKeyFile,
            knownHostsFile: file,
          },
        },
      ],
    });

    for (const run of [
      await stack.refresh(),
      await stack.up(),
      await stack.preview("--expect-no-changes"),
      await stack.destroy(),
    ])
      expectSuccess(run);

    expect(await snapshot(host)).toEqual(before);
  });
});

async function fingerprint(host: LabHost): Promise<string> {
  return (await shell(host, "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")).split(" ")[1] ?? "";
}
