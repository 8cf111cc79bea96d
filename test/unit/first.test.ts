import { describe, expect, test } from "@jest/globals";
import { dial } from "../../providers/host/dial.ts";
import { sh } from "../../providers/steps/shell.ts";

describe("quoting", () => {
  test("a quote stays a quote", () => {
    expect(sh`echo ${"it's"}`.text).toBe("echo 'it'\\''s'");
    expect(typeof dial).toBe("function");
  });
});
