// Starts a program through the user's login shell. sshd runs every command through that shell
// (`$SHELL -c`), and its start-up files may first print text and wait for a line of input: bash
// reads ~/.bashrc then, zsh ~/.zshenv, csh ~/.cshrc, fish config.fish.
import type { Client, ClientChannel } from "ssh2";

/**
 * Milliseconds between two empty lines that are sent while the first output is awaited, in case a
 * start-up file waits for a line.
 */
const nudgeInterval = 1000;

/** Characters of start-up files and messages of the day, beyond which a host floods. */
const outputLimit = 4_000_000;

/** What the program has printed so far. */
export interface Words {
  readonly output: string;
  readonly complaint: string;
}

/** A channel whose program has not answered yet. */
export interface Opening {
  readonly channel: ClientChannel;
  /**
   * Settles with the first result that `heard` returns for the output. Rejects with
   * `NoExpectedOutput` when the program ends, when the seconds have passed, or when it printed too
   * much.
   */
  readUntil<Heard>(heard: (words: Words) => Heard | undefined): Promise<Heard>;
  /**
   * The same for the first output, with the time that a login shell needs. Empty lines may be sent,
   * which the program must skip.
   */
  readFirst<Heard>(heard: (words: Words) => Heard | undefined): Promise<Heard>;
}

/**
 * The program ended, did not print what was awaited in time, or printed too much. `words` holds its
 * output so far; after too much it is empty.
 */
export class NoExpectedOutput extends Error {
  readonly words: Words;

  constructor(message: string, words: Words) {
    super(message);
    this.words = words;
  }
}

/** Shell text that skips what the login shell left unread, up to a line with this word. */
export function skipUntil(word: string): string {
  return `until [ "$line" = ${word} ]; do IFS= read -r line || exit 1; done`;
}

/** Starts a command. `seconds` is the limit of each `readUntil` and `readFirst`. */
export function start(client: Client, command: string, seconds: number): Promise<Opening> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) =>
      error === undefined ? resolve(opening(channel, seconds)) : reject(error),
    );
  });
}

function opening(channel: ClientChannel, seconds: number): Opening {
  let output = "";
  let complaint = "";
  let ended = false;
  channel.once("close", () => {
    ended = true;
  });
  const hear = <Heard>(heard: (words: Words) => Heard | undefined) =>
    new Promise<Heard>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        channel.removeListener("readable", check).removeListener("close", check);
        channel.stderr.removeListener("readable", check);
      };
      const check = () => {
        // `read` instead of "data" events: whoever takes the channel over finds the next byte still
        // there.
        output += textOf(channel.read());
        complaint += textOf(channel.stderr.read());
        const tooMuch = output.length + complaint.length > outputLimit;
        const found = tooMuch ? undefined : heard({ output, complaint });
        if (found === undefined && !ended && !tooMuch) return;
        leave();
        if (tooMuch)
          reject(new NoExpectedOutput(`it printed more than ${outputLimit} characters`, { output: "", complaint: "" }));
        else if (found === undefined) reject(new NoExpectedOutput("it ended", { output, complaint }));
        else resolve(found);
      };
      const timer = setTimeout(() => {
        leave();
        reject(new NoExpectedOutput(`no answer within ${seconds} s`, { output, complaint }));
      }, seconds * 1000);
      channel.on("readable", check).on("close", check);
      channel.stderr.on("readable", check);
      check();
    });
  return {
    channel,
    readUntil: hear,
    readFirst: async (heard) => {
      const nudge = setInterval(() => channel.write("\n"), nudgeInterval);
      try {
        return await hear(heard);
      } finally {
        clearInterval(nudge);
      }
    },
  };
}

function textOf(chunk: Buffer | null): string {
  return chunk === null ? "" : chunk.toString("utf8");
}
