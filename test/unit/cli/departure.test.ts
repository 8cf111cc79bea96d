// What others in a stack depend on of a host that leaves it: taken out of the state, and nothing else.
import { describe, expect, test } from "@jest/globals";
import { componentOf, hostsInState, isWaitedFor, withoutDependenciesOn } from "../../../cli/departure/dependencies.ts";

const urnOf = (name: string, type = "pulumi-nodejs:dynamic/sasl:SaslPackage") =>
  `urn:pulumi:production::sasl-mail-host::${type}::${name}`;
const component = (host: string) => urnOf(host, "sasl:index:SaslMailHost");

/** A host with one part, behind all that the host before it has. */
const host = (name: string, behind: readonly string[] = []) => [
  { urn: component(name), type: "sasl:index:SaslMailHost", dependencies: behind },
  {
    urn: urnOf(`${name}-packages`),
    type: "pulumi-nodejs:dynamic/sasl:SaslPackage",
    parent: component(name),
    dependencies: behind,
    propertyDependencies: { connection: behind, packages: [] },
    outputs: { packages: ["postfix"] },
  },
];
const all = (name: string) => [component(name), urnOf(`${name}-packages`)];
const state = (...hosts: ReturnType<typeof host>[]) => ({ version: 3, deployment: { resources: hosts.flat() } });

const waves = state(host("mail"), host("mail2", all("mail")), host("mail3", [...all("mail"), ...all("mail2")]));

describe("a host in the state", () => {
  test("is found by its whole name", () => {
    expect(hostsInState(waves)).toEqual(["mail", "mail2", "mail3"]);
    expect(componentOf(waves, "mail")).toBe(component("mail"));
    expect(componentOf(waves, "ail2")).toBeUndefined();
  });

  test.each([
    ["mail", true],
    ["mail2", true],
    ["mail3", false],
  ])("%s is waited for by a later wave: %j", (name, waited) => {
    expect(isWaitedFor(waves, component(name))).toBe(waited);
  });
});

test("nobody depends on the host that leaves, all else stands as it was, and its own order stays", () => {
  const loosened = withoutDependenciesOn(waves, component("mail2"));

  expect(loosened).toEqual(state(host("mail"), host("mail2", all("mail")), host("mail3", all("mail"))));
});

test("where nobody waits for it the state is the same object", () => {
  expect(withoutDependenciesOn(waves, component("mail3"))).toBe(waves);
});
