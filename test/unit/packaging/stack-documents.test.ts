// One schema of the stack's configuration: README, Pulumi.yaml and the schema for editors say what the program checks.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { projectRoot } from "../../../lab/paths.ts";
import { withDeclarations, withTable } from "../../../packaging/reference/stack-documents.ts";
import { stackFileSchema } from "../../../packaging/reference/stack-schema.ts";

const read = (file: string) => readFileSync(join(projectRoot, file), "utf8");
const schema = stackFileSchema("sasl-mail-host");

test.each([
  ["README.md", withTable],
  ["Pulumi.yaml", withDeclarations],
] as const)("%s is what `npm run reference` makes of the schema", (file, make) => {
  expect(read(file)).toBe(make(read(file)));
});

test("the schema for editors is what `npm run reference` makes of the schema", () => {
  expect(JSON.parse(read("configuration/stack.schema.json"))).toEqual(JSON.parse(JSON.stringify(schema)));
});

describe("an editor", () => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  const stacks = globSync("Pulumi.*.yaml", { cwd: projectRoot });
  const hosts = [{ name: "mail1", connection: { host: "mail1.example.org" } }];
  const marked = (config: Record<string, unknown>) => {
    const keys = Object.entries({ hosts, ...config }).map(([key, value]) => [`sasl-mail-host:${key}`, value]);
    validate({ config: Object.fromEntries(keys) });
    return (validate.errors ?? []).map(({ instancePath, params }) => `${instancePath} ${Object.values(params).join()}`);
  };

  test.each(stacks)("takes %s as it is, which names the schema in its first line", (file) => {
    expect(read(file).split("\n")[0]).toBe("# yaml-language-server: $schema=configuration/stack.schema.json");
    expect({ valid: validate(parse(read(file))), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  test("takes secrets in every form that Pulumi writes, and keys of others", () => {
    const secure = { secure: "v1:x" };

    expect(
      marked({
        tlsKey: secure,
        hostSecrets: { mail1: { proofPassword: secure } },
        accountPasswords: { alice: secure },
      }),
    ).toEqual([]);
    expect(validate({ config: { "sasl-mail-host:hosts": hosts, "aws:region": "eu" }, encryptionsalt: "v1:x" })).toBe(
      true,
    );
  });

  test.each([
    ["an unknown key", { tsl: {} }, "/config sasl-mail-host:tsl"],
    ["an unknown key in tls", { tls: { selfsigned: true } }, "/config/sasl-mail-host:tls selfsigned"],
    [
      "a jump host's unknown key",
      { hosts: [{ name: "a", connection: { host: "a", proxy: { host: "b", prot: 1 } } }] },
      "/config/sasl-mail-host:hosts/0/connection/proxy prot",
    ],
    ["a wrong type", { smtps: "yes" }, "/config/sasl-mail-host:smtps boolean"],
    [
      "an unknown mechanism",
      { mechanism: "lpad" },
      "/config/sasl-mail-host:mechanism pam,shadow,getpwent,sasldb,ldap,rimap,kerberos5",
    ],
    ["a secret in plain text", { proofPassword: "secret" }, "/config/sasl-mail-host:proofPassword object"],
  ])("marks %s", (_what, config, error) => {
    expect(marked(config)).toEqual([error]);
  });
});
