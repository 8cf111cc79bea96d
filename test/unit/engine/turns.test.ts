// How often a run waits for a host, counted: the figures that docs/performance.md promises. A clock would say another thing each day.
import { describe, expect, test } from "@jest/globals";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { postfixInputs, serviceOptions } from "../../../providers/pulumi/mail-services.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";

/** The order in which the engine asks when it runs the program: a resource after those it depends on. */
const levels = [
  ["SaslPackage"],
  ["StatOverride", "GroupMember", "TlsCertificate", "SmtpdConf"],
  ["SaslauthdService", "MasterService"],
  ["PostfixService"],
  ["AuthProof"],
];

/** Inputs whose questions nobody could foresee. */
const others: Record<string, object> = {
  StatOverride: { path: "/srv/socket" },
  GroupMember: { user: "nobody", group: "adm" },
  SmtpdConf: { path: "/srv/smtpd.conf" },
  TlsCertificate: { files: { certificateFile: "/srv/mail.pem", keyFile: "/srv/mail.key" } },
  MasterService: { options: { smtpd_tls_cert_file: "/srv/mail.pem", smtpd_tls_key_file: "/srv/mail.key" } },
};

/** As SaslMailHost gives them: on a port in clear text, and on one with a certificate made on the host. */
const mailHost = { MasterService: { options: serviceOptions("none", undefined, {}, undefined) } };
const tls = { selfSigned: true };
const mailHostWithTls = {
  TlsCertificate: { name: "smtpd", serverName: "mail.example.org", selfSigned: true },
  MasterService: { options: serviceOptions("implicit", tls, {}, undefined) },
  PostfixService: postfixInputs("running", { tls: true, smtps: true, submission: true }),
  AuthProof: { port: 465, startTls: [587], noAuth: [25], tls: { serverName: "mail.example.org" } },
};

/** Moments at which the host heard from us after it had spoken; the first one ends the connect: it tells the shell what to do. */
const turns = ({ seen }: FakeHost) =>
  seen.turns.filter((way, index) => way === "in" && seen.turns[index - 1] !== "in").length;

let fake: FakeHost;
let run: Run;

/** Reads all resources of one host as a refresh does. What is answered is of no interest here: the host says no to everything. */
async function refresh(given: Record<string, object>, oneByOne: boolean): Promise<void> {
  run = new Run();
  const protocol = protocolOf(run);
  const read = async (kind: string) => {
    const { inputs, failures } = await protocol.check(kind, {}, { connection: fake.connection(), ...given[kind] });
    if (kind in given) expect(failures).toEqual([]);
    const stored = { ...inputs, wanted: { ...inputs, connection: undefined }, before: {}, machine: "" };
    await protocol.read(kind, "id", stored).catch((error: Error) => error);
  };
  if (oneByOne) for (const level of levels) await Promise.all(level.map(read));
  else await Promise.all(levels.flat().map(read));
}

describe.each([
  { what: "that asks for one level after the other", oneByOne: true },
  { what: "that asks for all at once", oneByOne: false },
])("a refresh $what", ({ oneByOne }) => {
  test.each([
    { inputs: "defaults", given: {}, most: 1 },
    { inputs: "those of a SaslMailHost", given: mailHost, most: 1 },
    { inputs: "those of one with TLS", given: mailHostWithTls, most: 1 },
    { inputs: "other inputs", given: others, most: 2 },
  ])("with $inputs: one connection, one session, turns after the connect: $most", async ({ given, most }) => {
    await using host = await fakeHost({ latency: 60, speak: () => ({ code: 1, stdout: "" }) });
    fake = host;

    await refresh(given, oneByOne);

    expect(fake.seen).toMatchObject({ connections: 1, commands: [expect.any(String)] });
    expect(turns(fake)).toBeLessThanOrEqual(most);
    expect(Buffer.concat(fake.seen.stdin).length).toBeLessThan(21_500);
    await run.hosts?.close();
  });
});
