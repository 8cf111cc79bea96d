// Advice of which a wrong word costs a host: what it must name, and what it must not offer.
import { describe, expect, test } from "@jest/globals";
import { failuresOfAccess } from "./failures-of-access.ts";
import { failuresOfHosts } from "./failures-of-hosts.ts";
import { failuresOfResources } from "./failures-of-resources.ts";
import { failuresOfSteps } from "./failures-of-steps.ts";

const made = { ...failuresOfAccess, ...failuresOfHosts, ...failuresOfSteps, ...failuresOfResources };

async function adviceOf(code: keyof typeof made): Promise<string> {
  const fail: () => unknown = made[code];
  const { message } = await Promise.resolve<unknown>(undefined)
    .then(fail)
    .then((failure) => failure as Error)
    .catch((error: Error) => error);
  return /next: (.*)/.exec(message)?.[1] ?? message;
}

describe("a host is forgotten only where it no longer exists, and the advice says what that means", () => {
  test.each(["host-unreachable", "another-machine"] as const)("%s", async (code) => {
    const advice = await adviceOf(code);

    expect(advice).toMatch(/Only where the (host|old machine) no longer exists/);
    expect(advice).toMatch(/rescue\.md, The host is gone for good \(Pulumi then forgets it,? and changes nothing on/);
    expect(advice).not.toContain("state delete");
  });

  test("logins-of-others", async () => {
    expect(await adviceOf("logins-of-others")).toMatch(
      /`pulumi state delete` only where nobody is to manage it.*forgets it, and everything stays on it/,
    );
  });
});

test("nobody is told to end the process that holds the lock", async () => {
  const advice = await adviceOf("host-locked");

  expect(advice).toContain("`ps -e --forest -o pid,etime,args` there shows it below process 77");
  expect(advice).toContain("do not end it while it runs anything");
  expect(advice).not.toMatch(/\bkill\b/);
});

test("a host is handed over without a destroy of the other stack", async () => {
  const advice = await adviceOf("owned-by-another-stack");

  expect(advice).toContain("set takeOverFrom to project/other");
  expect(advice).toContain("take this host out of hosts of project/other and run `pulumi up` there");
  expect(advice).toContain("No `pulumi destroy` there");
});

test("packages stay on the host by what an operator has, or a program", async () => {
  const advice = await adviceOf("mail-in-queue");

  expect(advice).toContain("`pulumi state delete` with the URN of this resource");
  expect(advice).toContain("in a program of your own the resource option retainOnDelete: true");
});

test("what a package brings is installed by a whole up, and in a program by an order", async () => {
  const advice = await adviceOf("package-missing");

  expect(advice).toContain("Run `pulumi up` without these, which installs it");
  expect(advice).toContain("let this resource depend on a SaslPackage with postfix (dependsOn)");
});
