// Processes and listeners: argument lists byte for byte, parents first, and whose a port is.
import { describe, expect, test } from "@jest/globals";
import { listeners } from "../../../providers/facts/listeners.ts";
import { portsNotServed, portsServed, takenPorts } from "../../../providers/facts/postfix.ts";
import { processesOf } from "../../../providers/facts/process.ts";
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

  test("are none when nothing runs, whatever the loop's last test said", () => {
    expect(saslauthd.parse(answer("", 0))).toEqual([]);
    expect(saslauthd.parse(answer("", 1))).toEqual([]);
  });
});

describe("listeners", () => {
  const rows = [
    'LISTEN 0 100 0.0.0.0:25 0.0.0.0:* users:(("smtpd",pid=2,fd=6),("master",pid=1,fd=13))',
    'LISTEN 0 100 [::]:465 [::]:* users:(("master",pid=1,fd=14))',
    'LISTEN 0 511 *:587 *:* users:(("nginx",pid=3,fd=6))',
    "LISTEN 0 128 127.0.0.1:8025 0.0.0.0:*",
    'LISTEN 0 100 0.0.0.0:26 0.0.0.0:* users:(("postscreen",pid=4,fd=6),("master",pid=1,fd=15))',
    'LISTEN 0 100 10.0.0.2:465 0.0.0.0:* users:(("nginx",pid=3,fd=9))',
    'LISTEN 0 100 0.0.0.0:2587 0.0.0.0:* users:(("master",pid=5,fd=13))',
    'LISTEN 0 100 0.0.0.0:2588 0.0.0.0:* users:(("smtpd",pid=6,fd=13))',
    'LISTEN 0 100 0.0.0.0:2589 0.0.0.0:* users:(("gone",pid=7,fd=13))',
    ...["1 postfix", "2 postfix", "3 other", "4 postfix", "5 container", "6 instance", "7 "].map(
      (row) => `holder ${row}`,
    ),
    "",
  ].join("\n");
  const found = listeners.parse(answer(rows));

  test("have address, port and program", () => {
    expect(found).toEqual([
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
    expect(takenPorts(found, [25, 26, 465, 587, 2587]).map(({ port }) => port)).toEqual([587, 2587]);
  });

  test("a port that another program holds is not served by Postfix", () => {
    expect(portsNotServed(found, [25, 465, 587, 8025, 2525])).toEqual([587, 2525]);
    expect(portsServed([25, 465], listeners).parse(answer(rows))).toBe(true);
    expect(portsServed([25, 587], listeners).parse(answer(rows))).toBe(false);
    expect(() => portsServed([25], listeners).parse(answer("", 127))).toThrow("exit status 127");
  });
});
