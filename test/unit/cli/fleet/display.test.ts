// What a person sees while a fleet runs.
import { afterEach, expect, test } from "@jest/globals";
import { Display, span } from "../../../../cli/fleet/display.ts";

const noColor = process.env.NO_COLOR;
afterEach(() => {
  if (noColor === undefined) delete process.env.NO_COLOR;
  else process.env.NO_COLOR = noColor;
});

function screen(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => void written.push(text) };
}

test("without a terminal there is a line for each shard, and no control character", () => {
  delete process.env.NO_COLOR;
  const { written, ...shown } = screen(false);
  const display = new Display(shown, { hosts: 3, shards: 2 });

  display.looked("mail1");
  display.done("mail1");
  display.failed("mail2");
  display.say("production-shard-01: mail2 FAILED: gone", { isBad: true });
  display.shardEnded("production-shard-01: 2 hosts, 1 failed (3 s)", { isBad: true });
  display.end();

  expect(written).toHaveLength(2);
  expect(written[1]).toMatch(
    /^production-shard-01: 2 hosts, 1 failed \(3 s\); 2 of 3 hosts done, 1 failed, 1 of 2 shards, about \d+ s left\n$/,
  );
  expect(written.join("")).not.toContain("\u001b");
});

test("on a terminal one line is written over, no wider than the terminal", () => {
  delete process.env.NO_COLOR;
  const { written, ...shown } = screen(true, 30);
  const display = new Display(shown, { hosts: 3, shards: 2 });

  display.done("mail1");
  display.shardEnded("production-shard-01: 1 host, 0 failed (3 s)");

  expect(written.every((text) => text.startsWith("\r\u001b[K"))).toBe(true);
  expect(written.join("")).not.toContain("\n");
  expect(Math.max(...written.map((text) => text.length - "\r\u001b[K".length))).toBeLessThan(30);
});

test.each<[string, string | undefined, boolean]>([
  ["red", undefined, true],
  ["without a colour where NO_COLOR says so", "1", false],
])("a failure stays on a terminal, %s", (_how, value, red) => {
  if (value === undefined) delete process.env.NO_COLOR;
  else process.env.NO_COLOR = value;
  const { written, ...shown } = screen(true);

  new Display(shown, { hosts: 1, shards: 1 }).say("mail2 FAILED", { isBad: true });

  expect(written.join("").includes("\u001b[31m")).toBe(red);
  expect(written.join("")).toMatch(/mail2 FAILED.*\n$/);
});

test("the time that is left follows from the hosts that are done", () => {
  const display = new Display(screen(false), { hosts: 100, shards: 2 });
  for (let number = 0; number < 25; number += 1) display.done(`mail${number}`);

  expect(display.line(10_000)).toBe("25 of 100 hosts done, 0 failed, 0 of 2 shards, about 30 s left");
  expect([span(89_000), span(95_000), span(600_000)]).toEqual(["89 s", "2 min", "10 min"]);
});
