// `npm run report` on a host with three hand edits, by its own means and in a real Chromium: short, without secrets, readable with a
// keyboard, a screen reader, in the dark and without JavaScript.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import axe from "axe-core";
import { execa } from "execa";
import type { Page } from "playwright-core";
import { asHtml } from "../../cli/report/html.ts";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { startChromium } from "../support/chromium.ts";
import { expectSuccess, freshHost, mailUser, Stack, shell, snapshot } from "../support/index.ts";
import { fleetReport } from "../support/report-sample.ts";
import { connectionTo } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

const chromium = await startChromium();
if ("missing" in chromium) process.stderr.write(`skipped: the report in Chromium: ${chromium.missing}\n`);
const describeInChromium = "missing" in chromium ? describe.skip : describe;

let host: LabHost;
let stack: Stack;
let page: string;

beforeAll(async () => {
  host = await freshHost("report", 13);
  stack = await Stack.create("report");
  stack.configure({
    hosts: [{ name: "mail1", connection: connectionTo(host) }],
    tls: { selfSigned: true },
    submission: true,
    proofUsername: mailUser.name,
  });
  await stack.configureSecret("proofPassword", mailUser.password);
  expectSuccess(await stack.up());
  page = join(stack.folder, "report.html");
});

afterAll(async () => {
  if ("browser" in chromium) await chromium.browser.close();
  stack?.forget();
  if (host !== undefined) await destroyHost(host);
});

test("a host as the up left it: nothing to do, exit 0, and its proof", async () => {
  const { exitCode, stdout } = await report("--now", "--html", page, "--markdown");

  expect(exitCode).toBe(0);
  expect(stdout).toContain("### `report`: 1 of 1 as wanted\n");
  expect(stdout).toContain("AUTH LOGIN 235");
  expect(stdout).not.toContain("Next for");
});

test("three hand edits: at most 30 lines, which name all three, exit 7, and the host is not touched", async () => {
  const edits = [
    "chmod 755 /var/spool/postfix/var/run/saslauthd",
    "systemctl stop saslauthd",
    "sed -i 's/^smtps .*/smtps inet n - - - - smtpd/' /etc/postfix/master.cf",
  ];
  await shell(host, edits.join("; "));
  const before = await snapshot(host);

  const { exitCode, stdout } = await report("--now", "--html", page, "--markdown");

  expect(exitCode).toBe(7);
  expect(stdout.split("\n").length).toBeLessThanOrEqual(30);
  expect(stdout).toMatch(/^# socket-directory .*\n- mode: 755\n\+ mode: 710$/m);
  expect(stdout).toMatch(/^# saslauthd .*\n- state: stopped\n\+ state: running$/m);
  expect(stdout).toMatch(/^# smtps .*\n- smtps +inet +n +- +- .*smtpd\n\+ smtps +inet +n +- +y .*smtpd$/m);
  expect(await snapshot(host)).toEqual(before);
});

test("the password is in neither form, and neither is what the state has of it", async () => {
  const { stdout } = await report("--markdown");
  const stored = JSON.stringify(JSON.parse(await stack.exportState())).match(/"ciphertext":"([^"]+)"/)?.[1] ?? "";

  expect(stored).not.toBe("");
  for (const form of [stdout, readFileSync(page, "utf8")])
    for (const secret of [mailUser.password, btoa(mailUser.password), stored]) expect(form).not.toContain(secret);
});

test("a host that cannot be looked at: exit 1, the cause, and the last proof all the same", async () => {
  await shell(host, "systemctl stop ssh.socket ssh");
  try {
    const { exitCode, stdout } = await report("--now");

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^### `report`: 1 of 1 FAILED$/m);
    expect(stdout).toMatch(/^@@ mail1: FAILED: .* @@$/m);
    expect(stdout).toContain("AUTH LOGIN 235");
  } finally {
    await shell(host, "systemctl start ssh");
  }
});

describeInChromium("in Chromium", () => {
  test.each([
    ["light", "one host"],
    ["dark", "one host"],
    ["light", "a fleet"],
    ["dark", "a fleet"],
  ] as const)("axe finds nothing, %s, of %s, with all parts unfolded", async (colorScheme, which) => {
    const opened = await open(which === "a fleet" ? await asHtml(fleetReport()) : readFileSync(page, "utf8"), {
      colorScheme,
    });
    for (const summary of await opened.page.locator("summary").all()) await summary.click();
    await opened.page.evaluate(axe.source);

    const found = (await opened.page.evaluate("axe.run()")) as axe.AxeResults;

    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    // of a sign alone axe cannot judge the contrast; the words beside it have the same colours
    for (const { html } of found.incomplete.flatMap(({ nodes }) => nodes))
      expect(html).toMatch(/^<span aria-hidden="true">\W+<\/span>$/);
    expect(found.passes.length).toBeGreaterThan(15);
    expect({ said: opened.said, asked: opened.asked }).toEqual({ said: [], asked: [] });
  });

  test("a keyboard reaches the hosts past the head, and opens the dialogue, without JavaScript", async () => {
    const { page: opened } = await open(readFileSync(page, "utf8"), { javaScriptEnabled: false });
    const dialogue = opened.getByText("S: 235 2.7.0 Authentication successful").first();
    const folded = await dialogue.isVisible();

    await opened.keyboard.press("Tab");
    const first = await opened.locator(":focus").textContent();
    await opened.keyboard.press("Enter");
    for (const _part of ["table", "link to the host", "steps", "proof"]) await opened.keyboard.press("Tab");
    await opened.keyboard.press("Enter");

    expect({ folded, first }).toEqual({ folded: false, first: "To the hosts" });
    expect(await dialogue.isVisible()).toBe(true);
  });

  test("a phone scrolls the table, and not the page", async () => {
    const { page: opened } = await open(await asHtml(fleetReport()), { viewport: { width: 320, height: 640 } });

    const wider = await opened.evaluate("document.documentElement.scrollWidth - innerWidth");

    expect(wider).toBe(0);
  });

  test("a script that got into the page all the same would not run", async () => {
    const { page: opened, said } = await open(
      readFileSync(page, "utf8").replace("</main>", '<script>document.title = "it ran"</script></main>'),
    );

    expect(await opened.title()).not.toBe("it ran");
    expect(said.join()).toContain("Content Security Policy");
  });
});

test("the pictures in docs are small", () => {
  for (const scheme of ["light", "dark"])
    expect(statSync(join(projectRoot, "docs", `report-${scheme}.png`)).size).toBeLessThan(150 * 1024);
});

/** The page, what it wrote to the console, and what it asked the network for. */
async function open(html: string, options: object = {}): Promise<{ page: Page; said: string[]; asked: string[] }> {
  if ("missing" in chromium) throw new Error(chromium.missing);
  const opened = await chromium.browser.newPage(options);
  const [said, asked]: [string[], string[]] = [[], []];
  opened.on("console", (message) => said.push(message.text()));
  opened.on("pageerror", (error) => said.push(error.message));
  opened.on("request", (request) => asked.push(request.url()));
  await opened.setContent(html);
  return { page: opened, said, asked };
}

/** As a person would type it, in the checkout. */
async function report(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string }> {
  const env = { ...stack.environment, PULUMI_OPTION_CONFIG_FILE: stack.configFile };
  const command = ["cli/report.ts", "--stack", stack.name, ...args];
  const { exitCode, stdout, stderr } = await execa(process.execPath, command, {
    cwd: projectRoot,
    env,
    extendEnv: false,
    reject: false,
  });
  expect(stderr).toBe("");
  return { exitCode, stdout };
}
