// Which packages are on a host, by what dpkg says of each.
import { expect, test } from "@jest/globals";
import { installedPackages, unfinishedPackages } from "../../../providers/facts/dpkg.ts";
import { answer } from "../../support/fake-answers.ts";

const said = answer(
  [
    "dpkg\tinstalled\t1.21.22\tamd64",
    "postfix\tinstalled\t3.7.11-0+deb12u1\tamd64",
    "sasl2-bin\thalf-configured\t2.1.28+dfsg-10\tamd64",
    "libsasl2-2\tunpacked\t2.1.28+dfsg-10\ti386",
    "exim4\tconfig-files\t4.96\tall",
    "nullmailer\tnot-installed\t\tamd64",
  ].join("\n"),
);

test("a package that dpkg could not configure is not installed, but it is there", () => {
  expect(installedPackages.parse(said)).toEqual({ dpkg: "1.21.22", postfix: "3.7.11-0+deb12u1" });
  expect(unfinishedPackages.parse(said)).toEqual(["sasl2-bin", "libsasl2-2:i386"]);
});
