// Processes and listeners: argument lists byte for byte, parents first, and whose a port is.
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { listeners } from "../../../providers/facts/listeners.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { portsNotServed, portsServed, takenPorts } from "../../../providers/facts/served-ports.ts";
import { answer } from "../../support/fake-answers.ts";

const base64 = (...argv: string[]) => Buffer.from(`${argv.join("\0")}\0`).toString("base64");
const saslauthd = processesOf("/usr/sbin/saslauthd");

describe("processes", () => {
  test("come parents first, with arguments that hold spaces and empty words", () => {
    const rows = `20 10 ${base64("saslauthd", "-m", "/a b", "")}\n10 1 ${base64("saslauthd", "-m", "/a b", "")}\n`;

    expect(saslauthd.parse(answer(rows))).toEqual([
      { pid: 10, parent: 1, argv: ["saslauthd", "-m", "/a b", ""] },
      { pid: 20, parent: 10, argv: ["saslauthd", "-m", "/a b", ""] },
    ]);
  });

  test("that ended between two looks leave no half row", () => {
    expect(saslauthd.parse(answer(`10  \n11 1 \n12 1 ${base64("saslauthd")}\n`))).toEqual([
      { pid: 12, parent: 1, argv: ["saslauthd"] },
    ]);
  });

  test("are none when nothing runs", () => {
    expect(saslauthd.parse(answer(""))).toEqual([]);
  });
});

describe("a process that any user can start", () => {
  const asked = (question: string) => spawnSync("/bin/sh", ["-c", question], { encoding: "utf8" }).stdout;

  // `spawn` takes the identity of another user only where the tests run as root
  test.each(process.getuid?.() === 0 ? [0, 65_534] : [process.getuid?.() ?? 1])(
    "counts where root runs it: started as user %i",
    async (uid) => {
      await using child = started("/usr/bin/perl", ["-e", '$| = 1; print "on\\n"; sleep 60'], {
        argv0: "/tmp/evil",
        uid,
      });
      await child.firstLine();
      const sleeping = processesOf("/usr/bin/perl");

      const found = sleeping.parse(answer(asked(sleeping.question.text)));

      expect(found.some(({ pid }) => pid === child.pid)).toBe(uid === 0);
    },
  );

  test("puts no row and no name of its own choice among the listening ports", async () => {
    const name = "\nLISTEN 0 1";
    const program = `use IO::Socket::INET; $0 = "${name}"; $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die; print $s->sockport, "\n"; close STDOUT; sleep 60`;
    await using child = started("/usr/bin/perl", ["-e", program]);
    const port = Number(await child.firstLine());

    const found = listeners.parse(answer(asked(listeners.question.text)));

    expect(found.filter((listener) => listener.port === port)).toEqual([
      { address: "127.0.0.1", port, program: expect.stringMatching(/^[A-Za-z0-9._?-]*$/) },
    ]);
  });
});

describe("listeners", () => {
  const rows = [
    "LISTEN 0 100 0.0.0.0:25 0.0.0.0:* ino:31 sk:1 cgroup:/system.slice/postfix.service <->",
    "LISTEN 0 100 [::]:465 [::]:* ino:32 sk:2 cgroup:/a v6only:1 <->",
    "LISTEN 0 511 *:587 *:* uid:33 ino:33 sk:3 cgroup:/a v6only:0 <->",
    "LISTEN 0 128 127.0.0.1:8025 0.0.0.0:* ino:34 sk:4 <->",
    "LISTEN 0 100 0.0.0.0:26 0.0.0.0:* ino:35 sk:5 <->",
    "LISTEN 0 100 10.0.0.2:465 0.0.0.0:* ino:36 sk:6 <->",
    "LISTEN 0 100 0.0.0.0:2587 0.0.0.0:* ino:37 sk:7 <->",
    "LISTEN 0 100 0.0.0.0:2588 0.0.0.0:* ino:38 sk:8 <->",
    "LISTEN 0 100 0.0.0.0:2589 0.0.0.0:* ino:39 sk:9 <->",
    "holder 31 2 postfix smtpd",
    "holder 31 1 postfix master",
    "holder 32 1 postfix master",
    "holder 33 3 other nginx",
    "holder 35 4 postfix postscreen",
    "holder 35 1 postfix master",
    "holder 36 3 other nginx",
    "holder 37 5 container master",
    "holder 38 6 instance smtpd",
    "holder 39 7  ",
    "",
  ].join("\n");
  const look = () => listeners.parse(answer(rows));

  test("have address, port and program", () => {
    expect(look()).toEqual([
      { address: "0.0.0.0", port: 25, program: "master" },
      { address: "[::]", port: 465, program: "master" },
      { address: "*", port: 587, program: "nginx" },
      { address: "127.0.0.1", port: 8025, program: "" },
      { address: "0.0.0.0", port: 26, program: "master" },
      { address: "10.0.0.2", port: 465, program: "nginx" },
      { address: "0.0.0.0", port: 2587, program: "master (process 5 of a container)" },
      { address: "0.0.0.0", port: 2588, program: "smtpd of another Postfix instance (process 6)" },
      { address: "0.0.0.0", port: 2589, program: "" },
    ]);
  });

  test("a program is in the way on a port that Postfix does not have as well", () => {
    expect(takenPorts(look(), [25, 26, 465, 587, 2587]).map(({ port }) => port)).toEqual([587, 2587]);
  });

  test("a port that another program holds is not served by Postfix", () => {
    expect(portsNotServed(look(), [25, 465, 587, 8025, 2525])).toEqual([587, 2525]);
    expect(portsServed([25, 465], listeners).parse(answer(rows))).toBe(true);
    expect(portsServed([25, 587], listeners).parse(answer(rows))).toBe(false);
    expect(() => portsServed([25], listeners).parse(answer("", 127))).toThrow("exit status 127");
  });
});

/** A process for the time of a test. */
function started(file: string, args: string[], options: SpawnOptions = {}) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  return {
    pid: child.pid,
    firstLine: async () => String(await once(child.stdout as NodeJS.ReadableStream, "data")).trim(),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}
