// What the host remembers of resources: a record that is whole is read, and any other is told by its path and never taken for absent.
import { expect, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import {
  resourceRecordFormat,
  resourceRecordOf,
  resourceRecordPath,
  resourceRecords,
  seal,
} from "../../../providers/facts/resource-record.ts";
import { answer } from "../../support/fake-answers.ts";

const path = resourceRecordPath("SmtpdConf", "x");
const line = (record: object) => `${JSON.stringify({ owner: "mail/dev", before: null, ...record })}\n`;
const sealed = (record: object) => line(record) + seal(line(record));
const answered = (content: string) => answer(`${path} ${Buffer.from(content).toString("base64")}\n`);

test.each([
  ["of this format", sealed({ format: resourceRecordFormat })],
  ["of a version before formats, without a seal", line({})],
])("a record %s is read", (_what, content) => {
  const found = [
    resourceRecordOf("SmtpdConf", "x").parse(answered(content)),
    resourceRecords.parse(answered(content)).get(path),
  ];

  expect(found).toMatchObject([{ owner: "mail/dev", before: null }, { record: { owner: "mail/dev", before: null } }]);
});

const cut = "the file is cut off or was changed";
const move = `is this resource in Pulumi's state (\`pulumi stack --show-urns\` lists all)? If it is, move the file away (mv ${path} /root/)`;

test("a record of the first version is what was there before, by itself, and names no owner", () => {
  const content = '{"member":false}\n';

  const found = [
    resourceRecordOf("SmtpdConf", "x").parse(answered(content)),
    resourceRecords.parse(answered(content)).get(path),
  ];

  expect(found).toMatchObject([
    { owner: null, before: { member: false } },
    { record: { owner: null, before: { member: false } } },
  ]);
});

test.each([
  ["empty", "", "the file is empty", move],
  ["cut", sealed({ format: resourceRecordFormat }).slice(0, -20), cut, move],
  ["without its seal", line({ format: resourceRecordFormat }), cut, move],
  ["of the first version and cut", '{"member":false}', cut, move],
  ["of the first version with something behind it", '{"member":false}\n{}\n', cut, move],
  ["without what was there before", `${JSON.stringify({ owner: "mail/dev" })}\n`, cut, move],
  ["changed", sealed({ format: resourceRecordFormat }).replace("dev", "prod"), cut, move],
  ["of another format and cut", line({ format: 3 }), cut, move],
  ["of a format that is no number", sealed({ format: "2" }), cut, move],
  [
    "of another format",
    sealed({ format: 3, before: undefined }),
    "the file is of format 3; this version of the program writes and reads 2",
    "run the version of this program that wrote it; the file is not damaged",
  ],
])("a record that is %s is refused by its path, and is not absent among all", (_what, content, found, next) => {
  const one = () => resourceRecordOf("SmtpdConf", "x").parse(answered(content));
  const all = resourceRecords.parse(answered(content));

  expect(one).toThrow(found);
  expect(one).toThrow(next);
  expect(all.get(path)).toBeInstanceOf(Failure);
});
