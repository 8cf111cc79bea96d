// Port 25 is asked for only where Postfix serves it: by master.cf, and unless main.cf turns the service off.
import { expect, test } from "@jest/globals";
import { askedPorts } from "../../../providers/resources/postfix/asked-ports.ts";
import { file } from "../../support/fake-answers.ts";

test.each([
  ["smtp inet n - y - - smtpd\n", "", true],
  ["mail inet n - y - - smtpd\n", "", true],
  ["10.0.0.1:25 inet n - y - 1 postscreen\n", "", true],
  ["#smtp inet n - y - - smtpd\n127.0.0.1:2525 inet n - y - - smtpd\n", "", false],
  ["smtp unix - - y - - smtp\n", "", false],
  ["smtp inet n - y - - smtpd\n", "smtp/inet", false],
  ["smtp inet n - y - - smtpd\n", "!smtp/inet, inet", true],
  ["smtp inet n - y - - smtpd\n10.0.0.1:25 inet n - y - - smtpd\n", "smtp.inet", true],
])("port 25 in %j, with master_service_disable = %j: %s", (content, disabling, served) => {
  const asked = askedPorts([25, 465], {
    master: file(content),
    names: { mail: "25" },
    inMain: { master_service_disable: disabling },
  });

  expect(asked).toEqual(served ? [25, 465] : [465]);
});

test("where Postfix is not installed yet it is asked for: Debian's master.cf has it", () => {
  expect(askedPorts([25], { master: null, names: {}, inMain: {} })).toEqual([25]);
});
