// Mistakes of an operator, each with what is printed: at the end it says what is wrong, where, and what to do next, in at most twelve
// lines, and nothing of the SDK's own. What was printed is docs/messages.md, which this test makes. Mistakes that other tests are
// about: another Node (unit/engine/old-node), other package managers, a machine that boots no hosts, a cache that is broken
// (unit/cli/engine), an absent home (unit/engine/cache-folder).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { ensureEngine } from "../../cli/engine/engine.ts";
import { destroyHost } from "../../lab/hosts/index.ts";
import { projectRoot } from "../../lab/paths.ts";
import { ofAccess } from "./mistakes/access.ts";
import { ofCommands } from "./mistakes/commands.ts";
import { ofConfiguration } from "./mistakes/configuration.ts";
import { Desk } from "./mistakes/desk.ts";
import { ofHosts } from "./mistakes/hosts.ts";
import type { Mistake, Scene } from "./mistakes/mistake.ts";
import { messageIn, normalised, page, type Shown } from "./mistakes/page.ts";
import { preparedHost } from "./mistakes/prepared-host.ts";
import { silentServer } from "./mistakes/silent-server.ts";

jest.setTimeout(300_000);

const longest = 12;
const usual = "npm run pulumi -- preview";
const chapters: Readonly<Record<string, readonly Mistake[]>> = {
  "In the stack's file": ofConfiguration,
  "On the command line, and around it": ofCommands,
  "On the way to a host": ofAccess,
  "On a host": ofHosts,
};

/** What the SDK or Node say of errors that nobody has handled. */
const noise = /unhandled|Promise \{|OutputImpl|^ +at .+:\d+|node:internal/im;

let scene: Scene;
let forget: () => Promise<void> = async () => {};
const shown = new Map<Mistake, Shown>();

beforeAll(async () => {
  const [host, server, engine] = await Promise.all([preparedHost(), silentServer(), ensureEngine()]);
  const desk = new Desk(engine);
  forget = async () => {
    desk.forget();
    server.close();
    await destroyHost(host);
  };
  desk.knows(host);
  await desk.beginStack();
  scene = {
    desk,
    host,
    reached: { host: host.address, privateKeyFile: "~/.ssh/id_ed25519" },
    silent: { host: "127.0.0.1", port: server.port },
  };
});
afterAll(() => forget());

describe.each(Object.entries(chapters))("%s", (_chapter, mistakes) => {
  test.each(mistakes)("$what", async (mistake) => {
    const { what, command = usual, stack, secrets, before, after, says, exitCode: expected = /[^0]/ } = mistake;
    const { desk, host, silent } = scene;
    await desk.configure(stack?.(scene) ?? {}, secrets);
    await before?.(scene);

    const { exitCode, output } = await desk.type(command);

    await after?.(scene);
    const own = {
      [desk.project]: "/home/me/sasl-mail-host",
      [desk.home]: "/home/me",
      [`127.0.0.1:${silent.port}`]: "192.0.2.1:22",
      [`${host.name}.lab.example`]: "mail1.example.org",
      [host.address]: "192.0.2.25",
    };
    const lines = messageIn(output).map((line) => normalised(line, own));
    shown.set(mistake, { what, command, lines });
    expect(String(exitCode)).toMatch(expected);
    expect(output).not.toMatch(noise);
    expect(output).toBe(stripVTControlCharacters(output));
    expect(lines.length).toBeLessThanOrEqual(longest);
    const end = output.trimEnd().split("\n").slice(-longest).join("\n");
    for (const words of says) expect(end).toMatch(words);
  });
});

test("docs/messages.md is what was printed", () => {
  const file = join(projectRoot, "docs/messages.md");
  const committed = readFileSync(file, "utf8");
  const made = Object.fromEntries(
    Object.entries(chapters).map(([chapter, rows]) => [chapter, rows.map((row) => shown.get(row) ?? row.what)]),
  );

  writeFileSync(file, page(made, committed));
  expect(page(made, committed)).toBe(committed);
});
