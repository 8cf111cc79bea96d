// status: what an operator sees of the fleet.
import { expect, test } from "@jest/globals";
import { statusTable } from "../../../cli/status-table.ts";

test("a host that was changed and not proved says so in the place of the day", () => {
  const changed = { address: "192.0.2.1", provedAt: "2026-11-20T10:00:00.000Z", unproved: ["StatOverride"] };

  const table = statusTable({ mail1: changed }, new Date("2026-11-24T12:00:00Z"));

  expect(table.split("\n")[1]).toBe(
    "mail1  192.0.2.1  -        -        -          -      -      -     NOT SINCE StatOverride CHANGED  -",
  );
});

test("one row a host; what is not known yet is a dash", () => {
  const proved = {
    address: "192.0.2.1",
    release: "Debian GNU/Linux 13 (trixie)",
    state: "running",
    ports: [25, 465],
    mechanisms: ["PLAIN", "LOGIN"],
    provedAt: "2026-11-20T10:00:00.000Z",
    certificateExpires: "2027-01-01T00:00:00.000Z",
    versions: { postfix: "3.10.4-1", "sasl2-bin": "2.1.28" },
  };

  const table = statusTable({ mail1: proved, mail22: { address: "192.0.2.2" } }, new Date("2026-11-24T12:00:00Z"));

  expect(table.split("\n")).toEqual([
    "host    address    release  postfix   sasl2-bin  state    ports   AUTH         proved   certificate",
    "mail1   192.0.2.1  13       3.10.4-1  2.1.28     running  25 465  PLAIN LOGIN  4 d ago  37 d left",
    "mail22  192.0.2.2  -        -         -          -        -       -            -        -",
  ]);
});

test("on a terminal that is too narrow each host has lines of its own", () => {
  const hosts = {
    mail1: { address: "192.0.2.1", state: "running" },
    mail2: { address: "192.0.2.2", state: "stopped" },
  };
  const now = new Date("2026-11-24T12:00:00Z");
  const rows = statusTable(hosts, now);

  const lines = statusTable(hosts, now, 60).split("\n");

  expect(statusTable(hosts, now, 200)).toBe(rows);
  expect(lines.filter((line) => /^(host|address|state) /.test(line))).toEqual([
    "host         mail1",
    "address      192.0.2.1",
    "state        running",
    "host         mail2",
    "address      192.0.2.2",
    "state        stopped",
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});
