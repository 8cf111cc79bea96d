// The provider's text in the state: the same for all time, without anything of this machine, and it does what it stands for.
import { describe, expect, test } from "@jest/globals";
import { stubOf } from "../../../providers/pulumi/stub.ts";
import { catalogue, type Kind } from "../../../providers/resources/catalogue.ts";
import { printedBy } from "../../support/loaded-modules.ts";

const kinds = Object.keys(catalogue) as Kind[];

describe.each(kinds)("of %s", (kind) => {
  test("names the package, the kind and the calls, and no path", () => {
    const quoted = [...stubOf(kind).matchAll(/"([^"]*)"/g)].map(([, text]) => text);

    const calls = ["check", "diff", "create", "read", "update", "delete"];
    expect(quoted).toEqual(["pulumi-postfix-sasl/engine", kind, ...calls]);
  });

  test("is the same for all kinds but for the name", () => {
    expect(stubOf(kind).replaceAll(kind, "Kind")).toBe(stubOf("StatOverride").replaceAll("StatOverride", "Kind"));
  });
});

test("gives a provider with all calls, the kind in front of what Pulumi passes", async () => {
  const text = stubOf("StatOverride");
  const run = `import { createRequire } from "node:module";
const fromText = createRequire(createRequire(import.meta.url + "/x").resolve("@pulumi/pulumi/package.json"))("require-from-string");
const provider = fromText(${JSON.stringify(text)}).handler();
await provider.configure({ config: "today's" });
const { inputs, failures } = await provider.check({}, { connection: { host: "x" }, mode: "9" });
console.log(JSON.stringify([Object.keys(provider), globalThis.saslMailHostConfiguration, failures[0].property]));`;

  expect(JSON.parse(await printedBy(run))).toEqual([
    ["configure", "check", "diff", "create", "read", "update", "delete"],
    "today's",
    "mode",
  ]);
});
