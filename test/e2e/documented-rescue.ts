// The commands of docs/how-to/rescue.md, followed where docs/how-to/fleet.md ended: two hosts in the stack mail1, both proved,
// the first one under another name by now.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { destroyHost, inside, type LabHost } from "../../lab/hosts/index.ts";
import { identityOf, shell } from "../support/index.ts";
import type { Reader } from "../support/reader.ts";

interface Story {
  readonly first: LabHost;
  readonly second: LabHost;
  readonly reader: Reader;
  /** The codes of a login on 465 of both hosts. */
  logins(): Promise<number[]>;
}

const page = "docs/how-to/rescue.md";
const touched = ["/etc/postfix/master.cf", "/etc/default/saslauthd", "/etc/postfix/sasl/smtpd.conf"];

export function waysOut(story: () => Story): void {
  test("docs/how-to/rescue.md: a run was killed", async () => {
    const lock = join(
      story().reader.project,
      ".lab/pulumi/.pulumi/locks/organization/sasl-mail-host/mail1/of-a-killed-run.json",
    );
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: 1, username: "x", hostname: "x", timestamp: new Date().toISOString() }));
    const refused = await story().reader.type("npm run pulumi -- up --yes", { exitCode: 1 });

    await story().reader.follow(page, "npm run pulumi -- cancel");

    expect(refused).toContain("the stack is currently locked by 1 lock(s)");
    expect(await shell(story().first, "stat -c %a /var/spool/postfix/var/run/saslauthd")).toBe("710");
  });

  test("docs/how-to/rescue.md: the state is lost", async () => {
    rmSync(join(story().reader.project, ".lab"), { recursive: true });
    const before = await identityOf(story().first, touched);

    await story().reader.follow(page, "npm run pulumi -- stack init mail1");

    expect(await identityOf(story().first, touched)).toBe(before);
    expect(await story().logins()).toEqual([235, 235]);
  });

  test("docs/how-to/rescue.md: back by hand", async () => {
    const before = await shell(story().second, "sha256sum /etc/postfix/master.cf");
    // a part of a run, without its proof
    await story().reader.type("npm run pulumi -- config set --path limits.authRate 7");
    await story().reader.type("npm run pulumi -- up --yes --target '**mail2-smtps'");
    const changed = await shell(story().second, "sha256sum /etc/postfix/master.cf; ls /var/lib/sasl-mail-host/journal");

    const script = story().reader.block(page, "cd /var/lib/sasl-mail-host/journal && cat opened");
    const { exitCode, stderr } = await inside(story().second, ["bash", "-e", "-c", script]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(changed).not.toContain(before);
    expect(changed).toContain("0001");
    expect(await shell(story().second, "sha256sum /etc/postfix/master.cf; ls /var/lib/sasl-mail-host")).toBe(
      `${before}\nmemory\npackages`,
    );
    expect(await story().logins()).toEqual([235, 235]);
  });

  test("docs/how-to/rescue.md: the host is gone for good", async () => {
    await destroyHost(story().first);
    await story().reader.type("npm run pulumi -- config rm --path 'hosts[0]'; npm run pulumi -- config rm limits");
    const instead = { "-- mail1": "-- mx1", "--stack production": "--stack mail1" };

    await story().reader.follow(page, "npm run forget -- mail1 --stack production", { instead });
    await story().reader.type("npm run pulumi -- up");

    const status = await story().reader.type("npm run status");
    expect(status).toMatch(/mail2 +\S+ +12 .*running/);
    expect(status).not.toContain("mx1");
  });

  test("docs/how-to/rescue.md: one host is given back", async () => {
    const instead = { "--stack production": "--stack mail1", "hosts[1]": "hosts[0]" };

    await story().reader.follow(page, "npm run give-back -- mail2 --stack production", { instead });

    expect(await shell(story().second, "ls -d /var/lib/sasl-mail-host 2>/dev/null || echo gone")).toBe("gone");
    expect(await story().reader.type("npm run pulumi -- stack --show-urns")).not.toMatch(/URN: \S*::mail2\b/);
  });
}
