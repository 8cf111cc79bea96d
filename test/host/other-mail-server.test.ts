// A host with Exim, as many a Debian comes: Postfix and Exim exclude each other, and nobody's mail server is removed without a word.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { freshHost, shell, snapshot } from "../support/index.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(120_000);

let host: LabHost;

beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
  host = await freshHost("host13-exim", 13);
  await shell(
    host,
    "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y exim4-daemon-light >/dev/null 2>&1",
  );
});

afterAll(async () => {
  if (host === undefined) return;
  await hangUp(host);
  await destroyHost(host);
});

test("SaslPackage names what apt would remove for Postfix, and installs nothing", async () => {
  const before = await snapshot(host);
  const resource = await ResourceOnHost.of(host, { kind: "SaslPackage", given: {} });

  const refused = resource.create();

  await expect(refused).rejects.toThrow(
    /apt would remove: .*exim4-daemon-light.* cannot stay beside [\s\S]*next: .*`apt-get -s install --no-install-recommends libsasl2-modules sasl2-bin postfix`/,
  );
  await resource.delete();
  expect(await snapshot(host)).toEqual(before);
});
