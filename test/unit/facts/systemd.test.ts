// What systemctl says of two units at once, as Debian 12 and 13 word it: which is whose, and what is no unit at all.
import { expect, test } from "@jest/globals";
import { pidFileOf, unitStatus } from "../../../providers/facts/systemd.ts";
import { answer } from "../../support/fake-answers.ts";

const shown = (load: string, active: string, pidFile: string, reload = "no") =>
  `PIDFile=${pidFile}\nLoadState=${load}\nActiveState=${active}\nNeedDaemonReload=${reload}\n`;
const both = (postfix: string, saslauthd: string, enabled: readonly [string, string]) =>
  answer(`${postfix}\n${saslauthd}${enabled.map((word) => `\nEnabled=${word}\n`).join("")}`);

test("each unit has its own properties", () => {
  const said = both(shown("loaded", "active", ""), shown("masked", "inactive", "/run/saslauthd/saslauthd.pid"), [
    "enabled\n",
    "masked\n",
  ]);

  expect(unitStatus("postfix").parse(said)).toEqual({ load: "loaded", active: "active", enabled: "enabled" });
  expect(unitStatus("saslauthd").parse(said)).toEqual({ load: "masked", active: "inactive", enabled: "masked" });
  expect(pidFileOf("postfix").parse(said)).toBe("");
  expect(pidFileOf("saslauthd").parse(said)).toBe("/run/saslauthd/saslauthd.pid");
});

test.each([
  { release: "Debian 12, whose is-enabled says nothing", words: ["", "enabled\n"] as const },
  { release: "Debian 13, whose is-enabled says so", words: ["not-found\n", "enabled\n"] as const },
])("a unit that is not there is told from one that is: $release", ({ words }) => {
  const said = both(shown("not-found", "inactive", ""), shown("loaded", "active", ""), words);

  expect(unitStatus("postfix").parse(said)).toEqual({ load: "not-found", active: "inactive", enabled: "not-found" });
  expect(unitStatus("saslauthd").parse(said)).toEqual({ load: "loaded", active: "active", enabled: "enabled" });
});

test("a unit whose files changed since systemd read them has no PID file that counts", () => {
  const said = both(shown("loaded", "active", ""), shown("loaded", "active", "/old.pid", "yes"), ["enabled\n", ""]);

  expect(pidFileOf("saslauthd").parse(said)).toBeNull();
});

test("an answer that ends after the first unit is unreadable for the second", () => {
  expect(() => unitStatus("saslauthd").parse(answer(shown("loaded", "active", "")))).toThrow("the unit saslauthd");
});
