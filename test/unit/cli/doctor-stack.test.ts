// The doctor's look at a stack: the hosts with the settings, secrets and users that `up` has, from the same recipe.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { subjectsOf } from "../../../cli/doctor/stack.ts";
import type { StackReader } from "../../../cli/stack/reader.ts";
import { plainValues, resolved } from "../../../providers/recipe/entry.ts";
import { mailHostRecipe } from "../../../providers/recipe/mail-host.ts";

// the SDK is loaded
jest.setTimeout(60_000);

const secret = (value: unknown) => ({ value: textOf(value), secret: true });
const plain = (value: unknown) => ({ value: textOf(value), secret: false });
const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const configuration = {
  "sasl-mail-host:hosts": plain([
    { name: "mail1", connection: { host: "mail1.example.org", user: "admin" } },
    {
      name: "mail2",
      connection: { host: "mail2.example.org" },
      mechanism: "sasldb",
      accounts: [{ name: "bob", store: "sasldb" }],
      takeOverFrom: "old/production",
    },
    { name: "mail3", connection: { host: "mail3.example.org" }, tls: { selfSigned: true }, submission: true },
  ]),
  "sasl-mail-host:finalState": plain("running"),
  "sasl-mail-host:allowCleartext": plain("true"),
  "sasl-mail-host:proofUsername": plain("alice"),
  "sasl-mail-host:proofPassword": secret("a"),
  "sasl-mail-host:sudoPassword": secret("s"),
  "sasl-mail-host:accountPasswords": secret({ bob: "b" }),
  "other:key": plain("of another project"),
};

const component = "urn:pulumi:dev::sasl-mail-host::sasl:index:SaslMailHost::mail2";

/** The state after a run that reached mail2 alone. */
const state = {
  deployment: {
    resources: [
      { urn: component, type: "sasl:index:SaslMailHost" },
      {
        urn: `${component.replace("SaslMailHost::mail2", "SaslMailHost$pulumi-nodejs:dynamic/sasl:MailAccount")}::mail2-account-bob`,
        type: "pulumi-nodejs:dynamic/sasl:MailAccount",
        parent: component,
        outputs: {
          name: "bob",
          password: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"b"' },
        },
      },
    ],
  },
};

/** The CLI, as far as the doctor asks it. */
const reader = (answer: object): Pick<StackReader, "name" | "ask"> => ({
  name: async () => "dev",
  ask: async (...command) => (command[0] === "config" ? answer : state),
});

let secretKeys: string | undefined;
beforeEach(() => {
  secretKeys = process.env.PULUMI_CONFIG_SECRET_KEYS;
});
afterEach(() => {
  process.env.PULUMI_CONFIG_SECRET_KEYS = secretKeys ?? "[]";
  pulumi.runtime.setAllConfig({});
});

test("all hosts are looked at, each with its own settings over the stack's", async () => {
  const subjects = await subjectsOf(reader(configuration), []);

  expect(
    subjects.map(({ name, settings, stack }) => [name, settings.mechanism, settings.submission, stack]),
  ).toMatchObject([
    ["mail1", "pam", false, { owner: "sasl-mail-host/dev", takeOverFrom: undefined }],
    ["mail2", "sasldb", false, { owner: "sasl-mail-host/dev", takeOverFrom: "old/production" }],
    ["mail3", "pam", true, { owner: "sasl-mail-host/dev", takeOverFrom: undefined }],
  ]);
});

test("secrets are those of the stack, in plain text, where they are needed", async () => {
  const [first, second] = await subjectsOf(reader(configuration), []);

  expect(first?.connection).toMatchObject({ host: "mail1.example.org", user: "admin", sudoPassword: "s" });
  expect(second?.settings.proof).toEqual({ username: "alice", password: "a" });
  expect(second?.settings.accounts).toMatchObject([{ name: "bob", store: "sasldb", password: "b" }]);
});

test("the recipe of such a host has the accounts and ports of its settings, and plain values only", async () => {
  const subjects = await subjectsOf(reader(configuration), []);

  const recipes = subjects.map(({ connection, settings }) => mailHostRecipe({ ...settings, address: connection.host }));

  const own = /^(account-.*|certificate|smtps|submission)$/;
  expect(recipes.map((recipe) => recipe.map(({ name }) => name).filter((name) => own.test(name)))).toEqual([
    ["smtps"],
    ["account-sasldb-bob", "smtps"],
    ["certificate", "smtps", "submission"],
  ]);
  const values = recipes.flat().map(({ inputs }) => resolved(inputs, plainValues()));
  expect(() => structuredClone(values)).not.toThrow();
});

test("single hosts are chosen by their names; an unknown one is refused with those that there are", async () => {
  const subjects = await subjectsOf(reader(configuration), ["mail3", "mail1"]);

  expect(subjects.map(({ name }) => name)).toEqual(["mail1", "mail3"]);
  await expect(subjectsOf(reader(configuration), ["mail4"])).rejects.toThrow(
    "the stack has no host mail4: it has mail1, mail2, mail3; no host was contacted",
  );
});

test("a mistake in the configuration is said as `up` says it, with the key", async () => {
  const wrong = { ...configuration, "sasl-mail-host:mechanism": plain("pma") };

  await expect(subjectsOf(reader(wrong), [])).rejects.toThrow(
    /the configuration of this stack cannot be used[\s\S]*mechanism: must be one of .*did you mean pam\?/,
  );
});

test("a secret in plain text beside encrypted ones is refused as `up` refuses it, from the file that was given", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-doctor-"));
  const file = join(folder, "other.yaml");
  writeFileSync(file, 'config: {"sasl-mail-host:accountPasswords": {bob: b}}');

  const looked = subjectsOf(reader(configuration), [], file);

  await expect(looked).rejects.toThrow(/accountPasswords\.bob: stands in plain text/);
  rmSync(folder, { recursive: true });
});

test("a host is looked at with what the state has of it, with its secrets, and of the others that is nothing", async () => {
  const subjects = await subjectsOf(reader(configuration), []);

  expect(subjects.map(({ stack }) => stack?.outputsOf("account-bob"))).toEqual([
    undefined,
    { name: "bob", password: "b" },
    undefined,
  ]);
});
