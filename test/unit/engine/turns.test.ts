// How often a run waits for a host, counted: the figures that docs/performance.md promises. A clock would say another thing each day.
import { describe, expect, test } from "@jest/globals";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { plainValues, type RecipeEntry, resolved } from "../../../providers/recipe/entry.ts";
import { mailHostRecipe } from "../../../providers/recipe/mail-host.ts";
import { type FakeHost, fakeHost } from "../../support/fake-ssh-host.ts";

/** Inputs whose questions nobody could foresee. */
const others: Record<string, RecipeEntry["inputs"]> = {
  StatOverride: { path: "/srv/socket" },
  GroupMember: { user: "nobody", group: "adm" },
  SmtpdConf: { path: "/srv/smtpd.conf" },
  TlsCertificate: { files: { certificateFile: "/srv/mail.pem", keyFile: "/srv/mail.key" } },
  MasterService: { options: { smtpd_tls_cert_file: "/srv/mail.pem", smtpd_tls_key_file: "/srv/mail.key" } },
};

const address = "mail.example.org";
const inClearText = mailHostRecipe({ address });
const withTls = mailHostRecipe({ address, tls: { selfSigned: true }, submission: true });
const withDefaults = withTls.map((entry) => ({ ...entry, inputs: {} }));
const withOtherInputs = withTls.map((entry) => ({ ...entry, inputs: others[entry.kind] ?? {} }));

/** The order in which the engine asks when it runs the program: a resource after those it depends on. */
function levelsOf(recipe: readonly RecipeEntry[]): RecipeEntry[][] {
  const depth = ({ dependsOn }: RecipeEntry): number =>
    Math.max(0, ...recipe.filter(({ name }) => dependsOn.includes(name)).map((before) => 1 + depth(before)));
  return Object.values(Object.groupBy(recipe, depth)).map((level) => level ?? []);
}

/** Moments at which the host heard from us after it had spoken; the first one ends the connect: it tells the shell what to do. */
const turns = ({ seen }: FakeHost) =>
  seen.turns.filter((way, index) => way === "in" && seen.turns[index - 1] !== "in").length;

let fake: FakeHost;
let run: Run;

/** Reads all resources of one host as a refresh does. What is answered is of no interest here: the host says no to everything. */
async function refresh(recipe: readonly RecipeEntry[], oneByOne: boolean): Promise<void> {
  run = new Run();
  const protocol = protocolOf(run);
  const read = async ({ kind, inputs: given }: RecipeEntry) => {
    const known = { connection: fake.connection(), ...resolved(given, plainValues()) };
    const { inputs, failures } = await protocol.check(kind, {}, known);
    if (Object.keys(given).length > 0) expect(failures).toEqual([]);
    const stored = { ...inputs, wanted: { ...inputs, connection: undefined }, before: {}, machine: "" };
    await protocol.read(kind, "id", stored).catch((error: Error) => error);
  };
  if (oneByOne) for (const level of levelsOf(recipe)) await Promise.all(level.map(read));
  else await Promise.all(recipe.map(read));
}

describe.each([
  { what: "that asks for one level after the other", oneByOne: true },
  { what: "that asks for all at once", oneByOne: false },
])("a refresh $what", ({ oneByOne }) => {
  test.each([
    { inputs: "defaults", recipe: withDefaults, most: 1 },
    { inputs: "those of a SaslMailHost", recipe: inClearText, most: 1 },
    { inputs: "those of one with TLS", recipe: withTls, most: 1 },
    { inputs: "other inputs", recipe: withOtherInputs, most: 2 },
  ])("with $inputs: one connection, one session, turns after the connect: $most", async ({ recipe, most }) => {
    await using host = await fakeHost({ latency: 60, speak: () => ({ code: 1, stdout: "" }) });
    fake = host;

    await refresh(recipe, oneByOne);

    expect(fake.seen).toMatchObject({ connections: 1, commands: [expect.any(String)] });
    expect(turns(fake)).toBeLessThanOrEqual(most);
    expect(Buffer.concat(fake.seen.stdin).length).toBeLessThan(25_000);
    await run.hosts?.close();
  });
});
