// The address that mail clients can be expected to use: known only where SSH goes straight to the host.
import { expect, test } from "@jest/globals";
import { addressForClients } from "../../../providers/recipe/settings.ts";

const host = "192.0.2.1";

test.each([
  ["the host itself", { host }, host],
  ["the host itself, with its port", { host, port: 22 }, host],
  ["a forwarded port", { host, port: 2222 }, ""],
  ["a jump host", { host, proxy: { host: "jump" } }, ""],
  ["an alias of ssh_config", { host: "mail", sshConfigFile: "~/.ssh/config" }, ""],
])("%s", (_what, connection, address) => {
  expect(addressForClients(connection)).toBe(address);
});
