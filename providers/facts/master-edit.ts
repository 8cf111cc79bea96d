// master.cf, changed one entry at a time (master(5)). Every byte outside the entry stays as it is.
// `postconf -M` does not promise that: it moves comments, replaces a symbolic link and resets owner
// and mode.
import type { LocatedEntry, MasterEntry } from "./master.ts";

/**
 * The file with `text` in place of `current`, or appended where no such entry exists; `null`
 * removes the entry.
 */
export function withEntry(content: Buffer, current: LocatedEntry | undefined, text: string | null): Buffer {
  const file = content.toString("latin1");
  if (current !== undefined) {
    return Buffer.from(
      file.slice(0, current.start) + (text ?? "") + file.slice(current.start + current.text.length),
      "latin1",
    );
  }
  if (text === null) return content;
  const separator = file === "" || file.endsWith("\n") ? "" : file.includes("\r\n") ? "\r\n" : "\n";
  return Buffer.from(file + separator + text, "latin1");
}

/**
 * An entry as text, one `-o` per line. A value with white space is written as `-o { name = value }`
 * (Postfix 3.0 and later, master(5)).
 */
export function formatEntry(entry: MasterEntry): string {
  const columns = [
    entry.service.padEnd(9),
    entry.type.padEnd(5),
    entry.private.padEnd(7),
    entry.unprivileged.padEnd(7),
    entry.chroot.padEnd(7),
    entry.wakeup.padEnd(7),
    entry.processLimit.padEnd(7),
    [entry.command, ...entry.arguments].join(" "),
  ];
  const options = Object.entries(entry.options).map(([name, value]) => formatOption(name, value));
  return `${[columns.join(" "), ...options].join("\n")}\n`;
}

export function formatOption(name: string, value: string): string {
  return /[ \t\r\n\f\v]/.test(value) ? `  -o { ${name} = ${value} }` : `  -o ${name}=${value}`;
}
