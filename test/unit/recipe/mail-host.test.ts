// The recipe of a mail host: an order that can be followed, a proof of all of it, and opaque values that stay as they are.
import { describe, expect, test } from "@jest/globals";
import { Computed, OutputOf, plainValues, resolved } from "../../../providers/recipe/entry.ts";
import { mailHostRecipe } from "../../../providers/recipe/mail-host.ts";
import type { MailHostSettings } from "../../../providers/recipe/settings.ts";

const address = "mail.example.org";

/** All `OutputOf` at any depth. */
function referencesIn(value: unknown): OutputOf[] {
  if (value instanceof OutputOf) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}

describe.each<[string, MailHostSettings]>([
  ["defaults", { address }],
  ["TLS on both ports", { address, tls: { selfSigned: true }, submission: true }],
  ["port 587 alone", { address, tls: { certificateFile: "/a", keyFile: "/b" }, smtps: false, submission: true }],
  [
    "accounts in both places",
    {
      address,
      accounts: [
        { name: "bob", password: "b" },
        { name: "bob", password: "b", store: "sasldb", realm: "example.org" },
      ],
    },
  ],
])("with %s", (_what, settings) => {
  const recipe = mailHostRecipe(settings);
  const names = recipe.map(({ name }) => name);

  test("each name is there once", () => {
    expect(names).toEqual([...new Set(names)]);
  });

  test("an entry stands behind those that it waits for or takes an output of", () => {
    const early = recipe.flatMap(({ name, dependsOn, inputs }, index) => {
      const needed = [...dependsOn, ...referencesIn(inputs).map(({ entry }) => entry)];
      return needed.filter((entry) => !names.slice(0, index).includes(entry)).map((entry) => `${name}: ${entry}`);
    });

    expect(early).toEqual([]);
  });

  test("the proof is the last, and covers each other entry", () => {
    const proof = recipe.at(-1);

    const covered = referencesIn(proof?.inputs.covers).filter(({ output }) => output === "changedAt");

    expect(proof?.kind).toBe("AuthProof");
    expect(covered.map(({ entry }) => entry).sort()).toEqual(names.slice(0, -1).sort());
  });
});

test("a value that the recipe cannot read is passed on as the same object", () => {
  const password = Promise.resolve("a");
  const options = new Map([["a", "b"]]);

  const recipe = mailHostRecipe({ address, proof: { password }, options: { smtpd_banner: options } });
  const inputs = recipe.map((entry) => resolved(entry.inputs, plainValues()));

  expect(inputs.at(-1)?.password).toBe(password);
  expect(inputs.flatMap((each) => Object.values((each.options as object) ?? {}))).toContain(options);
});

test("later values are put in at any depth", () => {
  const value = {
    list: [new OutputOf("a", "x"), { deep: new Computed([new OutputOf("a", "y"), "!"], (...all) => all.join("")) }],
  };

  const found = resolved(
    value,
    plainValues(({ entry, output }) => `${entry}.${output}`),
  );

  expect(found).toEqual({ list: ["a.x", { deep: "a.y!" }] });
});
