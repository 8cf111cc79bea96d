// The Pulumi SDK with its parts loaded late (`lean-sdk`), in the version of the lock file and in the newest that npm serves.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { expectSuccess, freshHost, mailUser, Stack, smtplib, snapshot } from "../support/index.ts";
import { printedIn } from "../support/loaded-modules.ts";
import { sdkUses } from "../support/sdk-uses.ts";
import { oneMailHost, variant } from "../support/variant.ts";

jest.setTimeout(300_000);

const lean = ["--import", "pulumi-postfix-sasl/lean-sdk"];
const installed = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "node_modules/@pulumi/pulumi/package.json"), "utf8")).version as string;

describe.each(["pinned", "newest"] as const)("the %s SDK", (which) => {
  let project: string;
  let packages: string;
  let host: LabHost;
  let stack: Stack;

  beforeAll(async () => {
    project = variant(`sdk-${which}`, oneMailHost);
    packages = mkdtempSync(join(tmpdir(), "sasl-mail-host-sdk-"));
    if (which === "newest") {
      writeFileSync(join(packages, "package.json"), "{}");
      await execa("npm", ["install", "--no-audit", "--no-fund", "@pulumi/pulumi@latest"], { cwd: packages });
      rmSync(join(project, "node_modules/@pulumi"));
      symlinkSync(join(packages, "node_modules/@pulumi"), join(project, "node_modules/@pulumi"));
    }
    host = await freshHost(`sdk-${which}`, 13);
    stack = await Stack.create(`sdk-${which}`, project);
    const { address, privateKeyFile, knownHostsFile } = host;
    const connection = { host: address, privateKeyFile, knownHostsFile };
    stack.configure({ connection, proofUsername: mailUser.name, args: { allowCleartext: true } });
    await stack.configureSecret("proofPassword", mailUser.password);
  });

  afterAll(async () => {
    stack?.forget();
    if (host !== undefined) await destroyHost(host);
    rmSync(packages, { recursive: true, force: true });
  });

  test("is the one that is meant", async () => {
    const pinned = installed(projectRoot);
    const { stdout: newest } = await execa("npm", ["view", "@pulumi/pulumi", "version"]);

    expect(installed(project)).toBe(which === "pinned" ? pinned : newest);
  });

  test.each(Object.entries(sdkUses))("does the same for %s", async (_use, code) => {
    const late = await printedIn(project, code, lean);
    const plain = await printedIn(project, code, lean, { SASL_MAIL_HOST_PLAIN_SDK: "1" });

    expect(late).toBe(plain);
    expect(late).not.toBe("");
  });

  test("sets a host up, finds nothing to do, and gives it back", async () => {
    const before = await snapshot(host);

    expectSuccess(await stack.up());
    const answer = await smtplib({ host: host.address, port: 465, user: mailUser.name, password: mailUser.password });
    const again = await stack.preview("--expect-no-changes");
    expectSuccess(await stack.destroy());

    expect(answer.code).toBe(235);
    expectSuccess(again);
    expect(await snapshot(host)).toEqual(before);
  });
});
