// Rows of the host's logs: from the journal or from files, of Postfix whatever it calls itself, and of saslauthd; and what they tell.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { Fact } from "../../../providers/facts/fact.ts";
import {
  complaintsOfPostfix,
  logKnowsSaslauthd,
  logOfTheLast,
  postfixSaysWhy,
} from "../../../providers/facts/host-log.ts";
import {
  awakenings,
  lastRowsOfSaslauthd,
  refusalOf,
  servingOn,
  wokeUp,
} from "../../../providers/facts/saslauthd-trace.ts";
import { answer } from "../../support/fake-answers.ts";

const log = logOfTheLast(2500);
const soon = new Date(Date.now() + 600_000).toISOString();

const scratch = mkdtempSync(join(tmpdir(), "host-log-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Rows of the journal that root wrote and that other users wrote, of auth.log, and of Postfix's own log file. */
interface Logs {
  readonly journal: readonly string[];
  readonly ofUsers?: readonly string[];
  readonly file?: readonly string[];
  readonly maillog?: readonly string[];
}

/** A host whose logs are these. Its journalctl knows the options that select rows by user and program. */
function hostWith({ journal, ofUsers = [], file = [], maillog = [] }: Logs) {
  const folder = mkdtempSync(join(scratch, "host-"));
  const written = Object.entries({ journal, users: [...journal, ...ofUsers], "auth.log": file, maillog });
  for (const [name, rows] of written) writeFileSync(join(folder, name), rows.map((row) => `${row}\n`).join(""));
  const journalctl = `rows=${folder}/users only=
for option; do case $option in --sync) exit ;; _UID=0) rows=${folder}/journal ;; saslauthd) only='saslauthd[' ;; esac; done
grep -F "$only" "$rows"`;
  for (const [name, script] of Object.entries({ journalctl, postconf: `echo ${folder}/maillog` }))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    ask<T>(fact: Fact<T>): T {
      const script = fact.question.text.replaceAll("/var/log/", `${folder}/`);
      const env = { PATH: `${folder}:${process.env.PATH}` };
      return fact.parse(answer(execFileSync("sh", ["-c", script], { env })));
    },
  };
}

describe("a row", () => {
  test("of the journal and the same row of a file count once", () => {
    const journal = "Nov 30 08:06:57 mx saslauthd[38]:                 : auth failure: [user=a] [service=smtp]";
    const file =
      "2026-11-30T08:06:57.1+00:00 mx saslauthd[38]:                 : auth failure: [user=a] [service=smtp]";

    expect(log.parse(answer(`${journal}\n${file}\n`))).toEqual([
      { program: "saslauthd", pid: 38, text: ": auth failure: [user=a] [service=smtp]" },
    ]);
  });

  test("that is one endless word is passed over without delay", () => {
    const begun = Date.now();

    expect(log.parse(answer(`Nov 30 08:06:57 mx ${"x".repeat(1_000_000)}\n`))).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(1000);
  });

  test("of Postfix is told by its words, whatever syslog_name is", () => {
    const rows = log.parse(
      answer(
        [
          "Nov 30 08:06:57 mx postfix/smtps/smtpd[1]: fatal: no SASL authentication mechanisms",
          "Nov 30 08:06:57 mx mine/smtpd[2]: warning: SASL: Connect failed",
          "Nov 30 08:06:57 mx postfix/smtpd[3]: connect from localhost[127.0.0.1]",
          "Nov 30 08:06:57 mx postfix[4]: fatal: parameter mydomain: bad parameter value: 12",
        ].join("\n"),
      ),
    );

    expect(complaintsOfPostfix(rows)).toEqual([
      "postfix/smtps/smtpd: fatal: no SASL authentication mechanisms",
      "mine/smtpd: warning: SASL: Connect failed",
      "postfix: fatal: parameter mydomain: bad parameter value: 12",
    ]);
  });
});

describe("the question", () => {
  test("asks the journal since that moment by the clock of the host", () => {
    expect(log.question.text).toMatch(/^since=\$\(date -d '2\.500 seconds ago' \+%s\.%6N\) \|\| exit\n/);
  });

  test("in a script that failed tells nothing where there is nothing, and is fine with the shell", () => {
    const output = execFileSync("sh", ["-c", `since=$(date +%s)\n${postfixSaysWhy.text}\necho done`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

    expect(output).toBe("done\n");
  });

  test("takes rows of a file that are not older, in both forms of their time", () => {
    const now = new Date(Date.now() + 5000);
    const classic = execFileSync("date", ["-d", now.toISOString(), "+%b %e %T"], { encoding: "utf8" }).trim();
    const host = hostWith({
      journal: [],
      file: [
        "Jan  1 00:00:01 mx postfix/smtpd[1]: fatal: old",
        "2001-01-01T00:00:01.5+00:00 mx postfix/smtpd[2]: fatal: old too",
        `${classic} mx postfix/smtpd[3]: fatal: new`,
        `${now.toISOString()} mx postfix/smtpd[4]: fatal: new too`,
      ],
    });

    const rows = host.ask(log);

    expect(rows.map(({ pid }) => pid)).toEqual([3, 4]);
  });

  const ours = `${soon} mx saslauthd[1]: : auth failure: [user=a] [service=smtp]`;
  const forged = `${soon} mx saslauthd[2]: : auth failure: [user=b] [service=smtp]`;
  const smtpd = `${soon} mx postfix/smtpd[3]: connect from localhost[127.0.0.1]`;

  test.each<[string, Logs, number[], boolean]>([
    ["the journal alone where it has rows of root", { journal: [ours], file: [forged] }, [1], true],
    ["the journal of root alone", { journal: [smtpd], ofUsers: [forged], file: [forged] }, [3], false],
    ["a file where the journal has none", { journal: [], ofUsers: [forged], file: [ours] }, [1], true],
    ["Postfix's rows of its own log file too", { journal: [ours], maillog: [smtpd, forged] }, [1, 3], true],
    ["that file also without a journal", { journal: [], file: [smtpd], maillog: [smtpd, forged] }, [3], false],
  ])("reads %s", (_where, logs, pids, known) => {
    const host = hostWith(logs);

    const [rows, knows] = [host.ask(log), host.ask(logKnowsSaslauthd)];

    expect(rows.map(({ pid }) => pid)).toEqual(pids);
    expect(knows).toBe(known);
  });
});

describe("saslauthd's word on a user", () => {
  const row = (user: string, realm = "") => ({
    program: "saslauthd",
    pid: 7,
    text: `: auth failure: [user=${user}] [service=smtp] [realm=${realm}] [mech=pam] [reason=PAM auth error]`,
  });

  test.each([
    ["alice", row("alice"), true],
    ["alice@example.org", row("alice", "example.org"), true],
    ["alice@example.org", row("alice@example.org", "example.org"), true],
    ["alice", row("alice2"), false],
    ["alice", { ...row("alice"), program: "postfix/smtpd" }, false],
    ["al", row("alice"), false],
  ])("%s", (user, found, known) => {
    expect(refusalOf(user, [found]) !== undefined).toBe(known);
  });

  test("is quoted without the empty function name in front of it", () => {
    expect(lastRowsOfSaslauthd([row("alice")])).toEqual([expect.stringMatching(/^saslauthd\[7\]: auth failure: /)]);
  });
});

describe("daemons that were awake", () => {
  const daemon = (pid: number, folder: string) => ({ pid, parent: 1, argv: ["saslauthd", "-m", folder] });

  test("are told by the number of their sleeps, and those of another socket do not count", () => {
    const [before, after] = [
      awakenings.parse(answer("10 4\n11 9\n20 1\n")),
      awakenings.parse(answer("10 4\n11 9\n20 3\n")),
    ];
    const all = [daemon(10, "/s"), daemon(11, "/s/"), daemon(20, "/other")];

    expect(wokeUp(servingOn("/s", all), before, after)).toBe(false);
    expect(wokeUp(servingOn("/other", all), before, after)).toBe(true);
  });

  test("are those that came in between, and not those that are gone", () => {
    expect(wokeUp([daemon(10, "/s")], new Map(), new Map([[10, 1]]))).toBe(true);
    expect(wokeUp([daemon(10, "/s")], new Map([[10, 1]]), new Map())).toBe(false);
  });
});
