// What earlier versions left in the state and on the host: this version reads it, has nothing to replace, and updates and deletes from it.
import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { inputsOf, type Properties, stateIn } from "../../../providers/engine/state.ts";
import { stubOf } from "../../../providers/pulumi/stub.ts";
import { definitionOf } from "../../../providers/resources/catalogue.ts";
import { fixture } from "../../support/fake-answers.ts";
import type { Folder } from "../../support/host-in-folder.ts";
import {
  type KeptResource,
  type KeptState,
  type KeptVersion,
  keptState,
  keptVersions,
} from "../../support/kept-state.ts";
import { askedToday, hostLeftBy, recipe, stockGroup, UpgradedHost } from "../../support/upgraded-host.ts";

jest.setTimeout(60_000);

beforeEach(() => {
  jest.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(keptVersions)("a state of %s", (version) => {
  const kept = keptState(version);
  const rows = kept.resources.map((resource) => ({ ...resource, resource }));

  test("has each resource of the recipe, so that none is made or deleted by the upgrade", () => {
    expect(kept.resources.map(({ name }) => name).sort()).toEqual(recipe.map(({ name }) => name).sort());
  });

  test.each(rows)(
    "$kind $name: read whole, with today's defaults for what was not known then, and the stub in it is today's",
    ({ kind, outputs }) => {
      const { desired, before, machine, common } = stateIn(definitionOf(kind), outputs);

      expect({ machine, before }).toEqual({ machine: outputs.machine, before: outputs.before });
      expect(common).toMatchObject({ connection: { host: "mail.example.org" }, transaction: true, hostName: "mail" });
      expect(desired).toMatchObject(outputs.wanted as Properties);
      expect(definitionOf(kind).schema.parse(desired)).toEqual(desired);
      expect(outputs.__provider).toBe(stubOf(kind as Parameters<typeof stubOf>[0]));
    },
  );

  test.each(rows)(
    "$kind $name: what is asked for today is accepted, is the same thing, and replaces nothing",
    async ({ resource }) => {
      const { kind, id, inputs, outputs } = resource;
      const protocol = protocolOf(new Run());

      const checked = await protocol.check(kind, inputs, askedToday(kept, resource));
      const { replaces } = await protocol.diff(kind, id, outputs, checked.inputs);

      expect(checked.failures).toEqual([]);
      expect(replaces).toEqual([]);
      expect(definitionOf(kind).id(inputsOf(definitionOf(kind), checked.inputs, outputs))).toBe(id);
    },
  );

  test("refreshed, updated and deleted: what stands in files is first left alone, then as today, then as the packages have it", async () => {
    await using folder = await hostLeftBy(kept);
    const resources = recipe.flatMap(({ name }) => kept.resources.filter((one) => one.name === name && isInFiles(one)));
    const host = new UpgradedHost(folder, kept, resources);
    const files = () => filesOf(kept).map((path) => folder.read(path));
    const [left, records] = [files(), recordsIn(folder)];

    const due = await host.refresh();
    expect([files(), recordsIn(folder)]).toEqual([left, records]);
    await host.update(due);
    expect(await host.refresh()).toEqual([]);
    expect(due).toEqual(dueIn[version]);
    await host.delete();

    expect(files()).toEqual([stockMaster(kept), undefined, stockGroup]);
    expect(recordsIn(folder)).toEqual(records.filter((file) => !resources.some(({ kind }) => file.startsWith(kind))));
  });
});

/** What a file shows whole, so that a folder is host enough. The others are upgraded on real hosts (e2e/kept-version). */
function isInFiles({ kind }: KeptResource): boolean {
  return ["GroupMember", "SmtpdConf", "MasterService"].includes(kind);
}

const dueIn: Readonly<Record<KeptVersion, readonly string[]>> = {
  // this version sets more options, so that main.cf's cannot end the logins
  "6b9ffd2": ["smtps", "submission"],
  "2950dc5": [],
};

const stockMaster = ({ debian }: KeptState) => fixture(debian, "master.cf").toString();
const filesOf = ({ added }: KeptState) => [...Object.keys(added), "/etc/group"];
const recordsIn = (folder: Folder) => {
  const path = folder.at("var/lib/sasl-mail-host/memory");
  return existsSync(path) ? readdirSync(path).sort() : [];
};
