// Debian 14, which is not released yet, from bare to bare, by root. Its purge of postfix leaves main.cf and master.cf.
import { expect, jest, test } from "@jest/globals";
import { destroyHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, snapshot } from "../support/index.ts";
import { lifeCycle } from "./life-cycle.ts";

jest.setTimeout(300_000);
lifeCycle({ debian: 14, user: "root", leaves: /\/etc\/postfix(\/(main|master)\.cf)?( |$)/ });

test("Debian 14: what nobody edited in between is gone after destroy", async () => {
  const host = await freshHost("untouched14", 14);
  const before = await snapshot(host);
  const stack = await Stack.create("untouched-14");
  const { address, privateKeyFile, knownHostsFile } = host;
  stack.configure({
    hosts: [{ name: "mail", connection: { host: address, privateKeyFile, knownHostsFile } }],
    proofUsername: mailUser.name,
  });
  await stack.configureSecret("proofPassword", mailUser.password);

  expectSuccess(await stack.up());
  expectSuccess(await stack.destroy());

  expect(await snapshot(host)).toEqual(before);
  stack.forget();
  await destroyHost(host);
});
