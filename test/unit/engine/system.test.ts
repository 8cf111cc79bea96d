// The system of a host is told before anything that only a Debian can answer, and a host that cannot be managed is not asked further.
import { expect, test } from "@jest/globals";
import { protocolOf } from "../../../providers/engine/protocol.ts";
import { Run } from "../../../providers/engine/run.ts";
import { Host } from "../../../providers/host/host.ts";
import { Hosts } from "../../../providers/host/hosts.ts";
import { fakeHost } from "../../support/fake-ssh-host.ts";
import type { Speaker } from "../../support/spoken-shell.ts";

const alpine = 'NAME="Alpine Linux"\nID=alpine\nPRETTY_NAME="Alpine Linux v3.20"\n';
const ubuntu = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\n';
const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';

/** A host that says what it is, and has none of Debian's tools. */
const speaking =
  (init: string, version: string, osRelease: string): Speaker =>
  (script) =>
    script.includes("/etc/machine-id")
      ? { code: 0, stdout: `0123456789abcdef\n${init}\n${version}\n\n${osRelease}` }
      : { code: 127, stdout: "", stderr: "sh: dpkg-query: not found" };

test.each([
  ["of another family", "init", "", alpine, "Alpine Linux v3.20 is neither Debian nor derived from it"],
  ["without systemd", "sshd", "12.5", debian, "Debian GNU/Linux 12 (bookworm) without systemd: process 1 is sshd"],
])("a first up on a host %s says what the host is, and nothing of what could not be read", async (...row) => {
  const [, init, version, osRelease, words] = row;
  await using fake = await fakeHost({ speak: speaking(init, version, osRelease) });
  const hosts = new Hosts();
  const protocol = protocolOf(new Run(undefined, hosts));
  const { inputs } = await protocol.check("SaslPackage", {}, { connection: fake.connection() });

  const { message } = await protocol.create("SaslPackage", inputs).then(
    () => new Error("it was made"),
    (error: Error) => error,
  );
  await hosts.close();

  expect(message).toContain(words);
  expect(message).toContain("nothing was changed");
  expect(message).not.toContain("not found");
});

test("a system that was never tried is told once a host, however often it is looked at", async () => {
  await using fake = await fakeHost({ speak: speaking("systemd", "trixie/sid", ubuntu) });
  const host = new Host(fake.connection());
  const warnings: string[] = [];
  host.tellTo(Object.assign(() => {}, { warn: (line: string) => warnings.push(line), delivered: async () => {} }));

  const machines = [await host.machine(), await host.machine()];
  await host.close();

  expect(machines.map(({ release }) => release)).toEqual(["Ubuntu 24.04.1 LTS", "Ubuntu 24.04.1 LTS"]);
  expect(warnings).toEqual([expect.stringMatching(/^Ubuntu 24\.04\.1 LTS: like Debian 13, not tried/)]);
});
