// Random histories of one host: runs that end well, fail or are killed, an administrator who edits beside them, and states that are lost or old.
import * as fc from "fast-check";
import type { Act, Version } from "./program.ts";

/** One step of a history. */
export type Step =
  | { readonly do: "run"; readonly act: Act }
  /** Killed at one of the moments of the run, with the power gone or without. */
  | { readonly do: "kill"; readonly act: Act; readonly moment: number; readonly power: boolean }
  | { readonly do: "edit"; readonly path: Path; readonly edit: Edit }
  | { readonly do: "enlist"; readonly user: string }
  /** The state is gone, or it is one of those that were there before. */
  | { readonly do: "lose state" }
  | { readonly do: "restore state"; readonly which: number };

export const paths = ["/etc/postfix/sasl/smtpd.conf", "/etc/postfix/sasl/own.conf"] as const;
export type Path = (typeof paths)[number];

/** What an administrator does to a file: a line of theirs, another list of mechanisms, or the file is removed. */
export type Edit = "add a line" | "set mech_list" | "remove";

/** What each version of the program wants. */
export const lists: Readonly<Record<Version, string>> = { A: "plain login", B: "plain" };
/** What the administrator sets and adds. */
export const theirList = "cram-md5";
export const theirLine = "auxprop_plugin: theirs";
const acts: readonly Act[] = ["up-A", "up-B", "fail-A", "fail-B", "destroy"];

export const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant("run" as const), act: fc.constantFrom(...acts) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("kill" as const),
        act: fc.constantFrom(...acts),
        moment: fc.nat(1000),
        power: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("edit" as const),
        path: fc.constantFrom(...paths),
        edit: fc.constantFrom<Edit>("add a line", "set mech_list", "remove"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("enlist" as const), user: fc.constant("carol") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("lose state" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restore state" as const), which: fc.nat(9) }) },
  ),
  { minLength: 2, maxLength: 9 },
);
