// The SASL application file: two settings are ours, the rest of the file is not.
import { describe, expect, test } from "@jest/globals";
import { smtpdConf } from "../../../providers/resources/postfix/smtpd-conf.ts";
import { file, folder } from "../../support/fake-answers.ts";
import { summary, written } from "../../support/fake-plan.ts";

const { schema, observe, apply, intend, remember, remove } = smtpdConf;
const inputs = schema.parse({});
const path = "/etc/postfix/sasl/smtpd.conf";
const right = "pwcheck_method: saslauthd\nmech_list: plain login\n";
const seen = (content: string | null) => ({ file: content === null ? null : file(content, path), folder: folder() });

describe("what the host shows", () => {
  test.each([
    ["no file", null, undefined],
    ["all right", right, inputs],
    ["other case and spacing, same meaning", "mech_list:  PLAIN   LOGIN\npwcheck_method:saslauthd\n", inputs],
    ["another method", "pwcheck_method: auxprop\nmech_list: plain login\n", { ...inputs, pwcheckMethod: "auxprop" }],
    [
      "a mechanism too many",
      `${right.replace("login", "login cram-md5")}`,
      { ...inputs, mechList: ["plain", "login", "cram-md5"] },
    ],
    ["two lines, of which the first is in force", `${right}mech_list: cram-md5\n`, inputs],
    ["an empty file", "", { ...inputs, pwcheckMethod: null, mechList: [] }],
  ])("%s", (_what, content, shown) => {
    expect(observe(inputs, seen(content), undefined)).toEqual(shown);
  });
});

describe("the change", () => {
  test.each([
    ["makes the file", null, right],
    ["adds to a file of others", "log_level: 7\n", `log_level: 7\n${right}`],
    [
      "corrects a line in its place",
      "pwcheck_method: auxprop\nlog_level: 7\nmech_list: plain login\n",
      "pwcheck_method: saslauthd\nlog_level: 7\nmech_list: plain login\n",
    ],
    [
      "corrects one line and leaves the spelling of the other",
      "pwcheck_method: auxprop\nmech_list:  PLAIN   LOGIN\n",
      "pwcheck_method: saslauthd\nmech_list:  PLAIN   LOGIN\n",
    ],
  ])("%s", (_what, before, after) => {
    const plan = apply(inputs, seen(before));

    expect(summary(plan)).toEqual([`write ${path}: write pwcheck_method and mech_list to ${path}`]);
    expect(written(plan).toString()).toBe(after);
    expect(apply(inputs, seen(after))).toEqual([]);
    expect(observe(inputs, seen(after), undefined)).toEqual(inputs);
  });

  test("is refused where Postfix's folder is missing", () => {
    expect(() => apply(inputs, { file: null, folder: null })).toThrow("its folder does not exist");
  });
});

describe("the undo", () => {
  test.each([
    ["a file that was not there goes", null, right, [`remove ${path}: remove ${path}: it was not there before`]],
    ["a file that was not there, edited since, loses our lines", null, `${right}log_level: 7\n`, "log_level: 7\n"],
    [
      "old values come back",
      "pwcheck_method: auxprop\nmech_list: cram-md5\n",
      right,
      "pwcheck_method: auxprop\nmech_list: cram-md5\n",
    ],
    [
      "old lines come back as they were written",
      "PWCHECK_METHOD:auxprop\n  mech_list:  CRAM-MD5\n",
      right,
      "PWCHECK_METHOD:auxprop\n  mech_list:  CRAM-MD5\n",
    ],
    ["lines that were not there go", "log_level: 7\n", `log_level: 7\n${right}`, "log_level: 7\n"],
  ])("%s", (_what, before, now, result) => {
    const plan = remove(inputs, seen(now), remember(seen(before), seen(now), inputs));

    if (typeof result === "string") expect(written(plan).toString()).toBe(result);
    else expect(summary(plan).slice(0, 1)).toEqual(result);
    expect(summary(plan).at(-1)).toContain("reload Postfix");
  });

  test("takes a list out that an update was about to write when it was killed", () => {
    const first = remember(seen(null), seen(right), inputs);
    const coming = intend?.(first, seen(right), { ...inputs, mechList: ["plain"] }) ?? first;
    const now = seen(right.replace(" login", ""));

    expect(summary(remove(inputs, now, coming))[0]).toBe(`remove ${path}: remove ${path}: it was not there before`);
    expect(summary(remove(inputs, seen(right), coming))[0]).toContain("it was not there before");
  });

  test.each([
    ["the file is gone", right, null],
    ["it was right before us", right, right],
  ])("is nothing when %s", (_what, before, now) => {
    expect(remove(inputs, seen(now), remember(seen(before), seen(now), inputs))).toEqual([]);
  });
});
