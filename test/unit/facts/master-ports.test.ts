// The port of a service of master.cf, by whatever name.
import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { addressOf, portOf, servicePorts } from "../../../providers/facts/master-ports.ts";
import { answer } from "../../support/fake-answers.ts";

test.each([
  ["smtps", "465", ""],
  ["465", "465", ""],
  ["urd", "465", ""],
  ["127.0.0.1:465", "465", "127.0.0.1"],
  ["[::]:submissions", "465", "[::]"],
  ["[2001:db8::7]:urd", "465", "[2001:db8::7]"],
  ["mail.example.org:submission", "587", "mail.example.org"],
  ["nobody-knows-it", "nobody-knows-it", ""],
])("%s is port %s, on the address %j", (service, port, address) => {
  expect([portOf(service, { urd: "465" }), addressOf(service)]).toEqual([port, address]);
});

/** Debian's /etc/services, as far as it matters. */
const getent = `getent() { case "$*" in "services urd/tcp") echo "submissions 465/tcp ssmtp smtps urd" ;; *) return 2 ;; esac; }`;

test("the host is asked for a name that is to come, and one that it does not know has no row", () => {
  const asked = (service: string) => {
    const fact = servicePorts(service);
    const { stdout, status } = spawnSync("/bin/sh", ["-c", `${getent}\n${fact.question.text}`]);
    return fact.parse(answer(stdout, status ?? -1));
  };

  expect(asked("127.0.0.1:urd")).toMatchObject({ urd: "465" });
  expect(asked("nobody-knows-it")).not.toHaveProperty("nobody-knows-it");
});
