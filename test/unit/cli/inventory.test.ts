// Hosts of an ssh_config or an Ansible inventory, as `npm run hosts` prints them for a stack's file.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { parse } from "yaml";
import { namesFor } from "../../../cli/inventory/host.ts";
import { projectRoot } from "../../../cli/paths.ts";

jest.setTimeout(60_000);

const ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIJm0l1yTfb2yBpZ1u3PpC4uqYsxyzCmYLVDsH3pDgJtX";
const ecdsa = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-inventory-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function hosts(...args: string[]) {
  const run = await execa(process.execPath, ["cli/hosts.ts", ...args], {
    cwd: projectRoot,
    reject: false,
    env: { NODE_OPTIONS: "", PATH: [folder, process.env.PATH].join(delimiter) },
  });
  const printed = run.exitCode === 0 ? parse(run.stdout)["sasl-mail-host:hosts"] : undefined;
  return { exitCode: run.exitCode, stderr: run.stderr, printed };
}

/** An ansible-inventory that gives this answer, as the real one does for a folder with ranges and groups. */
function ansibleAnswers(answer: object): void {
  const program = write("ansible-inventory", `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`);
  chmodSync(program, 0o755);
}

describe("an ssh_config", () => {
  test("gives each alias with the key that known_hosts has under its real name", async () => {
    const config = write(
      "config",
      "Host mail1 mail2\n  HostName %h.example.org\n  Port 2222\nHost *.example.org !old\n  User ops\n",
    );
    const known = write(
      "known",
      `[mail1.example.org]:2222 ecdsa-sha2-nistp256 ${ecdsa}\n[mail1.example.org]:2222 ssh-ed25519 ${ed25519}\n`,
    );

    const { exitCode, stderr, printed } = await hosts("--from", config, "--known-hosts", known);

    expect(exitCode).toBe(0);
    expect(printed).toEqual([
      { name: "mail1", connection: { host: "mail1", sshConfigFile: config, hostKey: `ssh-ed25519 ${ed25519}` } },
      { name: "mail2", connection: { host: "mail2", sshConfigFile: config } },
    ]);
    expect(stderr).toContain(`no key in ${known} for mail2`);
  });

  test("says itself where the keys of its hosts are", async () => {
    const known = write("known", `mail1 ssh-ed25519 ${ed25519}\n`);
    const config = write("config", `Host mail1\n  UserKnownHostsFile ${known}\n`);

    const { stderr, printed } = await hosts("--from", config);

    expect(stderr).toBe("");
    expect(printed[0].connection.hostKey).toBe(`ssh-ed25519 ${ed25519}`);
  });

  test("without a host is refused", async () => {
    expect(await hosts("--from", write("config", "Host *\n  User ops\n"))).toMatchObject({
      exitCode: 1,
      stderr: `hosts: ${join(folder, "config")}, read as an ssh_config, names no host; where it is something else, give --ansible`,
    });
  });

  test("may have comments behind its aliases, and quotes around them", async () => {
    const config = write("config", "Host mail1 # first relay\nHost \"mail2\" 'mail3' #last\nHost mail4#1\n");

    const { printed } = await hosts("--from", config);

    expect(printed.map(({ connection }: { connection: { host: string } }) => connection.host)).toEqual([
      "mail1",
      "mail2",
      "mail3",
      "mail4#1",
    ]);
  });

  test.each([
    ["Match", "Match all\n  Include more\n"],
    ["Include", "include more\n"],
  ])("without a dot in its name is known by a line with %s", async (_word, text) => {
    expect((await hosts("--from", write("config", text))).stderr).toContain("read as an ssh_config, names no host");
  });

  test("is no folder", async () => {
    expect(await hosts("--from", folder, "--ssh-config")).toMatchObject({
      exitCode: 1,
      stderr: `hosts: ${folder} is a folder, and an ssh_config is a file: name the file, or leave --ssh-config out`,
    });
  });
});

describe("an Ansible inventory", () => {
  const answer = {
    _meta: {
      hostvars: {
        "mx1.example.org": {
          ansible_host: "192.0.2.1",
          ansible_port: "2222",
          ansible_user: "ops",
          ansible_password: "secret",
        },
        "mx2.example.org": { ansible_ssh_private_key_file: "~/.ssh/mx" },
        "web.example.org": {},
      },
    },
    all: { children: ["ungrouped", "mail"] },
    ungrouped: { hosts: ["web.example.org"] },
    mail: { hosts: ["mx1.example.org", "mx2.example.org"] },
  };

  test("gives the hosts of a group as Ansible reaches them, without passwords", async () => {
    ansibleAnswers(answer);
    const known = write(
      "known",
      `[192.0.2.1]:2222 ssh-ed25519 ${ed25519}\nmx2.example.org ssh-ed25519 ${ed25519}\n@revoked * ssh-ed25519 ${ecdsa}\n`,
    );

    const { stderr, printed } = await hosts("--from", "hosts.ini", "--group", "mail", "--known-hosts", known);

    expect({ stderr, printed }).toEqual({
      stderr: "",
      printed: [
        { name: "mx1", connection: { host: "192.0.2.1", port: 2222, user: "ops", hostKey: `ssh-ed25519 ${ed25519}` } },
        {
          name: "mx2",
          connection: { host: "mx2.example.org", privateKeyFile: "~/.ssh/mx", hostKey: `ssh-ed25519 ${ed25519}` },
        },
      ],
    });
  });

  test("gives all hosts without a group, and names the groups where there is no such one", async () => {
    ansibleAnswers(answer);

    const all = await hosts("--from", "hosts.ini");
    const none = await hosts("--from", "hosts.ini", "--group", "mial");

    expect(all.printed.map(({ name }: { name: string }) => name)).toEqual(["web", "mx1", "mx2"]);
    expect(none).toMatchObject({ exitCode: 1, stderr: "hosts: the inventory has no group mial; it has mail" });
  });

  test.each([
    ["without a dot in its name", ["--from", "hosts"]],
    ["that is a folder", ["--from", "."]],
    ["that is said to be one", ["--from", "mail.conf", "--ansible"]],
  ])("%s is none of ssh", async (_what, [flag = "", name = "", ...more]) => {
    ansibleAnswers(answer);
    write("hosts", "[mail]\nmx1.example.org ansible_host=192.0.2.1\n");
    write("mail.conf", "mx1.example.org\n");

    const { exitCode, printed } = await hosts(flag, join(folder, name), ...more);

    expect(exitCode).toBe(0);
    expect(printed).toHaveLength(3);
  });

  test("without a host says how it was read", async () => {
    ansibleAnswers({ _meta: { hostvars: {} }, all: {} });

    expect(await hosts("--from", "hosts.yml")).toMatchObject({
      exitCode: 1,
      stderr:
        "hosts: hosts.yml, read as an inventory of Ansible, names no host; where it is something else, give --ssh-config",
    });
  });

  test("that Ansible cannot read ends with Ansible's words", async () => {
    const program = write("ansible-inventory", "#!/bin/sh\necho 'ERROR! no such plugin' >&2\nexit 1\n");
    chmodSync(program, 0o755);

    expect(await hosts("--from", "hosts.yml")).toMatchObject({
      exitCode: 1,
      stderr: "hosts: ansible-inventory cannot read hosts.yml: ERROR! no such plugin",
    });
  });
});

describe("names", () => {
  test.each([
    [
      ["mail1.example.org", "mail2.example.org"],
      ["mail1", "mail2"],
    ],
    [
      ["mail.example.org", "mail.example.net"],
      ["mail-example-org", "mail-example-net"],
    ],
    [
      ["192.0.2.1", "2001:db8::1", "Mail_3"],
      ["192-0-2-1", "2001-db8-1", "mail-3"],
    ],
  ])("of %j are %j", (given, names) => {
    expect(namesFor(given)).toEqual(names);
  });
});
