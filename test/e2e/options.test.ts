// Pulumi's own options and commands on resources of ours: they must do what they do with any provider. Cheap resources, that need no
// package: a membership, a directory, a file.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { expectSuccess, freshHost, identityOf, mailUser, Stack, shell, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { variant } from "../support/variant.ts";

const directory = "/srv/options";
const file = "/etc/options.conf";

type Changes = Readonly<Record<string, unknown>>;

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let stack: Stack;
    let before: string[];

    /** The program: each resource with its inputs and options. */
    const declare = (conf: Changes | undefined, place: Changes = {}, member: Changes = {}) => {
      stack.configure({
        resources: [
          { kind: "GroupMember", name: "member", inputs: { user: mailUser.name, group: "games" }, ...member },
          { kind: "StatOverride", name: "place", inputs: { path: directory, group: "games", mode: "750" }, ...place },
          ...(conf === undefined ? [] : [{ kind: "SmtpdConf", name: "conf", inputs: { path: file }, ...conf }]),
        ],
      });
    };
    const resources = async () => {
      const state = JSON.parse(await stack.exportState()) as { deployment: { resources: { urn: string }[] } };
      return state.deployment.resources.map(({ urn }) => urn);
    };
    const urnOf = async (name: string) => (await resources()).find((urn) => urn.endsWith(`::${name}`)) ?? "";
    const modeOf = (path: string) => shell(host, `stat -c '%a %G' ${path}`);

    beforeAll(async () => {
      host = await freshHost(`options${debian}`, debian);
      before = await snapshot(host);
      const program = readFileSync(join(projectRoot, "test/e2e/programs/options.ts"), "utf8");
      stack = await Stack.create(`options-${debian}`, variant(`options${debian}`, program));
      stack.configure({
        connection: { host: host.address, privateKeyFile: host.privateKeyFile, knownHostsFile: host.knownHostsFile },
      });
      declare({});
      expectSuccess(await stack.up());
    });

    afterAll(async () => {
      stack?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    describe("ignoreChanges", () => {
      const ignoring = (inputs: Changes) => ({
        inputs: { path: directory, group: "games", ...inputs },
        options: { ignoreChanges: ["mode"] },
      });

      test("leaves drift of the property alone, and a new value in the program too", async () => {
        await shell(host, `chmod 700 ${directory}`);
        declare({}, ignoring({ mode: "770" }));

        expectSuccess(await stack.up("--expect-no-changes"));

        expect(await modeOf(directory)).toBe("700 games");
      });

      test("also where the host shows what no value of the property could be, and other properties are still kept", async () => {
        await shell(host, `chmod 750 ${directory}; dpkg-statoverride --remove ${directory}`);
        declare({}, ignoring({ mode: "770" }));
        // group and owner say that the override is gone as well: only the mode is ignored
        const run = await stack.preview("--diff");
        expectSuccess(run);
        expect(run.output).toMatch(/~ group *: "games on the disk, no override registered" => "games"/);
        expect(run.output).not.toMatch(/mode *: "750 on the disk/);

        expectSuccess(await stack.up());

        expect(await shell(host, `dpkg-statoverride --list ${directory}`)).toBe(`root games 750 ${directory}`);
        expectSuccess(await stack.preview("--expect-no-changes"));
      });
    });

    test("replaceOnChanges: the resource is taken back and made anew, and destroy still knows what was there before", async () => {
      declare({}, { inputs: { path: directory, group: "adm", mode: "750" }, options: { replaceOnChanges: ["group"] } });

      expect(await stack.plan()).toEqual(["place: replace"]);
      expectSuccess(await stack.up());

      expect(await modeOf(directory)).toBe("750 adm");
      expect(await shell(host, `dpkg-statoverride --list ${directory}`)).toBe(`root adm 750 ${directory}`);
    });

    test("another name without an alias: the new one has what is there, and the old one takes nothing away", async () => {
      const place = { inputs: { path: directory, group: "adm", mode: "750" } };
      const untouched = await identityOf(host, [file, directory, "/etc/group"]);
      declare({ name: "renamed" }, { ...place, name: "elsewhere" });

      const run = await stack.up();

      expectSuccess(run);
      expect(run.output).toMatch(/left as it is: urn:.*::renamed keeps it now/);
      expect([await urnOf("renamed"), await urnOf("conf")]).toEqual([expect.stringMatching(/renamed$/), ""]);
      expect(await identityOf(host, [file, directory, "/etc/group"])).toBe(untouched);
      declare({}, place);
      expectSuccess(await stack.up());
      expect(await identityOf(host, [file, directory, "/etc/group"])).toBe(untouched);
    });

    test("another name: an alias keeps the resource, and no byte on the host moves", async () => {
      const place = { inputs: { path: directory, group: "adm", mode: "750" } };
      const untouched = await identityOf(host, [file, directory, "/etc/group"]);
      declare({ name: "settings", options: { aliases: [{ name: "conf" }] } }, place);

      expectSuccess(await stack.up("--expect-no-changes"));

      expect(await urnOf("settings")).not.toBe("");
      expect(await urnOf("conf")).toBe("");
      expect(await identityOf(host, [file, directory, "/etc/group"])).toBe(untouched);
      declare({ options: { aliases: [{ name: "settings" }], protect: true } }, place, {
        options: { retainOnDelete: true },
      });
      expectSuccess(await stack.up("--expect-no-changes"));
    });

    test("protect: the resource that left the program stays in the state and on the host, with an error", async () => {
      const conf = await shell(host, `cat ${file}`);
      declare(
        undefined,
        { inputs: { path: directory, group: "adm", mode: "750" } },
        { options: { retainOnDelete: true } },
      );

      const run = await stack.up();

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toMatch(/protect/);
      expect(await shell(host, `cat ${file}`)).toBe(conf);
      expect(await urnOf("conf")).not.toBe("");
    });

    test("--target: what is named is changed, and nothing else", async () => {
      declare(
        { inputs: { path: file, mechList: ["plain"] } },
        { inputs: { path: directory, group: "adm", mode: "755" } },
        { options: { retainOnDelete: true } },
      );

      expectSuccess(await stack.up("--target", await urnOf("conf")));

      expect(await shell(host, `cat ${file}`)).toBe("pwcheck_method: saslauthd\nmech_list: plain");
      expect(await modeOf(directory)).toBe("750 adm");
      expect(await stack.plan()).toEqual(["place: update"]);
    });

    test("state delete, then up: what is on the host is adopted, not touched", async () => {
      declare(
        { inputs: { path: file, mechList: ["plain"] } },
        { inputs: { path: directory, group: "adm", mode: "750" } },
        { options: { retainOnDelete: true } },
      );
      const untouched = await identityOf(host, [file, directory, "/var/lib/dpkg/statoverride"]);
      for (const name of ["conf", "place"]) {
        await stack.succeed(["state", "delete", "--yes", "--force", "--stack", stack.name, await urnOf(name)]);
      }

      expect(await stack.plan()).toEqual(["conf: create", "place: create"]);
      expectSuccess(await stack.up());

      expect(await identityOf(host, [file, directory, "/var/lib/dpkg/statoverride"])).toBe(untouched);
      expectSuccess(await stack.preview("--expect-no-changes"));
    });

    test("destroy: retainOnDelete stays on the host, with the record of it; all else is as it was before the first up", async () => {
      expectSuccess(await stack.destroy());

      expect(await shell(host, `id -nG ${mailUser.name}`)).toContain("games");
      expect(await shell(host, "ls /var/lib/sasl-mail-host/memory")).toMatch(/^GroupMember-\w+\.json$/);
      await shell(host, `gpasswd -d ${mailUser.name} games; rm -r /var/lib/sasl-mail-host`);
      expect(await snapshot(host)).toEqual(before);
    });
  });
});
