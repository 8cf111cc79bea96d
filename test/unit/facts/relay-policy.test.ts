// Whose mail Postfix passes on: the lists of main.cf with the words of their files, and the tables that have an outsider.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { type RelayPolicy, relayPolicy } from "../../../providers/facts/relay-policy.ts";
import { answer } from "../../support/fake-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "relay-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const nets = join(folder, "nets");
const more = join(folder, "more");
writeFileSync(nets, `# 10.0.0.0/8\n\t192.168.0.0/16, 0.0.0.0/0 # all\n${more}\n#\n`);
writeFileSync(more, `${nets} static:all\n[::]/0\n`);

/** What the question reads on a host whose postconf answers this, and whose postmap finds all in static tables and fails in some others. */
function read(settings: Readonly<Record<string, string>>): RelayPolicy {
  const rows = Object.entries(settings).map(([parameter, value]) => `${parameter} = ${value}`);
  const tools = {
    postconf: `cat <<'END'\n${rows.join("\n")}\nEND`,
    postmap: `case $3 in
static:*) echo all ;;
hash:*) echo "postmap: fatal: open database $3.db: No such file or directory" >&2; exit 1 ;;
nosuch:*) exit 69 ;;
slow:*) exit 124 ;;
*) exit 1 ;;
esac`,
  };
  for (const [tool, script] of Object.entries(tools))
    writeFileSync(join(folder, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { stdout, status } = spawnSync("/bin/sh", ["-c", relayPolicy.question.text], {
    env: { PATH: `${folder}:${process.env.PATH}` },
    timeout: 10_000,
  });
  return relayPolicy.parse(answer(stdout, status ?? 1));
}

test("a value without files is the one that postconf prints", () => {
  const settings = { mynetworks: "127.0.0.0/8, [::1]/128", smtpd_relay_restrictions: "", myhostname: "mx" };

  const policy = read(settings);

  expect(policy).toEqual({ values: settings, tables: [], failedLookups: [], files: [] });
});

test("the words of a file stand in the place of its name, also of one within another, and its comments do not", () => {
  const policy = read({ mynetworks: `127.0.0.0/8, ${nets}`, relay_domains: "a.org" });

  expect(policy).toEqual({
    values: { mynetworks: "127.0.0.0/8 192.168.0.0/16 0.0.0.0/0 static:all [::]/0", relay_domains: "a.org" },
    tables: [{ parameter: "mynetworks", table: "static:all" }],
    failedLookups: [],
    files: [
      { parameter: "mynetworks", path: nets, words: ["192.168.0.0/16", "0.0.0.0/0", more] },
      { parameter: "mynetworks", path: more, words: [nets, "static:all", "[::]/0"] },
    ],
  });
});

test("a table in a file of domains is asked for the outsider's domain", () => {
  const policy = read({ relay_domains: more });

  expect(policy.tables).toEqual([{ parameter: "relay_domains", table: "static:all" }]);
});

test.each([
  ["hash:/etc/none", "says why, with the status of a table without the outsider"],
  ["nosuch:/etc/none", "ends with another status"],
  ["slow:/etc/none", "takes more than five seconds (timeout(1))"],
])("the lookup in %s has failed, because postmap %s", (table) => {
  const { tables, failedLookups } = read({ mynetworks: `127.0.0.0/8 ${table}`, relay_domains: "cidr:/etc/nobody" });

  expect({ tables, failedLookups }).toEqual({ tables: [], failedLookups: [{ parameter: "mynetworks", table }] });
});

test.each([["/no/such/file"], ["/etc"]])("%s stays in the list as a name, because it cannot be read", (path) => {
  const policy = read({ mynetworks: `127.0.0.0/8 ${path}` });

  expect(policy.values.mynetworks).toBe(`127.0.0.0/8 ${path}`);
});
