// Which parameters smtpd reads is asked of real hosts of all four releases, and the table of docs/smtpd-parameters.md decides on each.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { decisionsOn, parameterRows } from "../support/parameter-table.ts";

/** Names that stand as strings in smtpd or in a library of Postfix that it is linked with; linkers share the ends of strings. */
const readBySmtpd = `cd /usr/lib/postfix
tr '\\0' '\\n' < sbin/smtpd > /tmp/strings
for library in global master tls; do tr '\\0' '\\n' < libpostfix-$library.so >> /tmp/strings; done
grep -a -oE '[A-Za-z0-9_]+$' /tmp/strings | sort -u > /tmp/ends
postconf -dH | while read -r name; do if grep -q "$name\\$" /tmp/ends; then echo "$name"; fi; done`;

const recorded = readFileSync(new URL("../unit/fixtures/smtpd-parameters.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(" "));

jest.setTimeout(300_000);

describe.each([11, 12, 13, 14] as const)("Debian %s", (debian) => {
  let host: LabHost;
  let names: string[];

  beforeAll(async () => {
    host = await freshHost(`parameters${debian}`, debian);
    await shell(
      host,
      "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-unsafe-io install -y postfix >/dev/null 2>&1",
    );
    names = (await shell(host, readBySmtpd)).split("\n");
  });

  afterAll(async () => {
    if (host !== undefined) await destroyHost(host);
  });

  test("each parameter that smtpd reads has its row", () => {
    const rows = parameterRows();

    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => decisionsOn(name, rows).length !== 1)).toEqual([]);
  });

  test("what is recorded for the unit tests is what the host says", () => {
    const known = recorded.filter(([, ...releases]) => releases.includes(String(debian))).map(([name]) => name);

    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});
