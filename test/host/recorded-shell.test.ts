// Hosts whose sudo records what it runs (sudoers(5), LOG_INPUT and LOG_OUTPUT): whoever is to type a password there hears of it, and the
// rule of docs/connections.md keeps it out of the log. What was recorded is read in sudo's own folder.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Debian, destroyHost, type LabHost, operatorPassword } from "../../lab/hosts/index.ts";
import { connectionSchema } from "../../providers/host/connection-schema.ts";
import { freshHost, shell } from "../support/index.ts";
import { aRun, connectionTo, hosts } from "../support/resource-on-host.ts";

jest.setTimeout(120_000);

const password = "typed-once-and-never-to-be-read";
const folder = "/var/log/sudo-io";

/** The rule that the page tells people to write, for this user. */
const page = readFileSync(new URL("../../docs/connections.md", import.meta.url), "utf8");
const documented = (/^```sudoers\n(.*?)^```$/ms.exec(page)?.[1] ?? "").replaceAll("mailadmin", "deployer");

describe.each<Debian>([12, 13])("Debian %i", (debian) => {
  let host: LabHost;
  let said: string[];
  let attempt = 0;

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
    host = await freshHost(`recorded${debian}`, debian);
  });

  afterEach(() => shell(host, `rm -rf ${folder}; rm -f /etc/sudoers.d/zz-test`));

  afterAll(async () => {
    if (host !== undefined) await destroyHost(host);
  });

  /** Makes an account as a user who has to use sudo. Gives the warnings, and whether its password stands in sudo's log. */
  async function accountMade(sudoers: string, user: object = { user: "deployer" }) {
    await shell(
      host,
      `cat > /etc/sudoers.d/zz-test <<'END'\n${sudoers}\nEND\nchmod 440 /etc/sudoers.d/zz-test; visudo -cq`,
    );
    said = [];
    // a connection of its own each time, so that sudo is started anew
    attempt += 1;
    const connection = { ...connectionTo(host), ...user, perDialTimeout: 10 + attempt };
    const up = aRun();
    const { inputs } = await up.check("MailAccount", {}, { name: `user${attempt}`, password, connection });
    const { id, outs } = await up.create("MailAccount", inputs);
    await aRun().delete("MailAccount", id, outs);
    await hosts.of(connectionSchema.parse(connection)).close();
    return {
      warnings: said.filter((line) => /warning: .*sudo records/.test(line)),
      readable: await isRecorded(password),
    };
  }

  async function isRecorded(word: string): Promise<boolean> {
    const rows = await shell(
      host,
      `find ${folder} -type f 2>/dev/null | while read -r file; do zcat -f "$file" 2>/dev/null; done | grep -c '${word}' || :`,
    );
    return rows !== "0";
  }

  test.each([
    "Defaults log_input",
    "Defaults log_stdin",
    "Defaults:deployer log_input, use_pty",
    "Defaults log_input, log_output, !use_pty",
    "deployer ALL=(ALL:ALL) LOG_INPUT: NOPASSWD: ALL",
  ])("a password that stands in the log of sudo was warned of, once: %s", async (sudoers) => {
    const { warnings, readable } = await accountMade(sudoers);

    expect(readable).toBe(true);
    expect(warnings.filter((line) => line.includes("(LOG_INPUT"))).toHaveLength(1);
  });

  test("the password of sudo itself is not among what is recorded", async () => {
    const asked = { user: "operator", sudoPassword: operatorPassword };

    const { warnings, readable } = await accountMade("Defaults log_input, log_output", asked);

    expect(warnings).toHaveLength(2);
    expect(readable).toBe(true);
    expect(await isRecorded(operatorPassword)).toBe(false);
  });

  test("what the host answers is recorded on its own", async () => {
    const { warnings, readable } = await accountMade("Defaults log_output");

    expect(readable).toBe(false);
    expect(warnings).toEqual([expect.stringContaining("(LOG_OUTPUT")]);
  });

  test.each([
    ["sudo as Debian sets it up", ""],
    ["a log of what a terminal sends, of which there is none", "Defaults log_ttyin"],
    ["all is recorded, but for the documented rule", `Defaults log_input, log_output\n${documented}`],
  ])("without a warning the password is in no log: %s", async (_what, sudoers) => {
    const { warnings, readable } = await accountMade(sudoers);

    expect(warnings).toEqual([]);
    expect(readable).toBe(false);
  });
});
