// What a refusal tells an operator to do: commands that exist, the safe way first, and how to go on.
import { expect, test } from "@jest/globals";
import { wrongOrder } from "../../../providers/resources/tls/chain-order.ts";
import { reloadPostfix } from "../../../providers/steps/postfix.ts";
import { failuresOfResources } from "./failures-of-resources.ts";

const failures: Readonly<Record<string, () => unknown>> = failuresOfResources;

test.each([
  ["account-from-directory", /as `getent passwd bob` shows[\s\S]*next: choose another name; or take this account out/],
  ["ldap-authorities-missing", /next: copy the PEM certificate of the authority .*`apt-get install ca-certificates`/],
  ["ldap-file-broken", /next: put line 1 right by hand, or a # before it .*then run `pulumi up` again/],
  ["master-cf-broken", /next: put line 1 of \/etc\/postfix\/master\.cf right by hand \(`postconf -M` complains until/],
  ["port-in-use", /next: find that program \(`ss -ltnp` .*run `pulumi up` again/],
  ["postfix-stop-unasked", /next: configure tls: .*say finalState: stopped\. Only for .*allowCleartext: true/],
  [
    "saslauthd-in-use-elsewhere",
    /next: where something asks there, .*unit of its own first .*When nothing uses .*START=no/,
  ],
  ["saslauthd-unit-foreign", /next: where something else .*first .*`mv (\S+) \1\.off`, `systemctl daemon-reload`/],
  ["saslauthd-unit-masked", /next: find out who masked it and why.*`systemctl unmask saslauthd`/],
  [
    "settings-file-crlf",
    /next: take the carriage returns out.*`sed -i 's\/\\r\$\/\/' \S+`, then run `pulumi up` again/,
  ],
])("%s", (code, words) => {
  expect(failures[code]).toThrow(words);
});

test("a key and a certificate are put into one file that nobody else can read", () => {
  expect(wrongOrder(["CERTIFICATE", "KEY"], [])?.next).toContain("(umask 077; cat key.pem fullchain.pem > NEW)");
});

test("a reload that fails says where Postfix tells more", () => {
  expect(reloadPostfix("test").next).toMatch(/`journalctl -u 'postfix\*' -n 50` there tells more/);
});
