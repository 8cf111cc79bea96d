// Answers of a host without a host: made by hand, or recorded from real Debian hosts (test/unit/fixtures).
import { readFileSync } from "node:fs";
import type { Answer, Fact } from "../../providers/facts/fact.ts";
import type { FileContent, PathStatus } from "../../providers/facts/file.ts";

/** The releases of Debian that answers were recorded on. */
export const releases = [12, 13] as const;
export type Release = (typeof releases)[number];

/** When it was recorded: after `apt-get install postfix sasl2-bin`, or after all resources were applied once. */
export type Stage = "stock" | "configured";

/** An answer made by hand. */
export function answer(stdout: string | Buffer, code = 0, stderr = ""): Answer {
  return { code, stdout: Buffer.from(stdout), stderr };
}

/** What a real host answered to a fact's question, read by the fact. */
export function recorded<T>(release: Release, stage: Stage, fact: Fact<T>): T {
  const answers = JSON.parse(fixture(release, `${stage}.json`).toString("utf8"));
  const found = answers[fact.name];
  if (found === undefined) throw new Error(`no answer was recorded for ${fact.name}`);
  return fact.parse(answer(found.stdout, found.code, found.stderr));
}

/** A file that was copied from a real host. */
export function fixture(release: Release, name: string): Buffer {
  return readFileSync(new URL(`../unit/fixtures/debian${release}/${name}`, import.meta.url));
}

/** A file as a look at the host shows it. */
export function file(content: string | Buffer, path = "/etc/some/file"): FileContent {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  return { type: "regular file", mode: "644", owner: "root", group: "root", realPath: path, content: bytes };
}

export function folder(owner = "root", group = "root", mode = "755"): PathStatus {
  return { type: "directory", owner, group, mode };
}
