// What a roll-back does with a host on which somebody else was at work, whose disk was full, or whose power went: through the scripts that a real
// host runs, in a folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import { mailWaits } from "../../../providers/steps/mail-queue.ts";
import { removeResourceRecord } from "../../../providers/steps/resource-record.ts";
import type { Step, WriteFile } from "../../../providers/steps/step.ts";
import { apply } from "../../../providers/transaction/apply.ts";
import { commit, rollBack } from "../../../providers/transaction/rollback.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

const path = "/etc/postfix/master.cf";
const before = "# services\nsmtp inet n - y - - smtpd\n";
const entry = "smtps inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n";
const journal = "var/lib/sasl-mail-host/journal";

let folder: Folder;

beforeEach(async () => {
  folder = await hostInFolder();
  folder.write(path, before, 0o640);
});
afterEach(() => folder[Symbol.asyncDispose]());

const write = (content: string, expected: string, more: Partial<WriteFile> = {}): Step => ({
  do: "write",
  path,
  content: Buffer.from(content),
  expected: Buffer.from(expected),
  created: { owner: "root", group: "root", mode: "644" },
  reason: "test",
  tellsLines: true,
  ...more,
});
/** The report of a roll-back, as an error message prints it. */
const rolledBack = async () => (await rollBack(folder.host))?.join("\n");
const applied = (...steps: Step[]) => apply(folder.host, steps, { log: () => {}, done: () => {}, journalled: true });

describe("a file that only this program has changed", () => {
  test("comes back with its bytes, owner and mode, and the journal is gone", async () => {
    folder.running("postfix", "saslauthd");
    await applied(write(before + entry, before));

    const story = await rolledBack().catch((error: Error) => error.message);

    expect(story).toContain("everything is put back as it was before:\n/etc/postfix/master.cf");
    expect(folder.read(path)).toBe(before);
    expect((statSync(folder.at(path)).mode & 0o777).toString(8)).toBe("640");
    expect(folder.read(`${journal}/opened`)).toBeUndefined();
  });

  test("changed twice, comes back to what it was before the first", async () => {
    await applied(write(before + entry, before), write("other\n", before + entry));

    await rollBack(folder.host);

    expect(folder.read(path)).toBe(before);
  });

  test("that was not there is removed again, and one that was removed is there again", async () => {
    await applied({ ...write("new\n", ""), path: "/etc/new.conf", expected: undefined } as WriteFile, {
      do: "remove",
      path,
      reason: "test",
    });
    expect(folder.read(path)).toBeUndefined();

    await rollBack(folder.host);

    expect(folder.read("etc/new.conf")).toBeUndefined();
    expect(folder.read(path)).toBe(before);
  });
});

describe("port 25, which listened before and does not answer after the roll-back,", () => {
  test("is no alarm where it still listens: nobody knows whether it answered before", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));

    const story = await rolledBack();

    expect(story).toMatch(
      /port 25 listens, as before, and does not answer; whether it answered before .* not looked at: /,
    );
    expect(story).not.toContain("BUT");
  });

  test("is one where nobody can say who listens", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));
    folder.program("ss", "exit 1");

    expect(await rolledBack()).toContain("BUT PORT 25 DOES NOT ANSWER, and it listened before: ");
  });

  test("is one where nobody listens any more", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));
    folder.program("ss", ":");

    expect(await rolledBack()).toContain("BUT PORT 25 DOES NOT ANSWER, and it listened before: ");
  });
});

describe("a file that somebody else has edited since", () => {
  test.each([
    [
      "a service behind ours",
      `${before}${entry}policy unix - n n - 0 spawn\n`,
      `${before}policy unix - n n - 0 spawn\n`,
    ],
    [
      "a service in front of ours",
      `${before}policy unix - n n - 0 spawn\n${entry}`,
      `${before}policy unix - n n - 0 spawn\n`,
    ],
    ["a comment at the top", `# mine\n${before}${entry}`, `# mine\n${before}`],
    [
      "the other service",
      `# services\nsmtp inet n - n - - smtpd -v\n${entry}`,
      "# services\nsmtp inet n - n - - smtpd -v\n",
    ],
  ])("with %s: our own lines go, theirs stay", async (_what, edited, expected) => {
    await applied(write(before + entry, before));
    folder.write(path, edited);

    const story = await rolledBack();

    expect(folder.read(path)).toBe(expected);
    expect(story).toContain("our own lines; somebody else has edited it since");
  });

  const mine = "# not in force: edited while a change by sasl-mail-host was put back\n";
  const commented = (text: string) => mine + text.replace(/^(?=.)/gm, "#");
  const older = "smtps inet n - n - - smtpd\n  -o syslog_name=mua\n";
  const ours = `${entry}  -o syslog_name=mua\n`;
  test.each([
    ["in our own entry", before, entry, entry.replace("yes", "no"), commented(entry.replace("yes", "no"))],
    [
      "below our entry, which makes it a part of it",
      before,
      entry,
      `${entry}# mine\n  -o smtpd_helo_required=yes\n`,
      commented(`${entry}# mine\n  -o smtpd_helo_required=yes\n`),
    ],
    [
      "in an entry that we had changed: it is the one from before, with what they have changed",
      before + older,
      ours,
      ours.replace("mua", "office").replace("y - -", "y - 20"),
      "smtps     inet  n       -       n       -       20      smtpd\n  -o syslog_name=office\n",
    ],
    [
      "in an entry that we had changed, and elsewhere",
      older + before,
      ours,
      `${ours}  -o content_filter=dkim\npolicy unix - n n - 0 spawn\n`,
      "smtps     inet  n       -       n       -       -       smtpd\n  -o syslog_name=mua\n  -o content_filter=dkim\npolicy unix - n n - 0 spawn\n",
    ],
  ])("%s: no entry of ours stays in force, and theirs is kept beside", async (_what, stock, made, edited, back) => {
    const was = stock.includes(older) ? older : "";
    const put = (text: string) => (was === "" ? stock + text : stock.replace(was, text));
    folder.write(path, stock, 0o640);
    folder.running("postfix");
    await applied(write(put(made), stock));
    folder.write(path, put(edited));

    const story = await rolledBack();

    expect(folder.read(path)).toBe(put(back));
    const [copy = ""] = readdirSync(folder.at("var/lib/sasl-mail-host/kept"));
    expect(folder.read(`var/lib/sasl-mail-host/kept/${copy}`)).toBe(put(edited));
    expect(story).toContain(`BUT ${path} was edited by somebody else since: smtps/inet is `);
    expect(story).toContain(`theirs is kept as /var/lib/sasl-mail-host/kept/${copy}`);
    expect(folder.asked()).toContain("postfix reload");
    expect(folder.read(`${journal}/opened`)).toBeUndefined();
  });

  test("in one of two entries that were made after each other: both go, and nothing of the other is left", async () => {
    const other = entry.replace("smtps", "submission");
    await applied(write(before + entry, before), write(before + entry + other, before + entry));
    folder.write(path, before + entry.replace("yes", "no") + other);

    await rollBack(folder.host);

    expect(folder.read(path)).toBe(before + commented(entry.replace("yes", "no")));
  });

  test.each([
    ["is merged", true],
    ["has nothing left to undo", false],
  ])(
    "and that is edited again after the look: nothing is written over that, where the older entry %s",
    async (_what, hasBoth) => {
      const other = entry.replace("smtps", "submission");
      await applied(write(before + entry, before), write(before + entry + other, before + entry));
      const edited = hasBoth ? `# mine\n${before}${entry}${other}` : before + other;
      folder.write(path, edited);
      const asLookedAt = `[ -e "$ROOT/edited" ] || { touch "$ROOT/edited"; echo '# later' >> "$ROOT${path}"; }`;
      folder.program("rm", `case $* in *'undone.*') ${asLookedAt} ;; esac\nexec /bin/rm "$@"`);

      const message = await rolledBack().catch((error: Error) => error.message);

      expect(folder.read(path)).toBe(`${edited}# later\n`);
      expect(String(message).match(/changed between our look and our write/g)).toHaveLength(2);
      expect(readdirSync(folder.at(journal)).sort()).toEqual(["0001", "0002", "opened"]);
    },
  );

  const rival = "465 inet n - n - - smtpd\n";
  test.each([
    ["as we made it", entry, ""],
    ["edited", entry.replace("yes", "no"), commented(entry.replace("yes", "no"))],
  ])(
    "elsewhere, so that the lines can not be told apart: a new entry of ours goes out of force, %s",
    async (_what, now, left) => {
      folder.write(path, before + rival);
      await applied(write(`${before}#sasl-mail-host: ${rival}${entry}`, before + rival));
      folder.write(path, before + now);

      const story = await rollBack(folder.host);

      expect(folder.read(path)).toBe(before + left);
      const copies = readdirSync(folder.at("var/lib/sasl-mail-host/kept"));
      expect(copies.map((copy) => folder.read(`var/lib/sasl-mail-host/kept/${copy}`))).toContain(before + rival);
      expect([story].flat().join("\n")).toMatch(
        /smtps\/inet is (taken|commented) out[\s\S]*the rest is left as it is; the one from before is kept as/,
      );
    },
  );

  test("so that Postfix itself can not read it: it is left as it is, and the one from before is kept beside", async () => {
    const edited = `${before}smtps inet\n`;
    await applied(write(before + entry, before));
    folder.write(path, edited);

    const story = await rolledBack();

    expect(folder.read(path)).toBe(edited);
    const [copy = ""] = readdirSync(folder.at("var/lib/sasl-mail-host/kept"));
    expect(folder.read(`var/lib/sasl-mail-host/kept/${copy}`)).toBe(before);
    expect(story).toContain(`BUT ${path} was edited by somebody else since and is left as it is`);
    expect(story).toContain(`/kept/${copy}`);
  });

  test("and holds a secret: no line of it leaves the host", async () => {
    await applied(write("password: ours\n", before, { tellsLines: undefined as never }));
    folder.write(path, "password: theirs\n");

    const story = await rolledBack();

    expect(folder.read(path)).toBe("password: theirs\n");
    expect(story).toContain("is left as it is");
  });

  test("that was not there before, and holds a secret: there is none to keep beside it", async () => {
    const file = {
      ...write("password: ours\n", "", { tellsLines: undefined as never }),
      path: "/etc/new.conf",
      expected: undefined,
    };
    await applied(file as WriteFile);
    folder.write("/etc/new.conf", "password: theirs\n");

    const story = await rolledBack();

    expect(folder.read("/etc/new.conf")).toBe("password: theirs\n");
    expect(story).toContain(
      "/etc/new.conf was edited by somebody else since and is left as it is; there was none before",
    );
  });

  test("in our own lines of another file than master.cf: it is left as it is", async () => {
    folder.write("/etc/some.conf", "a\nold\n");
    await applied({ ...write("a\nours\n", "a\nold\n"), path: "/etc/some.conf" } as WriteFile);
    folder.write("/etc/some.conf", "a\ntheirs\n");

    const story = await rolledBack();

    expect(folder.read("/etc/some.conf")).toBe("a\ntheirs\n");
    expect(story).toContain(
      "/etc/some.conf was edited by somebody else since and is left as it is; the one from before is kept as",
    );
  });

  test("in two entries that were made together: both are out of force", async () => {
    const other = entry.replace("smtps", "submission");
    await applied(write(before + entry + other, before));
    folder.write(path, before + (entry + other).replaceAll("yes", "no"));

    const story = await rolledBack();

    expect(folder.read(path)?.replaceAll(mine, "")).toBe(
      before + (entry + other).replaceAll("yes", "no").replace(/^(?=.)/gm, "#"),
    );
    expect(story).toMatch(/smtps\/inet is commented out.*; submission\/inet is commented out/);
  });

  test("by taking an option out that was there before us, too: it stays out", async () => {
    const old = "smtps inet n - n - - smtpd\n  -o syslog_name=mua\n  -o content_filter=dkim\n";
    const made = "smtps inet n - y - - smtpd\n  -o syslog_name=mua\n  -o content_filter=dkim\n";
    folder.write(path, before + old);
    await applied(write(before + made, before + old));
    folder.write(path, before + made.replace("  -o content_filter=dkim\n", ""));

    await rollBack(folder.host);

    expect(folder.read(path)).toMatch(/^smtps +inet +n +- +n +- +- +smtpd\n +-o syslog_name=mua\n$/m);
    expect(folder.read(path)).not.toContain("content_filter");
  });

  test("so that an entry that we had replaced can not be told apart: the whole file is left", async () => {
    const old = "smtps inet n - n - - smtpd\n";
    const rivals = "465 inet n - n - - smtpd\n";
    folder.write(path, before + old + rivals);
    await applied(write(`${before}${entry}#sasl-mail-host: ${rivals}`, before + old + rivals));
    const edited = `${before}${entry.replace("yes", "no")}`;
    folder.write(path, edited);

    const story = await rolledBack();

    expect(folder.read(path)).toBe(edited);
    expect(story).toContain(`${path} was edited by somebody else since and is left as it is`);
  });

  test("by removing it: it stays away", async () => {
    await applied(write(before + entry, before));
    rmSync(folder.at(path));

    await rollBack(folder.host);

    expect(folder.read(path)).toBeUndefined();
  });
});

describe("the daemons", () => {
  test("that ran are reloaded and restarted, and what did not run is stopped", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));
    folder.running("saslauthd");

    await rollBack(folder.host).catch(() => undefined);

    expect(folder.asked()).toEqual(expect.arrayContaining(["postfix reload", "systemctl stop saslauthd"]));
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([true, false]);
  });

  test.each([
    ["whose package stays goes on, since its mail waits", mailWaits, true, "Postfix is left running"],
    ["whose change can not be undone for another reason is stopped, as before", 1, false, "NOT put back"],
  ])("of them a Postfix %s", async (_what, code, runs, says) => {
    const install: Step = {
      do: "run",
      reason: "install postfix",
      script: sh`:`,
      undo: { script: sh`echo 'nothing is purged: messages wait'; exit ${code}` },
    };
    await applied(install, write(before + entry, before));
    folder.running("postfix", "saslauthd");

    const message = await rollBack(folder.host).catch((error: Error) => error.message);

    expect(message).toContain(says);
    expect(message).toContain("NOT put back: install postfix: nothing is purged: messages wait");
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([runs, false]);
    expect(folder.read(path)).toBe(before);
  });

  const statusFails = () => folder.program("postfix", 'echo "postfix $*" >> "$ROOT/asked"; [ "$1" != status ]');

  test("of them a Postfix that runs beside a broken master.cf is reloaded and not restarted", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));
    statusFails();

    await rollBack(folder.host);

    expect(folder.asked().filter((call) => /postfix/.test(call))).toEqual(["postfix reload"]);
  });

  test("of them a Postfix whose master.cf is gone is not reloaded: its master would end", async () => {
    folder.running("postfix");
    const other = "/etc/postfix/sasl/smtpd.conf";
    folder.write(other, "before\n");
    await applied(write("ours\n", "before\n", { path: other }));
    rmSync(folder.at(path));

    await expect(rollBack(folder.host)).rejects.toThrow(`not reloaded: ${path} does not exist`);

    expect(folder.asked().filter((call) => /postfix/.test(call))).toEqual([]);
    expect(folder.runs("postfix")).toBe(true);
  });

  test("of them a Postfix that did not run is ended also beside a broken master.cf", async () => {
    await applied(write(before + entry, before));
    folder.running("postfix");
    statusFails();

    expect(await rolledBack()).toContain("Postfix is stopped, as before");
    expect(folder.runs("postfix")).toBe(false);
  });

  test.each([
    ["did not run and does not end", false, true, "Postfix still runs; it was stopped before"],
    ["cannot be reloaded", true, true, "the reload of Postfix failed: see journalctl"],
    ["cannot be started again", true, false, "the restart of Postfix failed: see journalctl"],
  ])("of them a Postfix that %s is reported, and not as loaded", async (_what, ran, runs, says) => {
    if (ran) folder.running("postfix");
    await applied(write(before + entry, before));
    if (runs) folder.running("postfix");
    else rmSync(folder.at("proc/77"), { recursive: true });
    folder.program("systemctl", 'case "$2" in postfix) exit 1 ;; esac');
    folder.program("postfix", "exit 1");

    await expect(rollBack(folder.host)).rejects.toThrow(says);
    expect(folder.read("/run/sasl-mail-host.loaded")).toBeUndefined();
  });

  test.each([
    ["ends with it", "echo 'smtp inet n - y - - smtpd'", "SIGTERM"],
    ["goes on where postconf lists no service at all", ":", "SIGKILL"],
    ["goes on where postconf cannot read master.cf", "echo 'smtp inet n - y - - smtpd'; exit 1", "SIGKILL"],
  ])("of them one of a service that is taken out %s", async (_what, postconf, signal) => {
    const daemon = spawn("sleep", ["60"]);
    const ended = once(daemon, "exit");
    const master = "/proc/77";
    folder.running("postfix");
    folder.write(`${master}/status`, "Uid:\t0\t0\t0\t0\n");
    mkdirSync(folder.at(`${master}/ns`));
    symlinkSync("/proc/self/ns/pid", folder.at(`${master}/ns/pid`));
    symlinkSync("/", folder.at(`${master}/root`));
    folder.program("find", `case $* in *'/exe '*) echo ${master}/exe ;; *) exec /usr/bin/find "$@" ;; esac`);
    folder.write(`/proc/${daemon.pid}/cmdline`, "smtpd\0-n\0smtps\0-t\0inet\0");
    folder.program("pgrep", `echo ${daemon.pid}`);
    folder.program("postconf", `case $1 in -M) ${postconf} ;; esac`);
    await applied(write(before + entry, before));

    await rollBack(folder.host);

    daemon.kill("SIGKILL");
    expect((await ended)[1]).toBe(signal);
  });

  test("are not touched by a change that was not made since the journal could not be written", async () => {
    folder.running("postfix", "saslauthd");
    folder.program("sync", "echo 'sync: No space left on device' >&2; exit 1");

    const change = await applied(write(before + entry, before)).catch((error: Error) => error.message);
    const story = await rolledBack();

    expect(change).toMatch(
      /write down in .*journal[\s\S]*No space left on device[\s\S]*no daemon was touched[\s\S]*df -i/,
    );
    expect(story).toBeUndefined();
    expect(folder.read(path)).toBe(before);
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([true, true]);
    expect(folder.asked().filter((call) => /stop|restart/.test(call))).toEqual([]);
  });

  test("are not stopped where ps does not answer", async () => {
    folder.running("postfix", "saslauthd");
    folder.program("ps", "exit 127");

    await expect(applied(write(before + entry, before))).rejects.toThrow("the change was not made");
    expect(await rolledBack()).toBeUndefined();
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([true, true]);
  });
});

describe("a damaged journal", () => {
  const asksForEntry = /next: a damaged entry [^\n]*mv \/var\/lib\/sasl-mail-host\/journal\/0001 \/root\/ /;
  const asksForDaemons =
    /next: see on the host that Postfix and saslauthd run [^\n]*mv \/var\/lib\/sasl-mail-host\/journal "\/root\/journal-/;
  const damages = [
    ["emptied", () => ""],
    ["cut", (text: string) => text.slice(0, Math.floor(text.length / 2))],
    ["garbled", () => "\u0001\u0002 garbage\n"],
  ] as const;

  test.each(
    ["opened", "0001/sums", "0001/head", "0001/path", "0001/old", "0001/new"].flatMap((file) =>
      damages.map(([how, damage]) => ({ file, how, damage })),
    ),
  )("with $file $how is named, stops no daemon, and gives back no wrong byte", async ({ file, damage }) => {
    folder.running("postfix", "saslauthd");
    await applied(write(before + entry, before));
    folder.write(`${journal}/${file}`, damage(folder.read(`${journal}/${file}`) ?? ""));

    const message = await rolledBack().then(
      () => "it went well",
      (error: Error) => error.message,
    );

    expect(message).toContain(`/var/lib/sasl-mail-host/journal/${file.split("/")[0]}`);
    expect(message).toMatch(file === "opened" ? asksForDaemons : asksForEntry);
    expect([before, before + entry]).toContain(folder.read(path));
    expect([folder.runs("postfix"), folder.runs("saslauthd")]).toEqual([true, true]);
  });

  test("that does not say which daemons ran takes no further change", async () => {
    await applied(write(before + entry, before));
    folder.write(`${journal}/opened`, "");

    await expect(applied(write("other\n", before + entry))).rejects.toThrow("journal/opened is damaged");
    expect(folder.read(path)).toBe(before + entry);
  });
});

describe("the end of a journal", () => {
  test("that is cut in the middle of its removal is the end all the same", async () => {
    folder.running("postfix");
    await applied(write(before + entry, before));
    folder.program("rm", 'case $* in *closed.*) exit 1 ;; esac\nexec /bin/rm "$@"');
    await commit(folder.host);
    folder.program("rm", 'exec /bin/rm "$@"');

    expect(await rolledBack()).toBeUndefined();
    expect(folder.read(path)).toBe(before + entry);
    await commit(folder.host);
    expect(readdirSync(folder.at("var/lib"))).toEqual([]);
  });

  test("that is cut in the middle of its removal does not outlive the last resource", async () => {
    folder.write("/var/lib/sasl-mail-host/closed.4711/0001/old", before);

    await apply(folder.host, removeResourceRecord("SmtpdConf", path), {
      log: () => {},
      done: () => {},
      journalled: false,
    });

    expect(readdirSync(folder.at("var/lib"))).toEqual([]);
  });

  test("that cannot be written leaves it whole", async () => {
    await applied(write(before + entry, before));
    folder.program("mv", "echo 'mv: Read-only file system' >&2; exit 1");

    await expect(commit(folder.host)).rejects.toThrow("Read-only file system");
    expect(folder.read(`${journal}/0001/old`)).toBe(before);
  });
});

describe("a temporary file that a killed run has left beside a file", () => {
  const left = "/etc/postfix/.master.cf.sasl-mail-host.AbCdEfGh";
  const somebodys = "/etc/postfix/.master.cf.original";

  beforeEach(async () => {
    await applied(write(before + entry, before));
    for (const name of [left, somebodys]) folder.write(name, "password: secret\n");
  });

  test.each([
    ["a commit", () => commit(folder.host)],
    ["a roll-back", () => rollBack(folder.host)],
    ["the next write", () => applied(write("other\n", before + entry))],
    ["the removal of the file", () => applied({ do: "remove", path, reason: "test" })],
  ])("goes with %s; one of somebody else stays", async (_what, next) => {
    await next();

    expect([folder.read(left), folder.read(somebodys)]).toEqual([undefined, "password: secret\n"]);
  });
});

describe("what a command did", () => {
  const made = (name: string): Step => ({
    do: "run",
    reason: `make ${name}`,
    script: sh`touch ${`/etc/${name}`}`,
    undo: {
      script: sh`[ ! -e /etc/broken ] || exit 3
rm -f ${`/etc/${name}`}; echo ${name} >> /etc/undone`,
    },
  });

  test("is undone once: an entry that is done is forgotten, one that failed stays and is played again alone", async () => {
    await applied(
      made("one"),
      { ...made("two"), undo: { script: sh`[ -e /etc/mended ] || { echo 'not yet'; exit 3; }` } } as Step,
      made("three"),
    );

    const first = await rolledBack().catch((error: Error) => error.message);
    folder.write("/etc/mended", "");
    const second = await rolledBack();

    expect(first).toMatch(/NOT put back: make two: not yet[\s\S]*put back: undone: make three/);
    expect(second).toContain("undone: make two");
    expect(folder.read("/etc/undone")).toBe("three\none\n");
  });

  test("keeps its order when something is done after an incomplete roll-back", async () => {
    await applied(made("one"), { ...made("two"), undo: { script: sh`exit 3` } } as Step);
    await rollBack(folder.host).catch(() => undefined);

    await applied(made("three"));

    expect(readdirSync(folder.at(journal)).sort()).toEqual(["0002", "0003", "opened"]);
  });

  test("that says what it kept for somebody else is told so", async () => {
    await applied({ ...made("one"), undo: { script: sh`echo 'kept: the account one, which is not ours'` } } as Step);

    expect(await rolledBack()).toContain("BUT kept: the account one, which is not ours");
  });
});

test("an entry that was begun and never finished is not played", async () => {
  await applied(write(before + entry, before));
  mkdirSync(folder.at(`${journal}/0002.new`));

  await rollBack(folder.host);

  expect(folder.read(path)).toBe(before);
});
