// What to do where a user or group is missing: the package that makes it, or the command for one of the operator's own.
import { expect, test } from "@jest/globals";
import { accountAdvice } from "../../../providers/resources/packages/package-advice.ts";

test.each([
  ["user", "postfix", "it comes with the package postfix: "],
  ["group", "sasl", "it comes with the package sasl2-bin: "],
  ["user", "carol", "make the user on the host (adduser --system carol)"],
  ["group", "mail2", "make the group on the host (addgroup --system mail2)"],
] as const)("the %s %s", (kind, name, advice) => {
  expect(accountAdvice(kind, name)).toContain(advice);
});
