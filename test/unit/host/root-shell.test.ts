// One shell on one connection: many questions in one turn, answers that can not be mixed up, and an end to every wait.
import { describe, expect, test } from "@jest/globals";
import { sh } from "../../../providers/core/shell.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { Host } from "../../../providers/host/host.ts";
import { type FakeHostOptions, fakeHost } from "../../support/fake-ssh-host.ts";

const fact = (question: Fact<unknown>["question"]): Fact<string> => ({
  name: "something",
  question,
  parse: (answer) => `${answer.code}: ${answer.stdout.toString("latin1")}|${answer.stderr}`,
});

/** Runs a test with a fake host and a connection to it. */
async function connected(
  work: (host: Host, fake: Awaited<ReturnType<typeof fakeHost>>) => Promise<void>,
  options: FakeHostOptions = {},
): Promise<void> {
  await using fake = await fakeHost(options);
  const host = new Host(fake.connection());
  try {
    await work(host, fake);
  } finally {
    await host.close();
  }
}

describe("questions", () => {
  test("travel in one turn, however many they are", async () => {
    await connected(
      async (host, fake) => {
        await host.ask({ first: fact(sh`true`) });
        fake.seen.turns.length = 0;

        const questions = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`q${i}`, fact(sh`echo ${i}`)]));
        const answers = await host.ask<Record<string, string>>(questions);

        expect(Object.values(answers)).toEqual(Array.from({ length: 20 }, (_, i) => `0: ${i}\n|`));
        const { turns } = fake.seen;
        expect(turns.filter((way, index) => way === "in" && turns[index - 1] !== "in")).toHaveLength(1);
      },
      { latency: 150 },
    );
  });

  test("get no word of each other, no parameters, and keep their quotes and line ends", async () => {
    await connected(async (host) => {
      const asked = await host.ask({
        parameters: fact(sh`echo $#; set -- a b`),
        quotes: fact(sh`printf %s ${'it\'s \\ "$(id)"\n\tö'}`),
        again: fact(sh`echo $#`),
      });

      expect(asked).toEqual({ parameters: "0: 0\n|", quotes: expect.any(String), again: "0: 0\n|" });
      expect(Buffer.from(asked.quotes, "latin1").toString()).toBe(`0: it's \\ "$(id)"\n\tö|`);
    });
  });

  test("of fifty callers at once go over one connection and one session", async () => {
    await connected(async (host, fake) => {
      const asked = Array.from({ length: 50 }, (_, i) => host.ask({ n: fact(sh`echo ${i}`) }));

      expect((await Promise.all(asked)).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, i) => `0: ${i}\n|`));
      expect(fake.seen).toMatchObject({ connections: 1, commands: [expect.any(String)] });
    });
  });

  test("travel over stdin: no script shows in the command line", async () => {
    await connected(async (host, fake) => {
      await host.ask({ n: fact(sh`echo ${"canary"}`) });

      expect(fake.seen.commands.join("\n")).not.toContain("canary");
      expect(Buffer.concat(fake.seen.stdin).toString()).toContain("canary");
    });
  });
});

describe("an answer", () => {
  test("that is not there yet lets the script say how it stands, which is no part of it", async () => {
    await connected(async (host) => {
      const told: string[] = [];
      const tell = (line: string) => void told.push(line);
      host.tellTo(Object.assign(tell, { warn: tell, delivered: async () => {} }));
      const waits = sh`echo one >&2; tell "wait for ${"somebody"}"; ( tell again ); echo two >&2; echo out`;

      const [{ n }, { m }] = await Promise.all([host.ask({ n: fact(waits) }), host.ask({ m: fact(sh`echo next`) })]);

      expect(told).toEqual(["wait for 'somebody'", "again"]);
      expect(n.replaceAll("\n", " ").replaceAll(/ +/g, " ").trim()).toBe("0: out |one two");
      expect(m).toBe("0: next\n|");
    });
  });

  test.each([
    ["keeps its exit status", sh`exit 7`, "7: |"],
    ["keeps both outputs apart", sh`echo out; echo err >&2; echo out`, "0: out\nout\n|err\n"],
    ["keeps every byte", sh`printf '\0\377\001\r\n\n'`, "0: \0\xff\u0001\r\n\n|"],
    ["may be empty", sh`:`, "0: |"],
    [
      "may look like the end of one",
      sh`printf '\n%s 0\n' 0123456789abcdef0123456789abcdef`,
      "0: \n0123456789abcdef0123456789abcdef 0\n|",
    ],
    ["of a script that reads: there is nothing to read", sh`cat; read x; echo "[$x]"`, "0: []\n|"],
    ["of a script with a syntax error", sh`if; then`, expect.stringMatching(/^2: \|.*[Ss]yntax error/s)],
    ["in a plain locale", sh`echo "$LC_ALL"`, "0: C\n|"],
  ])("%s", async (_what, question, answer) => {
    await connected(async (host) => {
      const { n, next } = await host.ask({ n: fact(question), next: fact(sh`echo next`) });

      expect(n).toEqual(answer);
      expect(next).toBe("0: next\n|");
    });
  });

  test("can not be changed by the script before it: no variable, folder or option is left", async () => {
    await connected(async (host) => {
      const { after } = await host.ask({
        before: fact(sh`x=1; cd /tmp; set -eu; umask 0; exec >/dev/null`),
        after: fact(sh`echo "[$x] $PWD $(umask)"`),
      });

      expect(after).toBe("0: [] / 0022\n|");
    });
  });

  test("is read right behind a login shell that chatters", async () => {
    await connected(
      async (host) => {
        expect((await host.ask({ n: fact(sh`echo yes`) })).n).toBe("0: yes\n|");
      },
      { loginShell: "echo Welcome; printf 'no newline'; echo warning >&2" },
    );
  });

  test("has no part of what the login shell complains of late: the two outputs are not ordered", async () => {
    await connected(
      async (host) => {
        expect((await host.ask({ n: fact(sh`exit 1`) })).n).toBe("1: |");
      },
      { loginShell: "echo warning >&2", lateErrors: 200 },
    );
  });

  test("of half a megabyte of script and eight of output arrives whole", async () => {
    await connected(async (host) => {
      const long = "x".repeat(500_000);
      const { size, much } = await host.ask({
        size: fact(sh`printf %s ${long} | wc -c`),
        much: { ...fact(sh`head -c 8000000 /dev/zero`), parse: (answer) => String(answer.stdout.length) },
      });

      expect(size.trim()).toBe("0: 500000\n|");
      expect(much).toBe("8000000");
    });
  });

  test("of more than 32 MiB is refused, is not kept in memory, and the next one is right", async () => {
    await connected(async (host) => {
      const before = process.memoryUsage().rss;

      await expect(host.ask({ n: fact(sh`head -c 150000000 /dev/zero`) })).rejects.toThrow("more than 32 MiB");

      expect(process.memoryUsage().rss - before).toBeLessThan(145_000_000);
      expect((await host.ask({ n: fact(sh`echo yes`) })).n).toBe("0: yes\n|");
    });
  }, 120_000);
});

describe("a connection that is lost", () => {
  test("in the middle fails what runs, by name, and the next question dials again", async () => {
    await connected(async (host, fake) => {
      await host.ask({ n: fact(sh`true`) });

      const asked = host.ask({ n: fact(sh`sleep 5`) });
      setTimeout(fake.cut, 100);

      await expect(asked).rejects.toThrow(/tried: read something[\s\S]*was lost/);
      expect((await host.ask({ n: fact(sh`echo again`) })).n).toBe("0: again\n|");
      expect(fake.seen.connections).toBe(2);
    });
  });

  test("because the shell was killed says its last words", async () => {
    await connected(async (host) => {
      const asked = host.ask({ n: fact(sh`echo 'out of memory' >&2; kill -9 $$`) });

      await expect(asked).rejects.toThrow(/the shell ended; last words: out of memory/);
    });
  });

  test("because the host froze ends with the time that the request has", async () => {
    await connected(async (host, fake) => {
      const shell = await host.shell();
      fake.freeze();

      await expect(shell.request("look", sh`true`, 0.3)).rejects.toThrow("no answer within 0.3 s");
      expect(shell.alive).toBe(false);
      await expect(shell.request("look again", sh`true`)).rejects.toThrow("already gone");
    });
  });
});

test("work of one host does not overlap, also after a failure", async () => {
  await connected(async (host) => {
    const order: string[] = [];
    const work = (name: string, fail = false) =>
      host.exclusively(async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push(`${name} ends`);
        if (fail) throw new Error(name);
      });
    await Promise.allSettled([work("one", true), work("two"), work("three")]);

    expect(order).toEqual(["one", "two", "three"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });
});
