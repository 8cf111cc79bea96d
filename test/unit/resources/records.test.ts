// What a record of the time before gains when more is changed: written before the change, joined where host and state differ, and never less than it was.
import { describe, expect, test } from "@jest/globals";
import { resourceRecordPath } from "../../../providers/facts/resource-record.ts";
import { mailAccount } from "../../../providers/resources/accounts/mail-account.ts";
import { smtpdConf } from "../../../providers/resources/postfix/smtpd-conf.ts";
import { saslauthdService } from "../../../providers/resources/saslauthd/saslauthd-service.ts";
import { statOverride } from "../../../providers/resources/saslauthd/stat-override.ts";
import { resourceRecordText } from "../../../providers/steps/resource-record.ts";
import { answer, file, folder } from "../../support/fake-answers.ts";

describe("an override", () => {
  const row = (mode: string) => ({ owner: "root", group: "sasl", mode });
  const first = { override: null, directory: null, missingFrom: "/x", set: [row("710")] };
  const { set: _none, ...older } = first;
  const actual = {
    override: row("750"),
    directory: folder("root", "sasl", "750"),
    missingFrom: null,
    entries: [],
    isOpenToAll: false,
    owner: true,
    group: true,
  };
  const wanted = (mode: string) => statOverride.schema.parse({ mode });
  const { intend, join, extend } = statOverride;

  test.each([
    ["another mode is noted before it is set", intend?.(first, actual, wanted("750")), ["710", "750"]],
    ["the same mode once", intend?.(first, actual, wanted("710")), ["710"]],
    ["one that the host has besides is noted", extend?.(first, actual, actual), ["710", "750"]],
    ["none where none is registered", extend?.(first, actual, { ...actual, override: null }), ["710"]],
    ["host and state together", join?.(first, { ...first, set: [row("750")] }), ["710", "750"]],
    ["host alone, beside a state of an older version", join?.(first, older), ["710"]],
    // else what an older version has set would count as somebody else's
    ["nothing in the record of an older version", intend?.(older, actual, wanted("750")), undefined],
  ])("has in its record: %s", (_what, record, modes) => {
    expect(record?.set?.map(({ mode }) => mode)).toEqual(modes);
    expect(record).toMatchObject(older);
  });
});

describe("an account", () => {
  const inputs = mailAccount.schema.parse({ name: "bob", password: "secret" });
  const questions = mailAccount.inspect(inputs);
  const stored = (before: unknown) => {
    const record = resourceRecordText({ owner: "project/stack", before });
    return answer(`${resourceRecordPath("MailAccount", "system/bob")} ${record.toString("base64")}\n`);
  };

  test.each([
    ["no record", answer(""), [false, false, []]],
    [
      "one of an account that was there before",
      stored({ local: { uid: 1 }, set: ["uid 1"] }),
      [true, false, ["uid 1"]],
    ],
    [
      "one of an account that was not",
      stored({ local: null, set: ["uid 2", "hash 3"] }),
      [true, true, ["uid 2", "hash 3"]],
    ],
    ["one without marks, of an older version", stored({ local: null }), [true, true, []]],
    ["one whose marks are no list", stored({ local: null, set: "uid 2" }), [true, true, []]],
    ["one of nothing", stored(null), [true, false, []]],
  ])("is known from %s", (_what, given, expected) => {
    const { hasRecord, noLocalBefore, marks } = questions;

    expect([hasRecord.parse(given), noLocalBefore.parse(given), marks.parse(given)]).toEqual(expected);
  });

  const before = { local: null, sasldb: null, set: ["uid 1"] };
  const { set: _none, ...older } = before;
  test.each([
    ["of both", before, { ...before, set: ["hash 2", "uid 1"] }, ["uid 1", "hash 2"]],
    ["of the host alone", before, older, ["uid 1"]],
    ["of the state alone", older, before, ["uid 1"]],
  ])("has the marks %s", (_what, onHost, inState, marks) => {
    expect(mailAccount.join?.(onHost, inState)).toEqual({ ...older, set: marks });
  });

  test.each([
    ["a user of the host", null, "bob"],
    ["an entry of sasldb", { realm: "example.org", present: true, matches: true }, "bob@example.org"],
  ])("says how %s logs in", (_what, sasldb, login) => {
    const actual = {
      local: null,
      sasldb,
      hasRecord: true,
      noLocalBefore: true,
      marks: [],
      saslauthd: [],
      owners: [],
    };

    expect(mailAccount.report?.(inputs, actual, undefined, undefined)).toEqual({ login });
  });
});

describe("saslauthd", () => {
  const inputs = saslauthdService.schema.parse({});
  const path = "/etc/default/saslauthd-postfix";
  const content = Buffer.from(`START=yes\nOPTIONS="-m ${inputs.socketDirectory}"\n`);
  const actual = { instances: [{ path, realPath: path, content }], dropIn: null } as never;
  const earlier = { instances: { "/etc/default/saslauthd-old": { start: null, unterminated: false } } } as never;

  test("notes an instance before it is put out of use, beside those of earlier runs", () => {
    expect(saslauthdService.intend?.(earlier, actual, inputs)).toEqual({
      instances: {
        "/etc/default/saslauthd-old": { start: null, unterminated: false },
        [path]: { start: "START=yes", unterminated: false },
      },
    });
  });

  const line = (start: string) => ({ [path]: { start, unterminated: false } });
  test.each([
    ["the host counts before the state", { instances: line("host") }, { instances: line("state") }, line("host")],
    ["the state has one more", { instances: {} }, { instances: line("state") }, line("state")],
    ["neither has any, as an older version", {}, {}, {}],
  ])("joins host and state: %s", (_what, onHost, inState, instances) => {
    expect(saslauthdService.join?.(onHost as never, inState as never)).toEqual({ instances });
  });

  const withDropIn = { ...(actual as object), dropIn: file("[Service]") } as never;
  test.each([
    ["a read keeps what the last change found", actual, { ownDropIn: true }, undefined, true],
    ["a first read takes what is there", withDropIn, undefined, undefined, true],
    ["a first read takes what is not there", actual, undefined, undefined, false],
    ["a change takes what it has left", actual, { ownDropIn: true }, [], false],
  ])("reports whose drop-in it is: %s", (_what, now, last, proofs, ownDropIn) => {
    expect(saslauthdService.report?.(inputs, now, last, proofs)).toEqual({ ownDropIn });
  });
});

test("the SASL file has each list that was ever written once, from host and state; one of an older version has none", () => {
  const [plain, both, same] = [["PLAIN"], ["PLAIN", "LOGIN"], ["LOGIN", "PLAIN"]];
  const record = (written: object) => ({ existed: true, ...written }) as never;

  const joined = smtpdConf.join?.(record({ written: [plain, both] }), record({ written: [same, ["LOGIN"]] }));
  const alone = smtpdConf.join?.(record({ written: [plain] }), record({}));
  const older = smtpdConf.join?.(record({}), record({ written: [plain] }));

  expect(joined?.written).toEqual([plain, both, ["LOGIN"]]);
  expect(alone?.written).toEqual([plain]);
  expect(older?.written).toBeUndefined();
});
