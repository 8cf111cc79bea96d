// Entries for 465 and 587 as people have them, with a filter, a signature and lists of their own: an `up` adds ours and leaves theirs, and
// what Postfix makes of the entry is read with postconf.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(300_000);

const path = "/etc/postfix/master.cf";
const options = {
  smtpd_sasl_auth_enable: "yes",
  smtpd_client_restrictions: "permit_sasl_authenticated,reject",
  smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
};

/** Of guides for amavis, OpenDKIM and restricted senders. */
const theirs = {
  syslog_name: "mail/mua",
  milter_macro_daemon_name: "ORIGINATING",
  content_filter: "smtp-amavis:[127.0.0.1]:10026",
  cleanup_service_name: "subcleanup",
  smtpd_sender_restrictions: "reject_sender_login_mismatch,permit_sasl_authenticated,reject",
  smtpd_reject_unlisted_recipient: "no",
};

onRelease((debian) => {
  let host: LabHost;
  let stock: string;
  let said: string[] = [];

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
    host = await freshHost(`kept${debian}`, debian);
    await (await ResourceOnHost.of(host, { kind: "SaslPackage", given: {} })).create();
    stock = await shell(host, `cat ${path}`);
  });

  afterAll(async () => {
    if (host === undefined) return;
    await hangUp(host);
    await destroyHost(host);
  });

  /** What Postfix reads: the columns, and `-o` settings by name. */
  async function readByPostfix(service: string): Promise<{ columns: string; options: Record<string, string> }> {
    const columns = await shell(
      host,
      `postconf -M ${service}/inet | cut -d - -f 1-4 | tr -s ' '; postconf -Fh ${service}/inet/process_limit`,
    );
    const rows = (await shell(host, `postconf -P '${service}/inet/*'`)).split("\n");
    return {
      columns,
      options: Object.fromEntries(
        rows.map((row) => [row.replace(/^[^ ]*\/(\w+) = .*$/, "$1"), row.replace(/^.*? = /, "")]),
      ),
    };
  }

  test.each([
    ["smtps", "smtps"],
    ["submission", "submission"],
    ["submissions", "smtps"],
  ])("%s keeps its own settings and its process limit, and comes back to the byte", async (name, service) => {
    const rows = Object.entries(theirs).map(([option, value]) => `  -o ${option}=${value}\n`);
    const original = `${stock}\n${name} inet n - n - 20 smtpd\n# ours since 2019\n${rows.join("")}  -o smtpd_client_restrictions=permit_mynetworks,reject\n# end\n`;
    await writeInside(host, path, original);
    const given = { service, options, initialOptions: { syslog_name: `postfix/${service}` } };
    const resource = await ResourceOnHost.of(host, { kind: "MasterService", given });

    await resource.create();

    const found = await readByPostfix(name);
    expect(found.options).toEqual({ ...theirs, ...options });
    expect(found.columns).toMatch(/\n20$/);
    await shell(host, `postfix check && grep -qx '# ours since 2019' ${path}`);
    expect(resource.outs.kept).toEqual(theirs);
    expect(await resource.refresh()).toEqual({ changes: false });
    await resource.delete();
    expect(await shell(host, `cat ${path}; echo .`)).toBe(`${original}.`);
  });

  test("what would keep everybody out is named with its line and taken out; destroy puts it back", async () => {
    const original = `${stock}\nsubmission inet n - y - - smtpd\n  -o milter_macro_daemon_name=ORIGINATING\n  -o smtpd_sasl_security_options=noplaintext,noanonymous\n`;
    await writeInside(host, path, original);
    const line = original.split("\n").findIndex((row) => row.includes("noplaintext")) + 1;
    said = [];
    const resource = await ResourceOnHost.of(host, {
      kind: "MasterService",
      given: { service: "submission", options },
    });

    await resource.create();

    expect(said.join("\n")).toContain(
      `takes out smtpd_sasl_security_options=noplaintext,noanonymous (line ${line}: PLAIN and LOGIN would not be offered)`,
    );
    expect((await readByPostfix("submission")).options).toEqual({
      ...options,
      milter_macro_daemon_name: "ORIGINATING",
    });
    await resource.delete();
    expect(await shell(host, `cat ${path}; echo .`)).toBe(`${original}.`);
  });

  describe("by hand, between two runs", () => {
    let resource: ResourceOnHost;

    beforeAll(async () => {
      await writeInside(host, path, `${stock}\n`);
      resource = await ResourceOnHost.of(host, { kind: "MasterService", given: { service: "submission", options } });
      await resource.create();
    });

    test("an option that is not ours is told once, and stays", async () => {
      await shell(host, "postconf -P submission/inet/smtpd_sender_restrictions=permit");
      said = [];

      expect(await resource.refresh()).toEqual({ changes: false });
      expect(said).toEqual([
        expect.stringMatching(/warning: .*came into submission\/inet .*smtpd_sender_restrictions=permit/),
      ]);
      said = [];
      expect(await resource.refresh()).toEqual({ changes: false });
      expect(said).toEqual([]);
    });

    test.each([
      "smtpd_relay_restrictions=permit",
      "smtpd_sasl_type=dovecot",
      "smtpd_recipient_restrictions=permit",
      "debug_peer_list=127.0.0.1",
    ])("one that goes against us is drift, and put right: %s", async (setting) => {
      await shell(host, `postconf -P submission/inet/${setting}`);

      expect(await resource.refresh()).toEqual({ changes: true });
      await resource.update();

      const { options: found } = await readByPostfix("submission");
      expect(found).toEqual({ ...options, smtpd_sender_restrictions: "permit" });
      expect(await resource.refresh()).toEqual({ changes: false });
    });

    test("destroy takes the entry away, which was not there before us", async () => {
      await resource.delete();

      expect(await shell(host, `postconf -M submission/inet; cat ${path}`)).toBe(stock);
    });
  });
});
