// Two stacks that want the same thing on one host: one waits while the other changes it, and only one of them keeps it.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { type EngineRun, expectSuccess, freshHost, identityOf, Stack, shell, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { connectionTo } from "../support/resource-on-host.ts";
import { singleResource, variant } from "../support/variant.ts";

const path = "/srv/two-hands";

jest.setTimeout(300_000);

onRelease((debian) => {
  describe(`Debian ${debian}`, () => {
    let host: LabHost;
    let first: Stack;
    let second: Stack;
    let before: string[];
    const wants = (stack: Stack, more: object = {}) =>
      stack.configure({
        resource: "StatOverride",
        inputs: { path, group: "mail", mode: "750", connection: connectionTo(host), ...more },
      });

    beforeAll(async () => {
      host = await freshHost(`hands${debian}`, debian);
      before = await snapshot(host);
      const project = variant(`two-hands-${debian}`, singleResource);
      first = await Stack.create(`hands-${debian}-one`, project);
      second = await Stack.create(`hands-${debian}-two`, project);
    });

    afterAll(async () => {
      first?.forget();
      second?.forget();
      if (host !== undefined) await destroyHost(host);
    });

    test("up waits for the lock of another run, says whose it is, and then goes on", async () => {
      wants(first);
      await shell(
        host,
        "echo 'x 1 mail/production, bob@office' > /run/sasl-mail-host.lock; systemd-run -q flock /run/sasl-mail-host.lock sh -c 'until [ -e /run/release ]; do sleep 0.1; done; date +%s > /run/released'",
      );

      const up = first.up();
      await shell(
        host,
        "until ss -Htn state established sport = :22 | grep -q .; do sleep 0.1; done; sleep 5; touch /run/release",
      );
      const run = await up;

      expectSuccess(run);
      expect(run.output).toContain("wait for the lock of the host, held by mail/production, bob@office");
      const [released, made] = (await shell(host, `cat /run/released; stat -c %Y ${path}`)).split("\n");
      expect(Number(made)).toBeGreaterThanOrEqual(Number(released));
      // whoever can read the file can hold the lock
      expect(await shell(host, "stat -c %a /run/sasl-mail-host.lock")).toBe("600");
    });

    test("each change is told once, in the log of its own resource", async () => {
      wants(first, { mode: "700" });

      const { output } = await first.up();

      expect(logOf(output)).toEqual([
        `register the override root mail 700 of ${path}: root mail 750 is registered`,
        `correct ${path}: wanted root:mail 700, found root:mail 750`,
      ]);
      expect(output.split("register the override")).toHaveLength(3);
    });

    test("a second stack is refused, is told who has it, and changes nothing", async () => {
      const untouched = await identityOf(host, [path, "/var/lib/dpkg/statoverride"]);
      wants(second);

      const run = await second.up();

      expect(run.exitCode).not.toBe(0);
      expect(run.output).toContain(`it belongs to the stack sasl-mail-host/${first.name}`);
      expect(run.output).toContain("nothing was changed");
      expect(await identityOf(host, [path, "/var/lib/dpkg/statoverride"])).toBe(untouched);
    });

    test("handed over, the second keeps it, and neither up nor destroy of the first touches it any more", async () => {
      wants(second, { takeOverFrom: `sasl-mail-host/${first.name}` });

      expectSuccess(await second.up());

      wants(first, { mode: "755" });
      expect((await first.up()).output).toContain(`it belongs to the stack sasl-mail-host/${second.name}`);
      const destroyed = await first.destroy();
      expectSuccess(destroyed);
      expect(destroyed.output).toContain(`left as it is: it belongs to the stack sasl-mail-host/${second.name} now`);
      expect(await shell(host, `stat -c '%U:%G %a' ${path}`)).toBe("root:mail 750");
      expectSuccess(await second.preview("--expect-no-changes"));
    });

    test("the second's destroy gives back what was there before the first came", async () => {
      expectSuccess(await second.destroy());

      expect(await snapshot(host)).toEqual(before);
    });
  });
});

/** The lines under the resource among the diagnostics. */
function logOf(output: EngineRun["output"]): string[] {
  const [, after = ""] = output.split("sasl:StatOverride (subject):\n");
  const [lines = ""] = after.split("\n\n");
  return lines.split("\n").map((line) => line.trim());
}
