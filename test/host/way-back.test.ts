// The way back of an operation where resources are deleted: the half of a replacement is put back when the operation fails, and a
// destroy first puts back what an operation that was killed had changed. Through the functions that Pulumi calls.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { aRun, connectionTo, hangUp } from "../support/resource-on-host.ts";
import { surroundings } from "./surroundings.ts";

const path = "/etc/way-back.conf";

jest.setTimeout(120_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let before: string[];
    const inputs = (more: object) => ({
      path,
      connection: connectionTo(host),
      transaction: true,
      resourceUrn: "urn:pulumi:test::mail::pulumi-nodejs:dynamic/sasl:SmtpdConf::conf",
      ...more,
    });

    beforeAll(async () => {
      jest.spyOn(console, "log").mockImplementation(() => undefined);
      host = await freshHost(`wayback${debian}`, debian);
      await shell(host, `echo 'log_level: 3' > ${path}`);
      before = await surroundings(host);
    });

    afterAll(async () => {
      if (host === undefined) return;
      await hangUp(host);
      await destroyHost(host);
    });

    test("a destroy first puts back what was never proved, of resources too that are not in the state", async () => {
      const up = aRun();
      const { id, outs } = await up.create("SmtpdConf", inputs({}));
      await up.create("SmtpdConf", inputs({ path: "/etc/unknown.conf" }));
      await shell(host, "ls /var/lib/sasl-mail-host/journal /etc/unknown.conf");

      await aRun().delete("SmtpdConf", id, outs);

      expect(await surroundings(host)).toEqual(before);
    });

    test.each([
      ["never came to be, since a group has its name", "groupadd bob", "exists", "groupdel bob"],
      ["was removed by hand since", undefined, undefined, undefined],
    ])(
      "an account that %s has nothing to undo: the roll-back ends well, and destroy does",
      async (_what, spoil, says, mend) => {
        const account = { name: "bob", password: "secret", connection: connectionTo(host), transaction: true };
        if (spoil !== undefined) await shell(host, spoil);
        const made = await aRun()
          .create("MailAccount", account)
          .catch((error: Error) => error);
        if (made instanceof Error) expect(made.message).toContain(says);
        else await shell(host, "userdel bob");

        const message = await aRun()
          .create("SmtpdConf", inputs({ path: "/etc/nowhere/smtpd.conf" }))
          .then(
            () => "it was not refused",
            (error: Error) => error.message,
          );

        expect(message).not.toContain("NOT put back");
        expect(await shell(host, "ls -d /var/lib/sasl-mail-host/journal 2>&1 || true")).toMatch(/No such file/);
        if (!(made instanceof Error)) await aRun().delete("MailAccount", made.id, made.outs);
        if (mend !== undefined) await shell(host, mend);
        expect(await surroundings(host)).toEqual(before);
      },
    );

    test("what is replaced is put back when its other half fails", async () => {
      const { id, outs } = await aRun().create("SmtpdConf", inputs({}));
      const up = aRun();
      await shell(host, "rm -r /var/lib/sasl-mail-host/journal");
      const proved = await surroundings(host);
      const elsewhere = inputs({ path: "/etc/nowhere/smtpd.conf" });
      expect((await up.check("SmtpdConf", outs, elsewhere)).failures).toEqual([]);

      await up.delete("SmtpdConf", id, outs);
      expect(await shell(host, `cat ${path}`)).toBe("log_level: 3");
      const error = await up.create("SmtpdConf", elsewhere).then(
        () => new Error("it was not refused"),
        (reason: Error) => reason,
      );

      expect(error.message).toMatch(/everything is put back as it was before:\s+\/etc\/way-back\.conf/);
      expect(await surroundings(host)).toEqual(proved);
    });
  });
});
