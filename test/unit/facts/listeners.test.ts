// Where a dialogue with Postfix goes, and whether anybody outside can have one.
import { describe, expect, test } from "@jest/globals";
import { addressToConnect, onLoopbackOnly } from "../../../providers/facts/listeners.ts";

const on = (...addresses: string[]) => addresses.map((address) => ({ address, port: 465, program: "master" }));
const nginx = { address: "127.0.0.1", port: 465, program: "nginx" };

describe("a dialogue goes to", () => {
  test.each([
    ["the loopback where all addresses are served", on("[::]", "0.0.0.0"), "127.0.0.1"],
    ["the loopback where one socket serves both families", on("*"), "127.0.0.1"],
    ["the loopback beside another address", on("192.0.2.7", "127.0.0.1"), "127.0.0.1"],
    ["IPv6's loopback where only IPv6 is served", on("[::]"), "::1"],
    ["the only address", on("192.0.2.7"), "192.0.2.7"],
    ["the only address, of IPv6", on("[2001:db8::7]"), "2001:db8::7"],
    ["Postfix, and not to another program on the loopback", [nginx, ...on("192.0.2.7")], "192.0.2.7"],
    ["the loopback where nobody is seen", [], "127.0.0.1"],
    ["no text that is not an address", on('127.$",pid=1),("`/tmp/x`', "192.0.2.7"), "192.0.2.7"],
    ["an address of one interface", on("[fe80::1]%eth0"), "fe80::1%eth0"],
  ])("%s", (_where, found, address) => {
    expect(addressToConnect(found, 465)).toBe(address);
  });
});

test.each([
  ["all addresses", on("0.0.0.0"), []],
  ["the loopback and another", on("127.0.0.1", "192.0.2.7"), []],
  ["the loopbacks alone", on("127.0.0.1", "[::1]"), [465]],
  ["the loopback, while another program has the rest", [...on("127.0.0.1"), { ...nginx, address: "192.0.2.7" }], [465]],
  ["nobody: that is another matter", [], []],
])("only from the host itself: %s", (_what, found, ports) => {
  expect(onLoopbackOnly(found, [465])).toEqual(ports);
});
