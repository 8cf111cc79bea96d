// Where Postfix names a file: asked in a folder that stands in for the host.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { placesNaming } from "../../../providers/facts/postfix-names.ts";
import { type Folder, hostInFolder } from "../../support/host-in-folder.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await hostInFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

const main = "/etc/postfix/main.cf";
const master = "/etc/postfix/master.cf";

test.each([
  ["nowhere", main, "smtpd_banner = x\n", []],
  ["in a comment", main, "#smtpd_tls_chain_files = /etc/postfix/tls/smtpd.pem\n", []],
  [
    "in a service, in its second row",
    master,
    "smtps inet n - y - - smtpd\n  -o smtpd_tls_chain_files=/etc/postfix/tls/smtpd.pem\n",
    [2],
  ],
  ["between others", main, "a = b\nsmtpd_tls_chain_files = /srv/a.pem, /etc/postfix/tls/smtpd.pem, /srv/b.pem\n", [2]],
  ["by the folder of the configuration", main, "smtpd_tls_cert_file = $(config_directory)/tls/smtpd.pem\n", [1]],
  ["with a longer name", main, "x = /etc/postfix/tls/smtpd.pem.old\ny = /etc/postfix/tls/smtpdXpem\n", []],
])("%s", async (_what, file, content, lines) => {
  // the folder stands for the root, in what the host asks too
  folder.write(file, content.replaceAll("/etc/postfix", folder.at("/etc/postfix")));

  const { places } = await folder.host.ask({ places: placesNaming("/etc/postfix/tls/smtpd.pem") });

  expect(places).toEqual(lines.map((line) => `${file}, line ${line}`));
});

test("a file that cannot be read is no file that names nothing", async () => {
  folder.write(main, "x");
  folder.program("awk", "echo 'awk: Input/output error' >&2; exit 2");

  await expect(folder.host.ask({ places: placesNaming("/etc/postfix/tls/smtpd.pem") })).rejects.toThrow(
    /Input\/output error/,
  );
});
