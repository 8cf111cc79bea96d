// Each code of a failure is made once, is printed where the documentation can be looked up by it, and is explained there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { projectRoot } from "../../../lab/paths.ts";
import { type FailureCode, failureCodes } from "../../../providers/core/failure-codes.ts";
import { failuresOfAccess } from "./failures-of-access.ts";
import { failuresOfHosts } from "./failures-of-hosts.ts";
import { failuresOfProofs } from "./failures-of-proofs.ts";
import { failuresOfResources } from "./failures-of-resources.ts";
import { failuresOfSteps } from "./failures-of-steps.ts";

/** How each failure is made: it throws, or returns what an `up` would stop at. The type misses no code. */
const failures: Readonly<Record<FailureCode, () => unknown>> = {
  ...failuresOfAccess,
  ...failuresOfHosts,
  ...failuresOfProofs,
  ...failuresOfResources,
  ...failuresOfSteps,
};

/** These may end a destroy as well as an up, so that their advice must hold for both. */
const ofAnyOperation = Object.keys({ ...failuresOfAccess, ...failuresOfHosts, ...failuresOfSteps }).filter(
  (code) => code !== "owned-by-another-stack",
);

test.each(Object.entries(failures))(
  "%s",
  async (code, fail) => {
    const failure = await Promise.resolve()
      .then(fail)
      .catch((error: Error) => ({ code: lastLineOf(error), message: error.message }));

    const { message = "" } = failure as { message?: string };
    expect(failure).toMatchObject({ code });
    expect(ofAnyOperation.includes(code) ? message : "").not.toMatch(/run `pulumi (up|destroy)`/);
  },
  60_000,
);

describe("docs/errors.md", () => {
  const rows = [...readFileSync(join(projectRoot, "docs/errors.md"), "utf8").matchAll(/^\| `([a-z0-9-]+)`.*$/gm)];

  test("explains each code once, and no other", () => {
    expect(rows.map(([, code]) => code).sort()).toEqual([...failureCodes].sort());
  });

  test.each(rows.map(([row, code]) => ({ code, row })))(
    "says of $code what it means, what is left and what to do",
    ({ row }) => {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1);

      expect(cells.map((cell) => cell.trim().length > 2)).toEqual([true, true, true, true]);
    },
  );
});

/** The code in a message, which is shown as it is; another text where it ends in another way. */
function lastLineOf({ message }: Error): string {
  const last = message.split("\n").at(-1) ?? "";
  return /^ *code: (\S+) \(docs\/errors\.md\)$/.exec(last)?.[1] ?? message;
}
