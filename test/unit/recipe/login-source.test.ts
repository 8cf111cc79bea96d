// The realm that the options of the ports give to an account of sasldb: only one that a realm can be.
import { expect, test } from "@jest/globals";
import { wrongRealm } from "../../../providers/recipe/login-source.ts";

const alice = { name: "alice", store: "sasldb" } as const;
const options = (realm: unknown) => ({ smtpd_sasl_local_domain: realm });

test.each([
  ["$mydomain", /^smtpd_sasl_local_domain is \$mydomain, whose value only the host knows: give .* alice a realm$/],
  ["my realm", /^smtpd_sasl_local_domain is my realm, which is no host or domain name: give .* alice a realm$/],
])("%s is refused for an account without its own", (realm, wrong) => {
  expect(wrongRealm({ accounts: [alice], options: options(realm) })).toMatch(wrong);
});

test.each([
  ["a realm", [alice], options("example.org")],
  ["the host's own", [alice], options("")],
  ["an output, which is not known yet", [alice], options(Promise.resolve("$mydomain"))],
  ["the account's own", [{ ...alice, realm: "example.org" }], options("$mydomain")],
  ["that of users of the host, who have none", [{ name: "bob" }], options("$mydomain")],
  ["none", [alice], undefined],
])("nothing is wrong with %s", (_what, accounts, given) => {
  expect(wrongRealm({ accounts, options: given })).toBeUndefined();
});
