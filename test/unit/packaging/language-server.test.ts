// The schema of a stack's file as an editor uses it: by the language server that VS Code, Neovim and others run for YAML.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../../lab/paths.ts";
import { blocks } from "../../support/documentation.ts";
import { LanguageServer } from "../../support/language-server.ts";

jest.setTimeout(60_000);

const named = /^# yaml-language-server: \$schema=(\S+)$/;
const schemaLine = "# yaml-language-server: $schema=configuration/stack.schema.json";
const stacks = globSync(["Pulumi.*.yaml", "examples/**/Pulumi.*.yaml"], {
  cwd: projectRoot,
  exclude: ["**/node_modules/**"],
});
const host = { name: "mail1", connection: { host: "mail1.example.org" } };
const secret = /A secret stands here encrypted, as `pulumi config set --secret` writes it/;

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start(projectRoot);
});
afterAll(() => server.stop());

/** A file of a stack, one key a line from line 3 on; flow style keeps each in its line. */
function stackFile(keys: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(keys).map(
    ([key, value]) => `  sasl-mail-host:${key}: ${stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim()}`,
  );
  return [schemaLine, "config:", ...lines, ""].join("\n");
}

describe.each(stacks)("%s", (file) => {
  const content = readFileSync(join(projectRoot, file), "utf8");

  test("names the schema relative to itself", () => {
    const [, schema = ""] = named.exec(content.split("\n")[0] ?? "") ?? [];

    const found = resolve(projectRoot, dirname(file), schema);
    expect(existsSync(found)).toBe(true);
    expect(found).toBe(join(projectRoot, "configuration/stack.schema.json"));
  });

  test("has no mark", async () => {
    expect(await server.open(file, content)).toEqual([]);
  });
});

test("the stack's files in the pages have no mark", async () => {
  const configurations = blocks()
    .filter(({ kind, text }) => kind === "yaml" && text.includes("sasl-mail-host:"))
    .map(({ file, text }) => {
      const keys = parse(text) as Record<string, unknown>;
      return { file, config: keys.config ?? keys };
    });

  const marked = await Promise.all(
    configurations.map(async ({ file, config }, index) => ({
      file,
      marks: await server.open(`Pulumi.page${index}.yaml`, `${schemaLine}\n${stringify({ config })}`),
    })),
  );

  expect(configurations).not.toEqual([]);
  expect(marked.filter(({ marks }) => marks.length > 0)).toEqual([]);
});

test("secrets are taken in each form that Pulumi writes, and keys of other projects as they are", async () => {
  const secure = { secure: "v1:x:y" };
  const content = stackFile({
    hosts: [host],
    proofPassword: secure,
    hostSecrets: { mail1: { proofPassword: secure } },
  });

  expect(await server.open("Pulumi.secrets.yaml", `${content}  aws:region: eu-west-1\n`)).toEqual([]);
});

describe("a mistake is marked in its line", () => {
  test.each<[string, Record<string, unknown>, number, RegExp]>([
    ["an unknown key", { hosts: [host], tsl: {} }, 4, /Property sasl-mail-host:tsl is not allowed/],
    ["an unknown key in an object", { tls: { selfsigned: true } }, 3, /Property selfsigned is not allowed/],
    ["a text for yes or no", { smtps: "yes" }, 3, /Expected "boolean"/],
    ["an unknown mechanism", { mechanism: "lpad" }, 3, /Valid values: "pam", "shadow", .*"ldap"/],
    ["a host without a connection", { hosts: [{ name: "mail1" }] }, 3, /Missing property "connection"/],
    [
      "a name with capitals",
      { hosts: [{ ...host, name: "Mail1" }] },
      3,
      /must be lower case letters, digits and dashes/,
    ],
    [
      "a host key that is none",
      { hosts: [{ ...host, connection: { host: "mail1", hostKey: "ed25519" } }] },
      3,
      /must be a public key line \("ssh-ed25519 AAAA…"\) or a fingerprint/,
    ],
    ["a stack without its project", { hosts: [host], takeOverFrom: "production" }, 4, /must be project\/stack/],
    ["a secret in plain text", { hosts: [host], proofPassword: "hunter2" }, 4, secret],
    ["a secret in plain text of one host", { hostSecrets: { mail1: { sudoPassword: "hunter2" } } }, 3, secret],
    [
      "a port beyond the last",
      { hosts: [{ ...host, connection: { host: "a", port: 70000 } }] },
      3,
      /above the maximum of 65535/,
    ],
  ])("%s", async (what, keys, line, message) => {
    const marks = await server.open(`Pulumi.${what.replaceAll(" ", "-")}.yaml`, stackFile(keys));

    expect(marks).toEqual([{ line, message: expect.stringMatching(message) }]);
  });

  test("in a file in block style, that of the key and not of the list", async () => {
    const config = { "sasl-mail-host:hosts": [host, { name: "mail2", connection: { host: "mail2", usr: "ops" } }] };
    const content = `${schemaLine}\n${stringify({ config })}`;

    const marks = await server.open("Pulumi.block.yaml", content);

    expect(content.split("\n")[(marks[0]?.line ?? 0) - 1]).toBe("        usr: ops");
    expect(marks.map(({ message }) => message)).toEqual(["Property usr is not allowed."]);
  });
});

test.each([
  ["submission", true, "port 587: STARTTLS, so it needs"],
  ["hosts", [host], "what this host has of its own"],
])("where the pointer rests on %s the editor says what it means", async (key, value, meaning) => {
  await server.open(`Pulumi.hover-${key}.yaml`, stackFile({ [key]: value }));

  expect(await server.hover(`Pulumi.hover-${key}.yaml`, 3, 20)).toContain(meaning);
});
