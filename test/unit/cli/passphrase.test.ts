// Under which passphrase `npm run pulumi` puts the secrets of a stack whose state is in the checkout.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { parse } from "yaml";
import { opens, saltOf } from "../../../cli/stack/local-stacks.ts";
import { passphraseFor, passphraseProblem } from "../../../cli/stack/passphrase.ts";
import { projectRoot } from "../../../lab/paths.ts";

/** What Pulumi 3.274.1 wrote for the passphrase "lab". */
const saltOfLab = "v1:77YEaZ1pUKY=:v1:2dtzj7HOf1HM5f7W:XMIZWQEOYoCgDrOBUOwKH40iKzjiYA==";
const variables = ["PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const given = Object.fromEntries(variables.map((name) => [name, process.env[name]]));

let checkout: { project: string; state: string };
const file = () => join(checkout.state, "passphrase");
const files = { stack: (name: string) => join(checkout.project, `Pulumi.${name}.yaml`) };

beforeEach(() => {
  for (const name of variables) delete process.env[name];
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const project = mkdtempSync(join(tmpdir(), "sasl-mail-host-checkout-"));
  checkout = { project, state: join(project, ".lab") };
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(checkout.project, { recursive: true });
  for (const [name, value] of Object.entries(given)) if (value !== undefined) process.env[name] = value;
});

/** As the file backend keeps the state of a stack. */
function stateOf(stack: string, salt: string | undefined): void {
  const path = join(checkout.state, "pulumi/.pulumi/stacks/sasl-mail-host", `${stack}.json`);
  mkdirSync(dirname(path), { recursive: true });
  const latest = salt === undefined ? {} : { secrets_providers: { type: "passphrase", state: { salt } } };
  writeFileSync(path, JSON.stringify({ version: 3, checkpoint: { latest } }));
}

function passphrase(text: string): void {
  mkdirSync(checkout.state, { recursive: true });
  writeFileSync(file(), text);
}

describe("the first stack of a checkout", () => {
  test.each(["mail1", "dev"])("%s gets a random passphrase, for its owner's eyes only", (name) => {
    const added = passphraseFor(["stack", "init", name], checkout);

    expect(added).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: file() });
    expect(readFileSync(file(), "utf8")).toMatch(/^[A-Za-z0-9+/]{32}\n$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test("gets the one that its user gives", () => {
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = "/home/me/passphrase";

    expect([passphraseFor(["stack", "init", "mail1"], checkout), existsSync(file())]).toEqual([{}, false]);
  });

  test("is not made by a command that needs none", () => {
    expect([passphraseFor(["stack", "ls"], checkout), existsSync(file())]).toEqual([{}, false]);
  });
});

test("a passphrase that is there is used for every stack and command", () => {
  passphrase("of before\n");

  for (const command of ["up", "stack init dev", "stack ls", "config set --secret a"])
    expect(passphraseFor(command.split(" "), checkout)).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: file() });
});

describe("a passphrase that is lost", () => {
  test("is named with what to do, and none is made in its place, while a stack is encrypted with it", () => {
    stateOf("mail1", saltOfLab);

    for (const command of ["up", "stack init mail2", "config set --secret proofPassword --stack mail1"])
      expect(() => passphraseFor(command.split(" "), checkout)).toThrow(
        /^\.lab\/passphrase is not there.*\(the stack mail1\).*no new one was made\. Restore \.lab\/passphrase.*PULUMI_CONFIG_PASSPHRASE_FILE/,
      );
    expect(existsSync(file())).toBe(false);
  });

  test("is missed by the file of a stack, too, when the state went with it", () => {
    writeFileSync(files.stack("mail1"), `encryptionsalt: ${saltOfLab}\nconfig: {}\n`);

    expect(() => passphraseFor(["stack", "init", "mail1"], checkout)).toThrow(/\(Pulumi\.mail1\.yaml\)/);
    expect(passphraseFor(["stack", "init", "mail2"], checkout)).not.toEqual({});
  });

  test("is missed by a state that cannot be read: what is in it is not known", () => {
    stateOf("mail1", undefined);
    writeFileSync(join(checkout.state, "pulumi/.pulumi/stacks/sasl-mail-host/mail1.json"), '{"version":3,"check');

    expect(() => passphraseFor(["up"], checkout)).toThrow(/the stack mail1/);
  });

  test("does not stand in the way of the commands that need none", () => {
    stateOf("mail1", saltOfLab);

    for (const command of ["stack ls", "stack rm mail1 --force", "cancel", "up --help"])
      expect(passphraseFor(command.split(" "), checkout)).toEqual({});
  });

  test("is nobody's where the stacks have another provider of secrets", () => {
    stateOf("mail1", undefined);

    expect(passphraseFor(["up"], checkout)).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: file() });
  });
});

test.each(["", "\n"])("an empty file (%j) is no passphrase: Pulumi would encrypt with nothing", (text) => {
  passphrase(text);

  expect(() => passphraseFor(["config", "set", "--secret", "a"], checkout)).toThrow(/\.lab\/passphrase is empty/);
});

test("a file that cannot be read is not an absent one", () => {
  mkdirSync(file(), { recursive: true });

  expect(() => passphraseFor(["stack", "init", "mail1"], checkout)).toThrow(/EISDIR/);
});

describe("after a command has failed", () => {
  test("another passphrase than the stack's is told", async () => {
    stateOf("mail1", saltOfLab);
    passphrase("another\n");

    expect(await passphraseProblem("mail1", checkout)).toMatch(
      /stack mail1 are not under the passphrase in \.lab\/passphrase/,
    );
  });

  test.each([
    ["PULUMI_CONFIG_PASSPHRASE", "another"],
    ["PULUMI_CONFIG_PASSPHRASE_FILE", "another.txt"],
  ])("one of the user's own that is another is told by its variable: %s", async (variable, value) => {
    stateOf("mail1", saltOfLab);
    const other = join(checkout.project, "another.txt");
    writeFileSync(other, "another\n");
    process.env[variable] = variable.endsWith("FILE") ? other : value;

    expect(await passphraseProblem("mail1", checkout)).toMatch(
      new RegExp(`stack mail1 are not under the passphrase in ${variable}: set it to the one`),
    );
  });

  test("one of the user's own that is the stack's is not", async () => {
    stateOf("mail1", saltOfLab);
    passphrase("another\n");
    process.env.PULUMI_CONFIG_PASSPHRASE = "lab";

    expect(await passphraseProblem("mail1", checkout)).toBeUndefined();
  });

  test("the stack's own is not", async () => {
    stateOf("mail1", saltOfLab);
    passphrase("lab\n");

    expect(await passphraseProblem("mail1", checkout)).toBeUndefined();
  });
});

test("the salts that Pulumi writes are read as it reads them", async () => {
  expect([await opens(saltOfLab, "lab"), await opens(saltOfLab, "other")]).toEqual([true, false]);
  expect(await opens(saltOf("staging", { project: projectRoot, state: checkout.state }) ?? "", "example")).toBe(true);
});

test("no stack file of the project is under a passphrase of the lab", () => {
  const text = readFileSync(join(projectRoot, "Pulumi.dev.yaml"), "utf8");

  expect(Object.keys(parse(text))).toEqual(["config"]);
  expect(text).not.toContain("secure:");
});
