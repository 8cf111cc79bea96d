// The tarball of `npm pack`: what is in it, whether both module systems and TypeScript find it, and that the state will not notice.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import ts from "typescript";
import { projectRoot } from "../../../lab/paths.ts";
import { catalogue } from "../../../providers/resources/catalogue.ts";
import { pack } from "../../support/package.ts";

jest.setTimeout(120_000);

let packed: Awaited<ReturnType<typeof pack>>;
/** The tarball unpacked as a package would be installed, with this checkout's packages around it. */
let installed: string;

beforeAll(async () => {
  packed = await pack();
  installed = join(packed.copy, "consumer/node_modules/pulumi-postfix-sasl");
  mkdirSync(installed, { recursive: true });
  await execa("tar", ["-xzf", packed.tarball, "--strip-components=1", "-C", installed]);
});

afterAll(() => packed?.clear());

const tool = (name: string, ...args: string[]) =>
  execa(join(projectRoot, "node_modules/.bin", name), args, { reject: false, all: true });

test("it holds compiled files, licence and README, and nothing else", async () => {
  const { stdout } = await execa("tar", ["-tzf", packed.tarball]);
  const files = stdout.split("\n").map((name) => name.replace("package/", ""));

  expect(files.filter((name) => !/^dist\/.+\.(js|d\.ts)$/.test(name)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist/commonjs/package.json",
    "package.json",
  ]);
  expect(files).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/engine/index.js"]));
  expect(files.filter((name) => /^dist\/commonjs\/.+\.js$/.test(name))).toEqual(["dist/commonjs/index.js"]);
});

test("the workspace's package.json is put back to the last byte", () => {
  const file = (folder: string) => readFileSync(join(folder, "providers/package.json"), "utf8");

  expect(file(packed.copy)).toBe(file(projectRoot));
});

test("its declaration names every class, since an old TypeScript knows no other", () => {
  const declaration = readFileSync(join(installed, "dist/index.d.ts"), "utf8");

  const [, names = ""] = /^export \{ (.+) \} from ".\/pulumi\/resources.ts";$/m.exec(declaration) ?? [];

  expect(names.split(", ").sort()).toEqual(Object.keys(catalogue).sort());
  expect(declaration).not.toContain("export *");
});

test("publint finds nothing", async () => {
  const { exitCode, all } = await tool("publint", packed.tarball, "--strict");

  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
});

test.each([
  ["a program's entry, under every resolution", ["--entrypoints", "."]],
  // Node imports these, also from CommonJS
  ["the entries that Node alone loads", ["--exclude-entrypoints", ".", "--profile", "esm-only"]],
])("TypeScript finds types and code: %s", async (_what, flags) => {
  const { exitCode, all } = await tool("attw", packed.tarball, ...flags);

  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
});

test.each([
  ["ESM", "module", 'import { StatOverride } from "pulumi-postfix-sasl"; console.log(typeof StatOverride);'],
  ["CommonJS", "commonjs", 'console.log(typeof require("pulumi-postfix-sasl").StatOverride);'],
])("a program of %s modules loads it", async (_name, type, program) => {
  const { stdout } = await execa(process.execPath, [`--input-type=${type}`, "--eval", program], {
    cwd: join(packed.copy, "consumer"),
  });

  expect(stdout).toBe("function");
});

test("a program of CommonJS modules on a Node that cannot require it is told so in one sentence", async () => {
  const program = 'try { require("pulumi-postfix-sasl"); } catch (error) { console.log(error.message); }';

  const { stdout } = await execa(process.execPath, ["--no-experimental-require-module", "--eval", program], {
    cwd: join(packed.copy, "consumer"),
  });

  expect(stdout).toMatch(
    /^pulumi-postfix-sasl is an ES module, .*: put Node\.js 22\.18 or later first on PATH, or write .*$/,
  );
});

test("what the state stores of the provider is the same text from the sources and from the tarball", async () => {
  const [fromSources, fromTarball] = await Promise.all([
    providerText(join(projectRoot, "providers/pulumi/stub.ts")),
    providerText(join(installed, "dist/pulumi/stub.js")),
  ]);

  expect(fromSources).toContain('import("pulumi-postfix-sasl/engine")');
  expect(fromTarball).toBe(fromSources);
});

test("an editor shows the comments of resources and inputs", () => {
  const program = `import { StatOverride } from "pulumi-postfix-sasl";
new StatOverride("a", { connection: { host: "mail1" }, mode: "710" });
`;
  const comments = quickInfo(join(packed.copy, "consumer", "program.mts"), program);

  expect(comments("StatOverride")).toMatch(/^The directory of saslauthd's socket/);
  expect(comments("mode")).toMatch(/^Octal\. 710: root has full access/);
  expect(comments("host")).toMatch(/^Name or address, as in known_hosts/);
});

/** In a Node of its own, as Pulumi runs it: Jest compiles what it loads. */
async function providerText(file: string): Promise<string> {
  const program = `import { stubOf } from ${JSON.stringify(file)}; process.stdout.write(stubOf("StatOverride"));`;
  return (await execa(process.execPath, ["--input-type=module", "--eval", program])).stdout;
}

/** What TypeScript's language service tells about the first use of a word in a program. */
function quickInfo(file: string, program: string): (word: string) => string {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
  };
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => true,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = name === file ? program : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  expect(service.getSemanticDiagnostics(file)).toEqual([]);
  return (word) =>
    ts.displayPartsToString(service.getQuickInfoAtPosition(file, program.indexOf(word))?.documentation ?? []);
}
