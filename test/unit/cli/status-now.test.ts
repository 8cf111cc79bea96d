// `npm run status -- --now`: what a preview has found, and what monitoring gets of it.
import { describe, expect, test } from "@jest/globals";
import { exitOf, exitStatus, statusNow } from "../../../cli/status-now.ts";
import { prometheusText } from "../../../cli/status-prometheus.ts";
import { statusTable } from "../../../cli/status-table.ts";

const stack = "urn:pulumi:production::sasl-mail-host::";
const component = `${stack}sasl:index:SaslMailHost::mail1`;
const part = (kind: string, entry: string, outputs: object = {}) => ({
  urn: `${stack}sasl:index:SaslMailHost$pulumi-nodejs:dynamic/sasl:${kind}::mail1-${entry}`,
  type: `pulumi-nodejs:dynamic/sasl:${kind}`,
  parent: component,
  outputs,
});
const proof = part("AuthProof", "proof", {
  provedAt: "2026-11-30T12:04:09.500Z",
  seenListening: [25, 465],
  certificateExpires: "2027-01-30T00:00:00.000Z",
});
const directory = part("StatOverride", "socket-directory");
const port = (entry: string) => part("MasterService", entry);
const found = (state: { urn: string }) =>
  JSON.stringify({ resOutputsEvent: { metadata: { op: "refresh", urn: state.urn, new: state } } });
const planned = (op: string, state: { urn: string }) =>
  JSON.stringify({ resourcePreEvent: { metadata: { op, urn: state.urn, new: state } } });
const host = { urn: component, type: "sasl:index:SaslMailHost" };
const looked = [
  found(host),
  planned("same", host),
  found(part("PostfixService", "postfix", { state: "running" })),
  found(proof),
];
const refused = JSON.stringify({
  diagnosticEvent: { urn: directory.urn, severity: "error", message: "x\n  found: refused\n  next: look" },
});
const now = (...more: string[]) =>
  statusNow([...looked, ...more].join("\n"), [{ name: "mail1", connection: { host: "192.0.2.1" } }]);

/** Another host, of which the state has only the component itself, if anything. */
const unseen = (...events: string[]) =>
  statusNow([found(host), planned("same", host), ...events].join("\n"), [
    { name: "mail1", connection: { host: "192.0.2.1" } },
  ]);
const gone = JSON.stringify({
  resOutputsEvent: { metadata: { op: "refresh", urn: proof.urn, new: null, old: proof } },
});
const made = JSON.stringify({ resOutputsEvent: { metadata: { op: "create", urn: proof.urn, new: proof } } });

describe("a host", () => {
  test.each<[string, string[], object, number]>([
    [
      "where all is as wanted",
      [planned("same", directory), planned("same", proof)],
      { reached: true, changes: [], resourcesToChange: 0 },
      0,
    ],
    [
      "that an up would change",
      [planned("update", directory), planned("update", proof)],
      { changes: ["StatOverride", "AuthProof"], resourcesToChange: 2 },
      7,
    ],
    [
      "that an up would change in two resources of one kind, one of them replaced",
      [
        planned("create", port("smtps")),
        planned("create-replacement", port("submission")),
        planned("delete-replaced", port("submission")),
        planned("same", proof),
      ],
      { changes: ["MasterService"], resourcesToChange: 2 },
      7,
    ],
    ["that answered, and failed", [refused], { reached: true, changes: [], failed: "refused – look" }, 1],
    [
      "that another one's failure kept from being looked at",
      [planned("same", directory)],
      { changes: [], failed: "not looked at, because the preview ended early" },
      1,
    ],
  ])("%s", (_what, more, seen, status) => {
    const hosts = now(...more);

    expect(hosts.mail1).toMatchObject({ address: "192.0.2.1", state: "running", ports: [25, 465], now: seen });
    expect(exitStatus(hosts)).toBe(status);
  });

  test.each([
    ["nothing of it is in the state", [planned("create", proof), made], false],
    ["it could not be reached", [refused], false],
    ["its resource is gone from it", [gone, planned("create", proof), made], true],
  ])("has answered or not where %s", (_what, events, reached) => {
    const hosts = unseen(...events);

    expect(hosts.mail1?.now?.reached).toBe(reached);
    expect(prometheusText(hosts)).toContain(`sasl_mail_host_reached{host="mail1"} ${Number(reached)}`);
  });

  test("that was not looked at says so in the table, and what looks at it", () => {
    const rows = statusTable(unseen(planned("create", proof), made), new Date("2026-12-01T13:00:00Z"));

    expect(rows).toMatch(/ {2}not looked at: nothing of it is in the state; npm run doctor looks at it$/);
  });

  test("has what was found now in the last column of the table", () => {
    const rows = statusTable(
      now(planned("update", directory), planned("same", proof)),
      new Date("2026-12-01T13:00:00Z"),
    );

    expect(rows.split("\n").map((row) => row.split(/ {2,}/).at(-1))).toEqual(["now", "up would change StatOverride"]);
  });
});

test("monitoring gets numbers with their meaning, and no line for what is not known", () => {
  const changes = [planned("update", port("smtps")), planned("update", port("submission")), planned("same", proof)];

  const text = prometheusText({ ...now(...changes), mail2: { address: "192.0.2.2" } });

  expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
    'sasl_mail_host_reached{host="mail1"} 1',
    'sasl_mail_host_resources_to_change{host="mail1"} 2',
    'sasl_mail_host_postfix_running{host="mail1"} 1',
    `sasl_mail_host_proved_timestamp_seconds{host="mail1"} ${Date.UTC(2026, 10, 30, 12, 4, 9) / 1000}`,
    'sasl_mail_host_unproved_resources{host="mail1"} 0',
    `sasl_mail_host_certificate_expires_timestamp_seconds{host="mail1"} ${Date.UTC(2027, 0, 30) / 1000}`,
  ]);
  expect(text).toContain("# TYPE sasl_mail_host_reached gauge");
});

test.each([
  ["7 where up would take away a host that left the configuration", ["delete"], 7],
  ["0 where nothing of it is planned", ["same"], 0],
])("the look ends with %s", (_what, operations, expected) => {
  const gone = { ...proof, urn: proof.urn.replaceAll("mail1", "mail2"), parent: component.replace("mail1", "mail2") };
  const log = [...looked, planned("same", proof), ...operations.map((op) => planned(op, gone))].join("\n");
  const status = statusNow(log, [{ name: "mail1", connection: { host: "192.0.2.1" } }]);

  expect([exitStatus(status), exitOf({ log, status })]).toEqual([0, expected]);
});
