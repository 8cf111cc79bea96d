// Starts a program past the user's login shell. sshd runs every command through that shell (`$SHELL -c`), and its start-up files may print,
// and wait for a line of input, first: bash reads ~/.bashrc then, zsh ~/.zshenv, csh ~/.cshrc, fish config.fish.
import type { Client, ClientChannel } from "ssh2";

/** After this silence a start-up file is taken to wait for a line. It gets an empty one, and another after as long again. */
const nudgeAfter = 1000;

/** What the program has printed until now. */
export interface Words {
  readonly output: string;
  readonly complaint: string;
}

/** A channel whose program is not heard yet. */
export interface Opening {
  readonly channel: ClientChannel;
  /** Settles on the first thing that `heard` makes of the words; rejects with them when the program ends, or is silent too long. */
  hear<Heard>(heard: (words: Words) => Heard | undefined): Promise<Heard>;
  /** The same for the first words, with the patience that a login shell needs: empty lines may be sent. The program must pass over them. */
  hearFirst<Heard>(heard: (words: Words) => Heard | undefined): Promise<Heard>;
}

/** The program ended or was silent: `words` has what there was. */
export class NoOutput extends Error {
  readonly words: Words;

  constructor(message: string, words: Words) {
    super(message);
    this.words = words;
  }
}

/** Shell text that passes over what the login shell left unread, up to a line with this word. */
export function skipUntil(word: string): string {
  return `until [ "$line" = ${word} ]; do IFS= read -r line || exit 1; done`;
}

/** Runs a command, for at most so many seconds until it is heard. */
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
        channel.removeListener("readable", look).removeListener("close", look);
        channel.stderr.removeListener("readable", look);
      };
      const look = () => {
        // read, not "data": whoever takes the channel over finds the next byte still there
        output += textOf(channel.read());
        complaint += textOf(channel.stderr.read());
        const found = heard({ output, complaint });
        if (found === undefined && !ended) return;
        leave();
        if (found === undefined) reject(new NoOutput("it ended", { output, complaint }));
        else resolve(found);
      };
      const timer = setTimeout(() => {
        leave();
        reject(new NoOutput(`no answer within ${seconds} s`, { output, complaint }));
      }, seconds * 1000);
      channel.on("readable", look).on("close", look);
      channel.stderr.on("readable", look);
      look();
    });
  return {
    channel,
    hear,
    hearFirst: async (heard) => {
      const nudge = setInterval(() => channel.write("\n"), nudgeAfter);
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
