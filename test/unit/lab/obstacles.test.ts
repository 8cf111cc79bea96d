// What keeps a machine from booting hosts is said with the flag or the command that helps.
import { expect, test } from "@jest/globals";
import { missingCapabilities } from "../../../lab/hosts/capabilities.ts";
import { dockerLine } from "../../../lab/hosts/obstacle.ts";
import { movedRequests } from "../../support/moved-requests.ts";

/** As /proc/self/status shows them. */
const status = (effective: string) => `Name:\tnode\nCapInh:\t0000000000000000\nCapEff:\t${effective}\nCapBnd:\t0\n`;

test.each([
  ["all of them", "000001ffffffffff", []],
  ["Docker's by default", "00000000a80425fb", ["NET_ADMIN", "SYS_ADMIN"]],
  ["Docker's with the two", "00000000a82435fb", []],
  ["none, as a user", "0000000000000000", expect.arrayContaining(["SYS_CHROOT", "SYS_ADMIN", "NET_ADMIN", "SETGID"])],
])("capabilities: %s", (_what, effective, missing) => {
  expect(missingCapabilities(status(effective))).toEqual(missing);
});

test("the line for Docker gives each that is missing", () => {
  expect(dockerLine(["NET_ADMIN", "SYS_CHROOT"])).toContain("docker run --cap-add NET_ADMIN --cap-add SYS_CHROOT ");
});

test("requests to a host in a folder are moved, whole, however they were cut on their way", () => {
  const { requests, answers } = movedRequests("/tmp/folder", "… ready-0a1b … head -c 4 …");
  const sent = Buffer.from("go-0a1b\nloop33\nanswer 'cat /etc/postfix/main.cf'8\nanswer x");

  const passed = Buffer.concat([...sent].map((byte) => requests(Buffer.from([byte])))).toString();

  const first = `export ROOT='/tmp/folder' PATH='/tmp/folder/bin':"$PATH"\nanswer 'cat /tmp/folder/etc/postfix/main.cf'`;
  const second = `export ROOT='/tmp/folder' PATH='/tmp/folder/bin':"$PATH"\nanswer x`;
  expect(passed).toBe(`go-0a1b\nloop${first.length}\n${first}${second.length}\n${second}`);
  const answered = answers();
  expect(`${answered(Buffer.from("in /tmp/fol"))}${answered(Buffer.from("der/etc\n0a1b 0\n"))}`).toBe(
    "in /etc\n0a1b 0\n",
  );
});
