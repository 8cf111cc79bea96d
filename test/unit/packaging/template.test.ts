// `pulumi new` with this repository: what the template in Pulumi.yaml asks for is what the program reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { stackSchema } from "../../../configuration/schema.ts";
import { partAt } from "../../../configuration/schema-parts.ts";
import { isSecret } from "../../../configuration/secret-keys.ts";
import { projectRoot } from "../../../lab/paths.ts";
import { withDeclarations } from "../../../packaging/reference/stack-documents.ts";

const text = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
const { template } = parse(text) as {
  template: { config: Record<string, { description: string; secret?: boolean }>; quickstart: string };
};

test.each(Object.entries(template.config))(
  "%s is a key of the program, and a secret there and here or in neither",
  (key, asked) => {
    const { shape } = stackSchema;

    expect(Object.keys(shape)).toContain(key);
    expect(asked.secret === true).toBe(isSecret(shape[key as keyof typeof shape]));
    expect(asked.description).not.toBe("");
  },
);

test("what the quickstart sets is read by the program", () => {
  const paths = [...template.quickstart.matchAll(/config set --path '([^']+)'/g)].map(([, path = ""]) => path);

  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) expect(partAt(stackSchema, keysIn(path))).toBeDefined();
});

test("`npm run reference` leaves the template as it is", () => {
  expect(parse(withDeclarations(text)).template).toEqual(template);
});

/** @example keysIn("hosts[0].name") // ["hosts", 0, "name"] */
function keysIn(path: string): (string | number)[] {
  return [...path.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
}
