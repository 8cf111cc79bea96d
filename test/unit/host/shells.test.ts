// The root shell, its questions and its changes under each shell that a Debian's /bin/sh may be, in an
// environment that would change what they do. Everything is really run, in a temporary folder.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { fileAt, firstMissingPart, missingFiles, openToAll } from "../../../providers/facts/file.ts";
import { localAccount } from "../../../providers/facts/local-account.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { Host } from "../../../providers/host/host.ts";
import { openPortStream } from "../../../providers/host/port-stream.ts";
import type { Step } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { rollBack } from "../../../providers/transaction/rollback.ts";
import { fakeSmtp } from "../../support/fake-smtp.ts";
import { type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";
import { fakeSudo } from "../../support/fake-sudo.ts";
import { hostInFolder } from "../../support/host-in-folder.ts";
import { isRoot, keptSpecialMode } from "../../support/rights.ts";
import { inEveryShell } from "../../support/shells.ts";

jest.setTimeout(120_000);

const created = { owner: userInfo().username, group: execFileSync("id", ["-gn"]).toString().trim(), mode: "640" };
const silently = { log: () => {}, done: () => {}, journalled: false };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a folder $x "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Variables that change what a shell or the host's tools do, where nobody takes them away. */
const dirty = () => ({
  POSIXLY_CORRECT: "1",
  TMPDIR: "/nonexistent",
  GREP_OPTIONS: "--count",
  CDPATH: "/usr:/etc",
  IFS: "/e",
  ENV: join(folder, "start-up"),
  BASH_ENV: join(folder, "start-up"),
  "BASH_FUNC_head%%": "() { echo intruder; }",
  "BASH_FUNC_cat%%": "() { echo intruder; }",
  SHELLOPTS: "noclobber:noglob",
  LC_ALL: "de_DE.UTF-8",
  LD_LIBRARY_PATH: folder,
  MAIL_CONFIG: "/nonexistent",
  line: "nobody's",
});

inEveryShell(({ path: shell }) => {
  const connected = async <T>(work: (host: Host) => Promise<T>, options: FakeHostOptions = {}, changes = {}) => {
    await using fake = await fakeHost({ shell, ...options });
    const host = new Host(fake.connection(changes));
    try {
      return await work(host);
    } finally {
      await host.close();
    }
  };
  const run = async (host: Host, script: string) => {
    const { code, stdout, stderr } = await (await host.shell()).request("a look", sh`eval ${script}`);
    return `${code}: ${stdout.toString()}|${stderr}`;
  };

  test("many requests in one packet are answered in order, each on its own", async () => {
    const answers = await connected((host) =>
      Promise.all(
        ["exit 7", "echo out; echo err >&2", "read x; echo $x", "set -e; false; echo no", "echo $#"].map((text) =>
          run(host, text),
        ),
      ),
    );

    expect(answers).toEqual(["7: |", "0: out\n|err\n", "0: \n|", "1: |", "0: 0\n|"]);
  });

  test("a lock that is taken in the shell itself is held, by no child, and the shell goes on", async () => {
    const lock = join(folder, "lock");
    const told: string[] = [];
    await connected(async (host) => {
      const root = await host.shell();
      const tell = (line: string) => void told.push(line);
      host.tellTo(Object.assign(tell, { warn: tell, delivered: async () => {} }));
      await root.requestHere("lock", sh`if command exec 9>>${lock} && flock -n 9; then echo mine > ${lock}; fi`);

      expect(await run(host, "tell something; echo next")).toBe("0: next\n|");
      expect(await run(host, `[ -e /proc/self/fd/9 ] && echo inherited; :`)).toBe("0: |");
      expect(spawnSync("flock", ["-n", lock, "true"]).status).toBe(1);
      await root.requestHere(
        "give up",
        sh`if command exec 9>>/nonexistent/lock && flock -n 9; then :; else echo refused; fi`,
      );
      expect(await run(host, "echo goes on")).toBe("0: goes on\n|");
    });

    expect(told).toEqual(["something"]);
    expect(readFileSync(lock, "utf8")).toBe("mine\n");
  });

  test.each(["as root", "through sudo with a password", "through sudo without one"])(
    "nothing of the environment reaches the root shell: %s",
    async (way) => {
      using sudo = fakeSudo(way.endsWith("a password") ? "asks" : "silent");
      writeFileSync(join(folder, "start-up"), "echo from a start-up file; exit 3\n");
      const user = way === "as root" ? {} : { user: "mail", path: sudo.folder };
      const given = way.endsWith("a password") ? { sudoPassword: sudo.password } : {};
      const environment = { ...dirty(), http_proxy: "http://proxy.example:3128", SUDO_USER: "ann e" };

      const shown = await connected(
        (host) => run(host, "env; umask; pwd; set | grep ^IFS="),
        { environment, ...user },
        given,
      );

      const rows = shown.slice(3, shown.lastIndexOf("|")).trim().split("\n");
      const names = rows.map((row) => row.split("=")[0] ?? "");
      expect(names.filter((name) => name in dirty())).toEqual(["LC_ALL", "IFS"]);
      expect(rows).toEqual(
        expect.arrayContaining([
          "LC_ALL=C",
          "HOME=/root",
          "http_proxy=http://proxy.example:3128",
          "SUDO_USER=ann e",
          "0022",
          "/",
        ]),
      );
      expect(shown).not.toContain("https_proxy");
      expect(shown).not.toContain("IFS=/e");
    },
  );

  test("the relay speaks with the port alone, whatever bash is told to read first", async () => {
    await using smtp = await fakeSmtp("secret");
    writeFileSync(join(folder, "start-up"), "echo from a start-up file\n");

    const first = await connected(
      async (host) => {
        const { stream, close } = await openPortStream(host, smtp.port);
        const chunk = await new Promise<Buffer>((resolve) => stream.once("data", resolve));
        close();
        return chunk.toString();
      },
      { environment: dirty() },
    );

    expect(first).toMatch(/^220 /);
  });

  test("files are read and written to the byte, and one that was changed meanwhile is left alone", async () => {
    const path = join(folder, "a 'file'.cf");
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const write = (content: Buffer, expected: Buffer | undefined): Step => ({
      do: "write",
      path,
      content,
      expected,
      created,
      reason: "test",
    });
    await connected(async (host) => {
      await apply(host, [write(bytes, undefined)], silently);
      chmodSync(path, keptSpecialMode);
      await apply(host, [write(Buffer.concat([bytes, bytes]), bytes)], silently);
      await expect(apply(host, [write(bytes, bytes)], silently)).rejects.toThrow("changed between our look");

      const { file } = await host.ask({ file: fileAt(path) });
      expect(file).toMatchObject({ mode: keptSpecialMode.toString(8), content: Buffer.concat([bytes, bytes]) });
      expect(readdirSync(folder)).toHaveLength(1);

      await apply(host, [{ do: "remove", path, reason: "test" }], silently);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  test("the first change that fails ends the row, with its own words", async () => {
    const step = (text: string): Step => ({ do: "run", script: sh`eval ${text}`, reason: text });
    const one = join(folder, "one");

    const row = connected((host) =>
      apply(
        host,
        [
          step(`touch '${one.replaceAll("'", "'\\''")}'`),
          step("(echo words >&2; exit 3)"),
          step("touch /nonexistent/x"),
        ],
        silently,
      ),
    );

    await expect(row).rejects.toThrow(/found: exit status 3: words/);
    expect(readdirSync(folder)).toEqual(["one"]);
  });

  test("facts are read as they are", async () => {
    symlinkSync("nowhere", join(folder, "link"));
    const found = await connected((host) =>
      host.ask({
        missing: missingFiles(["/etc/passwd", join(folder, "none")]),
        part: firstMissingPart(join(folder, "a", "b")),
        open: openToAll(join(folder, "mux")),
        account: localAccount("no-such-user", "pass"),
        processes: processesOf(process.execPath),
      }),
    );

    expect(found).toMatchObject({
      missing: [join(folder, "none")],
      part: join(folder, "a"),
      open: false,
      account: null,
      // only what root runs counts
      processes: isRoot ? expect.arrayContaining([expect.objectContaining({ pid: process.pid })]) : [],
    });
  });

  test("what was journalled is put back: a file, a new file, a command, and a file that somebody else has edited", async () => {
    await using folder = await hostInFolder({ shell });
    folder.running("postfix", "saslauthd");
    folder.write("/etc/postfix/main.cf", "one\ntwo\n", 0o640);
    folder.write("/etc/postfix/master.cf", "smtp inet n - y - - smtpd\n");
    const write = (path: string, content: string, expected?: string): Step => ({
      do: "write",
      path,
      content: Buffer.from(content),
      expected: expected === undefined ? undefined : Buffer.from(expected),
      created: { ...created, mode: "640" },
      reason: "test",
      tellsLines: true,
    });
    const steps: Step[] = [
      write("/etc/postfix/main.cf", "one\ntwo\nours\n", "one\ntwo\n"),
      write("/etc/postfix/new.cf", "new\n"),
      write("/etc/postfix/master.cf", "other\n", "smtp inet n - y - - smtpd\n"),
      {
        do: "run",
        reason: "(a command)",
        script: sh`(echo made > /etc/default/made)`,
        undo: {
          remember: sh`(echo "it's kept" > kept)`,
          script: sh`(cat kept > /etc/default/undone) && rm /etc/default/made`,
        },
      },
    ];
    await apply(folder.host, steps, { ...silently, journalled: true });
    folder.write("/etc/postfix/main.cf", "theirs\none\ntwo\nours\n");

    const story = await rollBack(folder.host);

    expect(story).toContain("everything is put back as it was before:");
    expect(["main.cf", "new.cf", "master.cf"].map((name) => folder.read(`/etc/postfix/${name}`))).toEqual([
      "theirs\none\ntwo\n",
      undefined,
      "smtp inet n - y - - smtpd\n",
    ]);
    expect([folder.read("/etc/default/made"), folder.read("/etc/default/undone")]).toEqual([undefined, "it's kept\n"]);
    expect(folder.asked().join("\n")).toMatch(/postfix reload/);
  });
});
