// A host of the doctor's command line: what it is taken for, and whose mistake is told.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { subjectAt } from "../../../cli/doctor/target.ts";

let given: string | undefined;
beforeEach(() => {
  given = process.env.SUDO_PASSWORD;
});
afterEach(() => {
  delete process.env.SUDO_PASSWORD;
  if (given !== undefined) process.env.SUDO_PASSWORD = given;
});

test.each([
  ["s", "s"],
  ["", undefined],
])("SUDO_PASSWORD=%j is the password %j", (value, password) => {
  process.env.SUDO_PASSWORD = value;

  const { subject } = subjectAt("ops@mail1", {});

  expect(subject.connection.sudoPassword).toBe(password);
});

test.each([
  ["root@", {}, "x", /^"root@" is no \[user@\]host\[:port\] \(host [^)]+\).*; no host was contacted$/],
  ["mail1:99999", {}, "x", /^"mail1:99999" is no \[user@\]host\[:port\] \(port [^)]+\); no host was contacted$/],
  ["mail1", { key: "" }, "x", /^--key: [^;]+; no host was contacted$/],
  ["mail1", { knownHosts: "a\nb" }, "x", /^--known-hosts: must be one line[^;]+; no host was contacted$/],
  ["mail1", { sshConfig: "" }, "x", /^--ssh-config: [^;]+; no host was contacted$/],
  ["mail1", {}, "a\nb", /^SUDO_PASSWORD: must be one line without control characters; no host was contacted$/],
])("%j with %j and the sudo password %j is refused for what is wrong", (target, options, password, says) => {
  process.env.SUDO_PASSWORD = password;

  expect(() => subjectAt(target, options)).toThrow(says);
});
