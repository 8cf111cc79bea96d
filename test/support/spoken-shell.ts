// The root shell of a host that does not exist: takes the requests as providers/host/start-shell.ts frames them and answers each at
// once, without starting a process. For counting, and for a thousand hosts at a time.

/** What such a host says to a script. */
export interface SpokenAnswer {
  readonly code: number;
  readonly stdout: string | Buffer;
  readonly stderr?: string;
}

export type Speaker = (script: string) => SpokenAnswer;

export interface SpokenShell {
  /** Feeds it what came over standard input. */
  hear(chunk: Buffer): void;
}

/** `command` is what the client wanted to be run: the word that ends each answer stands in it. */
export function spokenShell(
  command: string,
  speak: Speaker,
  say: (stream: "stdout" | "stderr", text: Buffer) => void,
): SpokenShell {
  const nonce = /ready-([0-9a-f]+)/.exec(command)?.[1] ?? "";
  const both = (text: string) => {
    say("stderr", Buffer.from(text));
    say("stdout", Buffer.from(text));
  };
  /** A line with the word `go` and the loop itself come first; they are not needed here. */
  let preamble = `go-${nonce}\n`.length + Number(/head -c (\d+)/.exec(command)?.[1] ?? 0);
  let heard = Buffer.alloc(0);
  both(`\nready-${nonce}\n`);
  return {
    hear: (chunk) => {
      heard = Buffer.concat([heard, chunk]);
      if (preamble > 0) {
        const passed = Math.min(preamble, heard.length);
        preamble -= passed;
        heard = heard.subarray(passed);
      }
      for (;;) {
        const end = heard.indexOf(10);
        const length = Number.parseInt(heard.subarray(0, Math.max(0, end)).toString(), 10);
        if (preamble > 0 || end < 0) return;
        if (Number.isNaN(length)) throw new Error(`no request: ${heard.subarray(0, end)}`);
        if (heard.length < end + 1 + length) return;
        const requests = requestsIn(heard.subarray(end + 1, end + 1 + length).toString());
        heard = heard.subarray(end + 1 + length);
        for (const { code, stdout, stderr = "" } of requests.map(speak)) {
          say("stderr", Buffer.from(`${stderr}\n${nonce} end\n`));
          say("stdout", Buffer.concat([Buffer.from(stdout), Buffer.from(`\n${nonce} ${code}\n`)]));
        }
      }
    },
  };
}

/** The scripts that are called for, as the shell would read them: one quoted word each. */
function requestsIn(calls: string): string[] {
  return [...calls.matchAll(/(?:answer|here) ((?:'[^']*'|\\')+)\n/gy)].map(([, word = ""]) =>
    word.replaceAll(/'([^']*)'|\\(')/g, "$1$2"),
  );
}
