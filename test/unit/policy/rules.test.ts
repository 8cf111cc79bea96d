// The rules of the policy pack, each with what it refuses and what it lets pass.
import { expect, test } from "@jest/globals";
import {
  lowTls,
  onSameHost,
  openNetworks,
  type Placed,
  takesCleartextPasswords,
  unpinned,
} from "../../../policy/rules.ts";

const auth = { smtpd_sasl_auth_enable: "yes" };

test.each([
  ["AUTH without TLS", auth, true],
  ["AUTH in capital letters", { smtpd_sasl_auth_enable: "YES" }, true],
  ["AUTH as main.cf has it", { smtpd_sasl_auth_enable: "$my_auth" }, true],
  ["AUTH where TLS is optional", { ...auth, smtpd_tls_security_level: "may" }, true],
  ["AUTH after STARTTLS only", { ...auth, smtpd_tls_security_level: "may", smtpd_tls_auth_only: "yes" }, false],
  ["AUTH where TLS is needed for all", { ...auth, smtpd_tls_security_level: "encrypt" }, false],
  ["AUTH where TLS is needed for all, in capital letters", { ...auth, smtpd_tls_security_level: "ENCRYPT" }, false],
  ["AUTH on implicit TLS", { ...auth, smtpd_tls_wrappermode: "yes" }, false],
  ["no AUTH", { smtpd_tls_security_level: "none" }, false],
])("cleartext passwords: %s", (_what, options, refused) => {
  expect(takesCleartextPasswords(options)).toBe(refused);
});

test.each([
  ["implicit TLS with nothing said", { smtpd_tls_wrappermode: "yes" }, true],
  ["the default of Postfix", { smtpd_tls_wrappermode: "yes", smtpd_tls_mandatory_protocols: ">=TLSv1" }, true],
  ["a lowest version of 1.2", { smtpd_tls_wrappermode: "yes", smtpd_tls_mandatory_protocols: ">=TLSv1.2" }, false],
  ["the other parameter", { smtpd_tls_wrappermode: "yes", smtpd_tls_protocols: ">=TLSv1.2" }, true],
  ["old ones left out", { smtpd_tls_security_level: "may", smtpd_tls_protocols: "!SSLv3, !TLSv1, !TLSv1.1" }, false],
  ["one old one forgotten", { smtpd_tls_security_level: "may", smtpd_tls_protocols: "!SSLv3, !TLSv1" }, true],
  ["new ones named", { smtpd_tls_security_level: "encrypt", smtpd_tls_mandatory_protocols: "TLSv1.2:TLSv1.3" }, false],
  ["an old one named", { smtpd_tls_security_level: "encrypt", smtpd_tls_mandatory_protocols: "TLSv1.1 TLSv1.2" }, true],
  ["implicit TLS in capital letters", { smtpd_tls_wrappermode: "YES" }, true],
  ["mandatory TLS with a capital letter", { smtpd_tls_security_level: "Encrypt" }, true],
  ["optional TLS with a capital letter", { smtpd_tls_security_level: "May" }, true],
  ["no TLS at all", {}, false],
  [
    "a level that the host alone knows",
    { smtpd_tls_security_level: "$my_level", smtpd_tls_mandatory_protocols: ">=TLSv1" },
    true,
  ],
  ["implicit TLS that the host alone knows", { smtpd_tls_wrappermode: "$my_wrapper" }, true],
])("TLS floor: %s", (_what, options, refused) => {
  expect(lowTls({ service: "smtps", options }).length > 0).toBe(refused);
});

test.each([
  ["everybody", "127.0.0.0/8 0.0.0.0/0", ["0.0.0.0/0"]],
  ["half of everybody", "128.0.0.0/1", ["128.0.0.0/1"]],
  ["everybody in IPv6", "[::1]/128, [::]/0", ["[::]/0"]],
  ["all of public IPv6", "[2000::]/3", ["[2000::]/3"]],
  ["private networks", "127.0.0.0/8, 10.0.0.0/8 192.168.0.0/16 [fc00::]/7 [fe80::]/10", []],
  ["one host", "192.0.2.7", []],
  ["a table", "cidr:/etc/postfix/networks", []],
])("open networks: %s", (_what, mynetworks, refused) => {
  const complaints = openNetworks({ service: "smtps", options: { mynetworks } });

  expect(complaints).toHaveLength(refused.length);
  for (const network of refused) expect(complaints.join()).toContain(network);
});

test("open networks: a style that trusts neighbours", () => {
  expect(openNetworks({ service: "smtps", options: { mynetworks_style: "class" } })).toHaveLength(1);
  expect(openNetworks({ service: "smtps", options: { mynetworks_style: "Class" } })).toHaveLength(1);
  expect(openNetworks({ service: "smtps", options: { mynetworks_style: "host" } })).toEqual([]);
});

test("host keys: each hop needs one, and the complaint names the host of the stack and the key", () => {
  const hostKey = "SHA256:x";
  const complaintsOf = (connection: Placed["connection"]) =>
    unpinned({ hostName: "mx", connection }).map((complaint) => complaint.replace(/ is not set.*/, ""));

  expect(complaintsOf({ host: "mail1", hostKey })).toEqual([]);
  expect(complaintsOf({ host: "mail1", hostKey, proxy: { host: "jump", hostKey } })).toEqual([]);
  expect(complaintsOf({ host: "mail1", proxy: { host: "jump" } })).toEqual([
    "mx: connection.hostKey of mail1",
    "mx: connection.proxy.hostKey of jump",
  ]);
});

const connection = { host: "10.0.0.5" };

test.each<[string, Placed, Placed, boolean]>([
  [
    "one name, reached by two addresses",
    { hostName: "a", connection },
    { hostName: "a", connection: { host: "b" } },
    true,
  ],
  ["two names with one address", { hostName: "a", connection }, { hostName: "b", connection }, false],
  ["no names and one address", { connection }, { connection: { host: "10.0.0.5", port: 22 } }, true],
  ["a name on one of two with one address", { hostName: "a", connection }, { connection }, true],
  ["no names and two ports", { connection }, { connection: { ...connection, port: 2222 } }, false],
  [
    "no names and two jump hosts",
    { connection: { ...connection, proxy: { host: "jump1" } } },
    { connection: { ...connection, proxy: { host: "jump2" } } },
    false,
  ],
])("the same host: %s", (_what, one, other, same) => {
  expect(onSameHost(one, other)).toBe(same);
});
