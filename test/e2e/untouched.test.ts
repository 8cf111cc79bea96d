// A host that nobody touches between `up` and `destroy`, on a release whose purge of postfix leaves an edited main.cf and master.cf.
import { expect, jest, test } from "@jest/globals";
import { destroyHost } from "../../lab/hosts/index.ts";
import { expectSuccess, freshHost, mailUser, Stack, snapshot } from "../support/index.ts";
import { onRelease } from "../support/release.ts";

jest.setTimeout(300_000);
onRelease((debian) => {
  test(`Debian ${debian}: what nobody edited in between is gone after destroy`, async () => {
    const host = await freshHost(`untouched${debian}`, debian);
    const before = await snapshot(host);
    const stack = await Stack.create(`untouched-${debian}`);
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
});
