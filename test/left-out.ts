// What a run of the tests has not run, in words that nobody reads past: suites that need hosts where none can be booted, and those not asked for.
import { join } from "node:path";
import { type Obstacle, told } from "../lab/hosts/obstacle.ts";
import { projectRoot } from "../lab/paths.ts";
import type { Group } from "./suites.ts";

/** By the option --without-hosts. */
export const onPurpose: Obstacle = {
  what: "--without-hosts was given",
  next: "npm test runs them where hosts can be booted",
};

/** A heading and one line for each suite; nothing where no suite is meant. */
export function leftOutReport(
  obstacle: Obstacle | undefined,
  asked: readonly Group[],
  patterns: readonly string[],
): string[] {
  if (obstacle === undefined) return [];
  const meant = asked.flatMap(({ on, suites }) => suites.filter(matches(patterns)).map((suite) => ({ suite, on })));
  if (meant.length === 0) return [];
  const reason = obstacle === onPurpose ? told(obstacle) : `no host can be booted here: ${told(obstacle)}`;
  const bySuite = Object.entries(Object.groupBy(meant, ({ suite }) => suite)).sort(([one], [other]) =>
    one.localeCompare(other),
  );
  return [
    `LEFT OUT, suites that need booted hosts (${bySuite.length}): ${reason}`,
    ...bySuite.map(([suite, rows = []]) => {
      const releases = rows.flatMap(({ on }) => (on === "own" ? [] : [on])).sort();
      return releases.length === 0 ? `  ${suite}` : `  ${suite} on Debian ${releases.join(", ")}`;
    }),
  ];
}

/** Groups that no pattern and no --all asked for, in one line. */
export function notAskedFor(groups: readonly Group[]): string[] {
  if (groups.length === 0) return [];
  const names = groups.flatMap(({ on, suites }) => suites.map((suite) => (on === "own" ? suite : `${suite} on ${on}`)));
  return [`not asked for: ${names.join(", ")}; \`npm run test:all\` has them`];
}

/** In a CI a run without the hosts must not look like one that had them, unless its caller says so. */
export function isFailureIn(environment: NodeJS.ProcessEnv, obstacle: Obstacle | undefined): boolean {
  return Boolean(environment.CI) && obstacle !== undefined && obstacle !== onPurpose;
}

/** As Jest's --testPathPatterns. */
function matches(patterns: readonly string[]): (suite: string) => boolean {
  const asked = patterns.map((one) => new RegExp(one.replace(/^\.\//, "^"), "i"));
  return (suite) => {
    const path = `test/${suite}.test.ts`;
    return asked.length === 0 || asked.some((one) => one.test(path) || one.test(join(projectRoot, path)));
  };
}
