// A program with a failed resource says nothing of its own, and does not end as a complete one.
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { endedAfterReportedError } from "../../../configuration/failed-resources.ts";
import { projectRoot } from "../../../lab/paths.ts";

const program = (rejection: string) => `
  import { reportFailedResourcesOnce } from ${JSON.stringify(join(projectRoot, "configuration/failed-resources.ts"))};
  process.on("unhandledRejection", (reason) => { console.error(reason.message); process.exitCode = 1; });
  reportFailedResourcesOnce();
  Promise.reject(new Error(${JSON.stringify(rejection)}));
`;

describe("a rejection that nobody handles", () => {
  test.each([
    {
      rejection: "resource mail1-postfix [sasl:PostfixService] failed to register",
      status: endedAfterReportedError,
      output: "",
    },
    { rejection: "the door is closed", status: 1, output: "the door is closed" },
  ])("$rejection: status $status", async ({ rejection, status, output }) => {
    const run = await execa(process.execPath, ["--input-type=module", "--eval", program(rejection)], {
      reject: false,
      env: { NODE_NO_WARNINGS: "1" },
    });

    expect(run.exitCode).toBe(status);
    expect(run.stderr).toBe(output);
  });
});
