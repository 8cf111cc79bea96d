// What was asked a moment ago is not asked again, unless something may have changed it.
import { afterEach, expect, jest, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { Answer, Fact } from "../../../providers/facts/fact.ts";
import { AnswerCache } from "../../../providers/host/answer-cache.ts";
import { Host } from "../../../providers/host/host.ts";
import { answer } from "../../support/fake-answers.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";

const count: Fact<string> = { name: "a count", question: sh`count`, parse: ({ stdout }) => stdout.toString() };
const other: Fact<string> = { name: "the other", question: sh`other`, parse: ({ stdout }) => stdout.toString() };

/** A host that answers every script with how often it was asked. */
async function counting(work: (host: Host, asked: () => string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const speak = (script: string) => ({ code: 0, stdout: `${asked.push(script)}` });
  await using fake = await fakeHost({ speak });
  const host = new Host(fake.connection());
  try {
    await work(host, () => asked);
  } finally {
    await host.close();
  }
}

afterEach(() => {
  jest.useRealTimers();
});

test("a look takes what another look was told, also while that one is under way", async () => {
  await counting(async (host, asked) => {
    const [one, two] = await Promise.all([host.read({ count }), host.read({ count, other })]);

    expect(one.count).toBe(two.count);
    expect(await host.read({ count })).toEqual(one);
    expect(asked()).toEqual(["count", "other"]);
  });
});

test("a plain question is always asked", async () => {
  await counting(async (host, asked) => {
    await host.read({ count });

    expect(await host.ask({ count })).toEqual({ count: "2" });
    expect(asked()).toEqual(["count", "count"]);
  });
});

test("a change makes every look anew, also one whose answer was still to come", async () => {
  await counting(async (host, asked) => {
    const shell = await host.shell();
    const before = host.read({ count });
    await new Promise(setImmediate);
    const change = shell.request("change it", sh`change`);
    const after = host.read({ count });

    await change;
    expect([await before, await after]).toEqual([{ count: "1" }, { count: "3" }]);
    expect(asked()).toEqual(["count", "change", "count"]);
  });
});

test("what was sent ahead behind a change is an answer of the time after it", async () => {
  await counting(async (host, asked) => {
    const change = (await host.shell()).request("change it", sh`change`);
    await host.readAhead([count, count]);

    await change;
    expect(await host.read({ count })).toEqual({ count: "2" });
    expect(asked()).toEqual(["change", "count"]);
  });
});

test("after five seconds it is not believed any more", async () => {
  jest.useFakeTimers();
  const known = new AnswerCache();
  await known.keep("question", Promise.resolve(answer("old")));
  await Promise.resolve();

  jest.advanceTimersByTime(4999);
  expect(known.of("question")).toBeDefined();
  jest.advanceTimersByTime(2);
  expect(known.of("question")).toBeUndefined();
});

test("an answer that never came is not kept", async () => {
  const known = new AnswerCache();
  await expect(known.keep("question", Promise.reject<Answer>(new Error("lost")))).rejects.toThrow("lost");

  expect(known.of("question")).toBeUndefined();
});
