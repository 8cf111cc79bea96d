// Where the commands get an engine from: what is there, in what order, and what becomes of an attempt that failed.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { fill, holds } from "../../../cli/engine/cache.ts";
import { ensureEngine } from "../../../cli/engine/engine.ts";
import { furtherSources } from "../../../cli/engine/further-sources.ts";
import { officialRelease } from "../../../cli/engine/official.ts";
import { onPath } from "../../../cli/engine/on-path.ts";
import type { EngineSource } from "../../../cli/engine/source.ts";
import { cliVersion } from "../../../cli/engine/versions.ts";
import { projectRoot } from "../../../cli/paths.ts";

jest.setTimeout(60_000);

const given = { PATH: process.env.PATH, NODE_OPTIONS: process.env.NODE_OPTIONS };
let folder: string;
let notes: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sasl-mail-host-engine-"));
  notes = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    notes += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function program(path: string, prints = ""): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho ${prints}\n`, { mode: 0o755 });
}

/** A source that has an engine once it was made. */
function source(name: string, { fails = "", isThere = false } = {}): EngineSource {
  const engine = { folders: [name], version: cliVersion, origin: name };
  let made = isThere;
  return {
    name,
    ready: async () => (made ? engine : undefined),
    make: async () => {
      if (fails) throw new Error(fails);
      made = true;
    },
  };
}

describe("among several sources", () => {
  test("one that has an engine ready is taken before any is made", async () => {
    const engine = await ensureEngine([source("first"), source("second", { isThere: true })]);

    expect(engine.origin).toBe("second");
  });

  test("the first that can make one does, and the reason of the others is told", async () => {
    const engine = await ensureEngine([source("first", { fails: "no network" }), source("second"), source("third")]);

    expect({ origin: engine.origin, notes }).toEqual({
      origin: "second",
      notes: expect.stringMatching(/^setup: first: no network\n$/m),
    });
  });

  test("none that can is an error with all reasons and the way out", async () => {
    const sources = [source("first", { fails: "no network" }), source("second", { fails: "no compiler" })];

    await expect(ensureEngine(sources)).rejects.toThrow(
      /Install the Pulumi CLI 3\.\S+ or newer .*PATH.*first: no network\n {2}second: no compiler$/s,
    );
  });
});

describe("the engine in the cache", () => {
  const whole = (home: string) => holds(home, "built", ["pulumi"]);
  const make = async (work: string) => {
    program(join(work, "result", "pulumi"));
    return join(work, "result");
  };

  test.each<[string, (home: string) => void]>([
    ["nothing", (home) => rmSync(home, { recursive: true })],
    ["no program", (home) => rmSync(join(home, "pulumi"))],
    ["an empty program", (home) => writeFileSync(join(home, "pulumi"), "")],
    ["one that cannot be run", (home) => chmodSync(join(home, "pulumi"), 0o644)],
    ["a program and no word of who made it", (home) => rmSync(join(home, "origin"))],
    ["the program of another source", (home) => writeFileSync(join(home, "origin"), "installer\n")],
  ])("with %s in its folder is made anew", async (_what, damage) => {
    const home = join(folder, "engine", cliVersion);
    await fill(home, "built", make);
    damage(home);
    const before = whole(home);

    await fill(home, "built", make);

    expect([before, whole(home)]).toEqual([false, true]);
  });

  test("is there as a whole or not at all: a failure leaves what was there before, and nothing beside it", async () => {
    const home = join(folder, cliVersion);
    await fill(home, "built", make);

    await expect(
      fill(home, "built", async (work) => {
        program(join(work, "half"));
        throw new Error("disk full");
      }),
    ).rejects.toThrow("disk full");

    expect([whole(home), readdirSync(folder)]).toEqual([true, [cliVersion]]);
  });
});

describe("on PATH", () => {
  const look = async () => {
    process.env.PATH = [join(folder, "bin"), given.PATH].join(delimiter);
    return await onPath.ready();
  };

  test("an installed release is taken, linked into another folder too", async () => {
    program(join(folder, "release/pulumi"), "v99.0.0");
    program(join(folder, "release/pulumi-language-nodejs"));
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(folder, "release/pulumi"), join(folder, "bin/pulumi"));

    expect(await look()).toEqual({ folders: [join(folder, "bin")], version: "99.0.0", origin: "PATH" });
  });

  test.each(["v3.100.0", ""])("one that says version '%s' is not, and that is told", async (version) => {
    program(join(folder, "bin/pulumi"), version);

    expect(await look()).toBeUndefined();
    expect(notes).toMatch(/bin\/pulumi is .*, 3\.\S+ is needed: not used/);
  });

  test("the npm package is none: it fetches one at its first run", async () => {
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(projectRoot, "node_modules/pulumi/run.js"), join(folder, "bin/pulumi"));
    chmodSync(join(folder, "bin"), 0o755);

    expect([await look(), notes]).toEqual([undefined, ""]);
  });

  test("nor is the script that pnpm starts it by", async () => {
    const bin = join(folder, "node_modules/.bin");
    program(join(bin, "pulumi"), "v99.0.0");
    process.env.PATH = [bin, given.PATH].join(delimiter);

    expect([await onPath.ready(), notes]).toEqual([undefined, ""]);
  });
});

describe("Pulumi's release", () => {
  const home = () => join(folder, "engine");

  test("is not waited for where its site cannot be reached", async () => {
    jest.spyOn(globalThis, "fetch").mockRejectedValue(new Error("getaddrinfo ENOTFOUND"));

    await expect(officialRelease(home()).make?.()).rejects.toThrow("https://get.pulumi.com cannot be reached");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is fetched by the npm package, of the wanted version", async () => {
    jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
    siteWith(`
      while [ $# -gt 0 ]; do case $1 in --install-root) root=$2 ;; --version) version=$2 ;; esac; shift; done
      mkdir -p "$root/bin"
      for name in pulumi pulumi-language-nodejs pulumi-resource-pulumi-nodejs; do
        printf '#!/bin/sh\\necho v%s\\n' "$version" >"$root/bin/$name"; chmod +x "$root/bin/$name"
      done`);
    const release = officialRelease(home());

    await release.make?.();

    expect(await release.ready()).toEqual({ folders: [home()], version: cliVersion, origin: "installer" });
    expect(readFileSync(join(home(), "pulumi"), "utf8")).toContain(`echo v${cliVersion}`);
    expect(readdirSync(folder)).toEqual(["engine", "fake-site.mjs"]);
  });

  /** The npm package runs in a process of its own: there the site answers with this script. */
  function siteWith(installScript: string): void {
    const file = join(folder, "fake-site.mjs");
    writeFileSync(file, `globalThis.fetch = async () => new Response(${JSON.stringify(installScript)});\n`);
    process.env.NODE_OPTIONS = `--import=${file}`;
  }
});

describe("a further source", () => {
  test("is the one that package.json names: here the lab's", async () => {
    const [built, ...more] = await furtherSources();

    expect([built?.name, more]).toEqual(["a build from its Go module", []]);
  });

  test.each([
    ["names none", {}],
    ["names one that is not there", { config: { engineSource: "lab/engine/source.ts" } }],
  ])("is none where package.json %s", async (_what, manifest) => {
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));

    expect([await furtherSources(folder), existsSync(join(folder, "lab"))]).toEqual([[], false]);
  });
});
