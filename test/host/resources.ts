// The life of each resource on a real host, without the Pulumi engine: brought about, seen by another command than the
// product's, adopted, broken and repaired, taken back. The packages come first and go last; all others live in between.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type Debian, destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { exchangeShell, freshHost, identityOf, shell, snapshot } from "../support/index.ts";
import { type Asked, connectionTo, hangUp, ResourceOnHost } from "../support/resource-on-host.ts";
import { backendStages } from "./backend-rows.ts";
import { packagesRow, type Row, stages } from "./rows.ts";
import { certificateStage } from "./rows-tls.ts";
import { surroundings } from "./surroundings.ts";

/** `/bin/sh` is dash on every Debian, unless somebody has changed it. */
export function lifeOfResources(debian: Debian, shellName: "dash" | "bash" | "busybox" = "dash"): void {
  describe(`Debian ${debian} with ${shellName} as /bin/sh`, () => {
    let host: LabHost;

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`${shellName === "dash" ? "host" : `life-${shellName}`}${debian}`, debian);
      if (shellName !== "dash") await exchangeShell(host, shellName);
    });

    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    const packages = lifeOf(packagesRow, () => host, snapshot);
    describe(packagesRow.title, packages.comes);
    // the one with packages of its own comes last: two SaslPackage on one host share what the host remembers of them
    for (const { what, needs, rows } of [...stages, ...backendStages, certificateStage]) {
      describe(what, () => {
        const needed: ResourceOnHost[] = [];

        beforeAll(async () => {
          for (const asked of needs) needed.unshift(await created(host, asked));
        });

        afterAll(async () => {
          for (const resource of needed) await resource.delete();
        });

        for (const row of rows) {
          const { comes, goes } = lifeOf(row, () => host, surroundings);
          describe(row.title, () => {
            comes();
            goes();
          });
        }
      });
    }
    describe(packagesRow.title, packages.goes);
  });
}

async function created(host: LabHost, asked: Asked): Promise<ResourceOnHost> {
  const resource = await ResourceOnHost.of(host, asked);
  await resource.create();
  return resource;
}

/** The tests of one row, in two halves. Each test stands on the one before. */
function lifeOf(
  row: Row,
  hostNow: () => LabHost,
  around: (host: LabHost) => Promise<string[]>,
): { comes: () => void; goes: () => void } {
  let host: LabHost;
  let resource: ResourceOnHost;
  let before: string[];

  const comes = () => {
    beforeAll(async () => {
      host = hostNow();
      if (row.prepare !== undefined) await shell(host, row.prepare);
      before = await around(host);
    });

    // each test stands for a run of its own day; systemd counts five starts in ten seconds as too many
    beforeEach(async () => {
      await shell(host, "systemctl reset-failed postfix 2>/dev/null || :");
    });

    test("check fills in the defaults and has nothing to object", async () => {
      resource = await ResourceOnHost.of(host, row);

      expect(resource.inputs).toEqual({
        ...row.inputs,
        connection: expect.objectContaining(connectionTo(host)),
        transaction: false,
      });
    });

    for (const { what, given, says } of row.refused ?? []) {
      test(`is refused, with the host left as it was: ${what}`, async () => {
        const refused = await ResourceOnHost.of(host, { kind: row.kind, given: { ...row.given, ...given } });

        const error = await refused.create().then(
          () => new Error("it was not refused"),
          (reason: Error) => reason,
        );

        expect(error.message).toMatch(says);
        expect(error.message).toContain(`root@${host.address}:22`);
        if (refused.inState) await refused.delete();
        expect(await around(host)).toEqual(before);
      });
    }

    test("create brings it about", async () => {
      await resource.create();

      await row.verify(host);
      expect(resource.outs).toMatchObject(row.reports ?? {});
    });

    test("read shows exactly the inputs, and nothing is left to do", async () => {
      const { inputs } = await resource.read();

      expect(inputs).toEqual(resource.inputs);
      expect(await resource.refresh()).toMatchObject({ changes: false });
    });

    test("with the state lost, create adopts what is there: no file is written, no daemon started again", async () => {
      const untouched = await seen(host, row);

      const adopted = await created(host, row);

      expect(await seen(host, row)).toBe(untouched);
      expect((await adopted.read()).inputs).toEqual(resource.inputs);
    });

    for (const drift of row.drift ?? []) {
      test(`drift is shown and repaired: ${drift}`, async () => {
        await shell(host, drift);

        expect(await resource.refresh()).toMatchObject({ changes: true });
        await resource.update();

        await row.verify(host);
        expect(await resource.refresh()).toMatchObject({ changes: false });
      });
    }

    const { gone } = row;
    if (gone !== undefined) {
      test(`read gives no id when it is gone: ${gone.by}`, async () => {
        await shell(host, gone.by);

        const { id } = await resource.read();

        expect(id).toBeUndefined();
        if (gone.back === undefined) await resource.create();
        else await shell(host, gone.back);
        await row.verify(host);
      });
    }
  };

  const goes = () => {
    const { edit } = row;
    test(`delete puts the host back as it was${edit === undefined ? "" : ", and keeps what was edited by hand"}`, async () => {
      if (edit !== undefined) await shell(host, edit.by);

      await resource.delete();

      if (edit !== undefined) {
        await shell(host, edit.stays);
        await shell(host, edit.undo);
      }
      expect(await around(host)).toEqual(before);
    });
  };

  return { comes, goes };
}

/** The files and daemons of a row: other inodes, times or process ids mean that something was done. */
async function seen(host: LabHost, { files, daemon }: Row): Promise<string> {
  const processes = daemon === undefined ? "" : await shell(host, `pgrep -x ${daemon} | sort; :`);
  return `${files.length === 0 ? "" : await identityOf(host, files)}\n${processes}`;
}
