// The release of Debian that a suite runs on: the Jest project that starts it says which (jest.config.ts).
import type { Debian } from "../../lab/hosts/index.ts";

/** Describes the tests of a suite that test/suites.ts lets run on releases. */
export function onRelease(tests: (debian: Debian) => void): void {
  const { debian } = globalThis as { debian?: Debian };
  if (debian === undefined) throw new Error("this suite needs a release: name one in test/suites.ts");
  tests(debian);
}
