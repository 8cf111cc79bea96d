// The log of a resource as the engine gets it: each line on its resource, in order, and all of them before the operation ends.
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";

const sent: string[] = [];
const reset = jest.fn();
let hasEngine = true;
const log = (level: string) => async (line: string, resource: { urn: string }) => {
  // the first line takes the longest, as the real SDK does
  await new Promise((resolve) => setTimeout(resolve, sent.length === 0 ? 20 : 0));
  sent.push(`${level} ${resource.urn}: ${line}`);
};

jest.unstable_mockModule("@pulumi/pulumi", () => ({
  runtime: {
    hasEngine: () => hasEngine,
    getProject: () => "project",
    getStack: () => "stack",
    resetOptions: reset,
  },
  log: { info: log("info"), warn: log("warn") },
  DependencyResource: class {
    urn: string;
    constructor(urn: string) {
      this.urn = urn;
    }
  },
}));
const { resourceLog } = await import("../../../providers/engine/resource-log.ts");

const given = process.argv;
beforeAll(() => {
  process.argv = [...given, "127.0.0.1:4711"];
});
afterAll(() => {
  process.argv = given;
});
beforeEach(() => {
  sent.length = 0;
  reset.mockClear();
  hasEngine = true;
});

test("lines come in their order, on the resource, and `delivered` waits for the last", async () => {
  const lines = resourceLog("urn:a", "mail1");

  lines("one");
  lines.warn("two\u001b[2J");
  lines("three");
  const early = [...sent];
  await lines.delivered();

  expect(early).toEqual([]);
  expect(sent).toEqual(["info urn:a: one", "warn urn:a: two?[2J", "info urn:a: three"]);
  expect(reset).not.toHaveBeenCalled();
});

test("the SDK of a process that has not spoken to the engine yet is told its address, and keeps project and stack", async () => {
  hasEngine = false;
  const lines = resourceLog("urn:a", "mail1");

  lines("one");
  await lines.delivered();

  expect(reset.mock.calls).toEqual([["project", "stack", 0, "127.0.0.1:4711", "", false, ""]]);
  expect(sent).toEqual(["info urn:a: one"]);
});
