// `npm run demo` and `npm test` on machines that cannot boot a host: what is missing and how to give it is said, what needs no host is shown by its
// true name, and nobody takes it for the real thing.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { nobody, takesAway, WithoutPrivileges } from "../support/without-privileges.ts";

jest.setTimeout(900_000);

const inCache = (home: string) => join(home, ".cache", "sasl-mail-host-lab");
const docker =
  /root lacks CAP_NET_ADMIN and CAP_SYS_ADMIN here\n {2}next: .*docker run --cap-add NET_ADMIN --cap-add SYS_ADMIN .*--volume \S+:\/sys\/fs\/cgroup/;

interface Situation {
  readonly what: string;
  readonly before: readonly string[];
  readonly user?: number;
  /** What is said once before anything else. */
  readonly first?: RegExp;
  readonly obstacle: RegExp;
}

const situations: readonly Situation[] = [
  { what: "Docker's default capabilities", before: takesAway.capabilities, obstacle: docker },
  {
    what: "a user who is not root and has no sudo",
    before: takesAway.root,
    user: nobody,
    obstacle:
      /hosts need root; this user \(uid 65534\) is not root, and .*sudo.*\n {2}next: become root first: su -c 'npm run /,
  },
  {
    what: "a home that cannot be written, and Docker's default capabilities",
    before: [...takesAway.writableHome, ...takesAway.capabilities],
    first:
      /^setup: \S+\/home-2\/\.cache\/\S+ cannot be made or written; .* go to \S+\/project\/\.lab\/cache instead \(SASL_LAB_CACHE=/m,
    obstacle: docker,
  },
  {
    what: "no network, and nothing but the engine fetched before",
    before: takesAway.network,
    obstacle:
      /this machine has no network .*, and .*the base system of Debian \d+.* must be fetched\n {2}next: run npm run (demo|test) once with network; /,
  },
];

let machine: WithoutPrivileges;

beforeAll(async () => {
  machine = await WithoutPrivileges.create();
});
afterAll(() => machine?.forget());

describe.each(situations.map((situation, index) => ({ ...situation, home: `home-${index}` })))("$what", (situation) => {
  const { before, user, first, obstacle } = situation;
  let home: string;

  beforeAll(async () => {
    home = machine.home(situation.home, user);
    await machine.fetchedEngine(first === undefined ? inCache(home) : join(machine.project, ".lab", "cache"), user);
  });

  test("the demo names the obstacle, shows three other things by their names, and ends with 3", async () => {
    const { exitCode, output } = await machine.type(home, before, "npm run demo");

    expect(output).toMatch(first ?? "");
    expect(output).toMatch(obstacle);
    expect(output).toMatch(
      /=== What follows is NOT the demo[\s\S]*=== 1\. .* without a host[\s\S]*\+ 11 to create[\s\S]*=== 2\. .* the host is a folder[\s\S]*=== 2b\. [\s\S]*3 unchanged[\s\S]*"auxprop" => "saslauthd"[\s\S]*has the bytes that it had before[\s\S]*=== 3\. A RECORDING[\s\S]*\n\| {3}S: 235 [\s\S]*not the real thing \(exit status 3\)/,
    );
    expect(exitCode).toBe(3);
  });

  test("npm test is green and lists the suites that it has left out", async () => {
    const { exitCode, output } = await machine.type(home, before, "npm test -- unit/lab unit/host/dial host/packages");

    expect(output).toMatch(obstacle);
    expect(output).toMatch(
      /^LEFT OUT, suites that need booted hosts \(1\): .*\n.*\n {2}host\/packages on Debian 12, 13$/m,
    );
    expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m);
    expect(exitCode).toBe(0);
  });
});

test.each([
  ["fails in a CI", "npm test -- unit/lab host/packages", 1, "with CI set this is a failure"],
  [
    "is green in a CI that says so",
    "npm test -- --without-hosts unit/lab host/packages",
    0,
    "--without-hosts was given",
  ],
])("a run that has left hosts out %s", async (_what, command, expected, says) => {
  const { exitCode, output } = await machine.type(machine.home(`ci-${expected}`), takesAway.capabilities, command, {
    CI: "true",
  });

  expect(output).toContain(says);
  expect(output).not.toContain("npm run check failed");
  expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m);
  expect(exitCode).toBe(expected);
});

test("without network and without the engine the demo says so, and shows the recording alone", async () => {
  const { exitCode, output } = await machine.type(machine.home("bare"), takesAway.network, "npm run demo");

  expect(output).toMatch(
    /no network .*, and the Pulumi engine must be fetched\n {2}next: .*\n\n=== Parts 1 and 2 are left out/,
  );
  expect(output).toMatch(/=== 3\. A RECORDING/);
  expect(exitCode).toBe(3);
});
