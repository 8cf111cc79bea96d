// A release: what must agree before anything is published, and the workflow's commands, run here with stand-ins for npm's registry and GitHub.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { projectRoot } from "../../../lab/paths.ts";
import { notesOf, versionOf } from "../../../packaging/release.ts";
import { checkOut, repository, runJob } from "../../support/workflow.ts";

jest.setTimeout(120_000);

const changelog = `# Changelog

## [Unreleased]

## [1.1.0] - 2027-01-31

### Added

- A thing.

## [1.0.0] - 2026-12-01

- The first.
`;

test("the notes of a release are its part of the changelog", () => {
  expect(notesOf("1.1.0", changelog)).toBe("### Added\n\n- A thing.\n");
  expect(notesOf("1.0.0", changelog)).toBe("- The first.\n");
});

test.each([
  ["a version that is not there", "1.2.0", changelog, 'has no "## [1.2.0] - YYYY-MM-DD"'],
  ["the unreleased part", "Unreleased", changelog, "has no"],
  ["a part without a date", "1.1.0", changelog.replace("2027-01-31", "soon"), "has no date"],
  ["a part without a line", "1.1.0", changelog.replace("### Added\n\n- A thing.\n", ""), "says nothing"],
])("no notes: %s", (_what, version, text, message) => {
  expect(() => notesOf(version, text)).toThrow(message);
});

test("the tag names the version that both packages have", () => {
  expect(versionOf("v1.1.0", { "package.json": "1.1.0", "providers/package.json": "1.1.0" })).toBe("1.1.0");
  expect(() => versionOf("1.1.0", { "package.json": "1.1.0" })).toThrow("the tag 1.1.0 is no version");
  expect(() => versionOf("v1.1.0", { "package.json": "1.1.0", "providers/package.json": "1.0.0" })).toThrow(
    "the tag is v1.1.0, but providers/package.json has 1.0.0",
  );
});

test("this project, the examples and their page name the version of the package", () => {
  const read = (file: string) => readFileSync(join(projectRoot, file), "utf8");
  const { version } = JSON.parse(read("providers/package.json")) as { version: string };
  const manifests = ["package.json", ...globSync("examples/*/package.json", { cwd: projectRoot })];

  const named = manifests.map((file) => JSON.parse(read(file)));

  expect(named.length).toBeGreaterThan(1);
  for (const { dependencies } of named) expect(dependencies["pulumi-postfix-sasl"]).toBe(version);
  expect(read("examples/README.md")).toContain(`pulumi-postfix-sasl-${version}.tgz`);
});

describe("the workflow's commands", () => {
  const said = (file: string) => readFileSync(join(folder, file), "utf8");
  let folder: string;
  let exitCode: number;
  let output: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-release-"));
    checkOut(folder);
    const log = join(folder, "CHANGELOG.md");
    writeFileSync(log, readFileSync(log, "utf8").replace("## [Unreleased]", "## [0.1.0] - 2026-12-01"));
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const npm = (await execa("which", ["npm"])).stdout;
    standIn(join(bin, "gh"), `printf '%s\\n' "$@" >'${folder}/gh'`);
    standIn(
      join(bin, "npm"),
      `if [ "$1" = publish ]; then printf '%s\\n' "$@" >'${folder}/published'; else exec '${npm}' "$@"; fi`,
    );
    const path = [bin, join(projectRoot, "node_modules/.bin"), process.env.PATH].join(delimiter);
    const runner = {
      folder,
      environment: { ...process.env, PATH: path },
      expressions: {
        "github.ref_name": "v0.1.0",
        "github.server_url": "https://git.example.org",
        "github.repository": repository,
        "github.token": "token",
      },
    };
    const runs = [await runJob(runner, "release", "pack"), await runJob(runner, "release", "publish")];
    exitCode = Math.max(...runs.map((run) => run.exitCode));
    output = runs.map((run) => run.output).join("\n");
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("end well", () => {
    expect({ exitCode, output: exitCode === 0 ? "" : output }).toEqual({ exitCode: 0, output: "" });
  });

  test("publish the tarball with provenance, and give the same one to the release", () => {
    const tarball = "pulumi-postfix-sasl-0.1.0.tgz";

    expect(said("published").split("\n")).toEqual(
      expect.arrayContaining([`./${tarball}`, "--provenance", "--access", "public", "--ignore-scripts"]),
    );
    expect(said("gh").split("\n")).toEqual(expect.arrayContaining(["v0.1.0", tarball, "sbom.cdx.json", "notes.md"]));
  });

  test("write into the tarball where it comes from", async () => {
    const { stdout } = await execa("tar", ["-xzOf", "pulumi-postfix-sasl-0.1.0.tgz", "package/package.json"], {
      cwd: folder,
    });

    expect(JSON.parse(stdout)).toMatchObject({
      repository: { type: "git", url: "git+https://git.example.org/mail/hosts.git", directory: "providers" },
      homepage: "https://git.example.org/mail/hosts#readme",
      bugs: { url: "https://git.example.org/mail/hosts/issues" },
    });
  });

  test("list each package that the tarball depends on, with its hash", () => {
    const { dependencies } = JSON.parse(readFileSync(join(projectRoot, "providers/package.json"), "utf8"));
    const { bomFormat, components } = JSON.parse(said("sbom.cdx.json"));

    expect(bomFormat).toBe("CycloneDX");
    for (const [name, version] of Object.entries(dependencies))
      expect(components).toContainEqual(
        expect.objectContaining({ name, version, hashes: [{ alg: "SHA-512", content: expect.any(String) }] }),
      );
    expect(components).not.toContainEqual(expect.objectContaining({ name: "jest" }));
  });
});

function standIn(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
