// `node packaging/release.ts v1.2.3`: prints the changelog of a release, and fails where the tag, the two package.json and the changelog
// disagree. The release workflow calls it before anything is published.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The part of a changelog that is about one version. */
export function notesOf(version: string, changelog: string): string {
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`## [${version}] - `));
  if (start < 0)
    throw new Error(`CHANGELOG.md has no "## [${version}] - YYYY-MM-DD": give the unreleased part that title`);
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(lines[start] ?? ""))
    throw new Error(`"${lines[start]}" in CHANGELOG.md has no date`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("## "));
  const notes = (end < 0 ? rest : rest.slice(0, end)).join("\n").trim();
  if (notes === "") throw new Error(`"${lines[start]}" in CHANGELOG.md says nothing`);
  return `${notes}\n`;
}

/** The version that the tag names, which must be that of both packages. */
export function versionOf(tag: string, versions: Readonly<Record<string, string>>): string {
  const version = tag.replace(/^v/, "");
  const others = Object.entries(versions).filter(([, other]) => other !== version);
  if (!tag.startsWith("v")) throw new Error(`the tag ${tag} is no version: v1.2.3`);
  if (others.length > 0)
    throw new Error(`the tag is ${tag}, but ${others.map(([file, other]) => `${file} has ${other}`).join(", ")}`);
  return version;
}

if (import.meta.main) {
  const files = ["package.json", "providers/package.json"];
  const versions = files.map((file) => [file, (JSON.parse(read(file)) as { version: string }).version]);
  try {
    const version = versionOf(process.argv[2] ?? "", Object.fromEntries(versions));
    process.stdout.write(notesOf(version, read("CHANGELOG.md")));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
