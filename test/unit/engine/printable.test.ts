// What a host says is shown as text: it gives no orders to a terminal or to Pulumi.
import { expect, jest, test } from "@jest/globals";
import { Failure } from "../../../providers/core/failure.ts";
import { printable } from "../../../providers/core/printable.ts";
import { errorFor } from "../../../providers/engine/failure.ts";
import { resourceLog } from "../../../providers/engine/resource-log.ts";

const hostile = "a\u001b[2Jb\u009b31mc\u0007\r\nd\te<{%x%}>\u202ef";
const shown = "a?[2Jb?31mc?\nd\te< {%x%}>?f";

test("control characters, the direction of text and Pulumi's marks are shown as plain characters", () => {
  expect(printable(hostile)).toBe(shown);
  expect(printable("Grüße, 日本語 …\n")).toBe("Grüße, 日本語 …\n");
});

test("so in errors", () => {
  const failure = new Failure({ code: "command-failed", tried: "run it", found: hostile, next: "look" });

  const { message } = errorFor(failure, { host: "mail1", resource: "SmtpdConf", done: [] });

  expect(message).toContain(shown.replaceAll("\n", "\n  "));
});

test("and in the log of a resource", () => {
  const log = jest.spyOn(console, "log").mockImplementation(() => {});

  resourceLog(undefined, "mail1").warn(hostile);

  expect(log.mock.calls).toEqual([[`mail1: warning: ${shown}`]]);
});
