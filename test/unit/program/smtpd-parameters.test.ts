// docs/smtpd-parameters.md decides on every parameter that smtpd reads, and says of ours what the services really name.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { serviceOptions } from "../../../providers/recipe/mail-services.ts";
import { riskyInMain } from "../../../providers/resources/postfix/main-cf-unsafe-settings.ts";
import { decisionsOn, parameterRows } from "../../support/parameter-table.ts";

const rows = parameterRows();
/** Recorded on hosts of the lab; test/host/smtpd-parameters.test.ts asks them again. */
const recorded = readFileSync(new URL("../fixtures/smtpd-parameters.txt", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(" ")[0] ?? "");
const ours = new Set(
  (["none", "implicit", "starttls"] as const).flatMap((security) =>
    Object.keys(serviceOptions(security, security === "none" ? undefined : { selfSigned: true }, {}, undefined)),
  ),
);

describe("the table", () => {
  test.each(recorded)("decides on %s, in one way", (parameter) => {
    expect(decisionsOn(parameter, rows)).toHaveLength(1);
  });

  test("names as ours what the services of a mail host name, and nothing else", () => {
    const named = rows.filter(({ whose }) => whose === "ours").flatMap(({ patterns }) => patterns);

    expect([...named].sort()).toEqual([...ours].filter((name) => !riskyInMain.includes(name)).sort());
  });

  test("names as told what is looked for before the first change, and nothing else", () => {
    const named = rows.filter(({ whose }) => whose === "told").flatMap(({ patterns }) => patterns);

    expect([...named].sort()).toEqual([...riskyInMain].sort());
  });

  test("has no other word for whose a parameter is", () => {
    expect([...new Set(rows.map(({ whose }) => whose))].sort()).toEqual(["host", "ours", "seen", "told"]);
  });
});
