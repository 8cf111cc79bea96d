// What a host says of its system, in the texts of real os-release files, and what is made of it before anything else is asked.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { machine } from "../../../providers/facts/machine.ts";
import { supportOf } from "../../../providers/facts/supported-system.ts";
import { answer } from "../../support/fake-answers.ts";

const debian = (number: string, codename: string) => `PRETTY_NAME="Debian GNU/Linux ${number} (${codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${number}"
VERSION="${number} (${codename})"
VERSION_CODENAME=${codename}
ID=debian
HOME_URL="https://www.debian.org/"`;

const forky = `PRETTY_NAME="Debian GNU/Linux forky/sid"
NAME="Debian GNU/Linux"
VERSION_CODENAME=forky
ID=debian`;

const ubuntu = (version: string, number: string, codename: string) => `PRETTY_NAME="Ubuntu ${version} LTS"
NAME="Ubuntu"
VERSION_ID="${number}"
VERSION_CODENAME=${codename}
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=${codename}`;

const raspbian = `PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"
NAME="Raspbian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=raspbian
ID_LIKE=debian`;

const devuan = `PRETTY_NAME="Devuan GNU/Linux 5 (daedalus)"
NAME="Devuan GNU/Linux"
VERSION_ID="5"
VERSION="5 (daedalus)"
VERSION_CODENAME="daedalus"
ID=devuan
ID_LIKE=debian`;

const lmde = `NAME="LMDE"
VERSION="6 (faye)"
ID=linuxmint
ID_LIKE=debian
PRETTY_NAME="LMDE 6 (faye)"
VERSION_ID="6"
VERSION_CODENAME=faye
DEBIAN_CODENAME=bookworm`;

const mint = `NAME="Linux Mint"
VERSION="22 (Wilma)"
ID=linuxmint
ID_LIKE="ubuntu debian"
PRETTY_NAME="Linux Mint 22"
VERSION_ID="22"
VERSION_CODENAME=wilma
UBUNTU_CODENAME=noble`;

const kali = `PRETTY_NAME="Kali GNU/Linux Rolling"
NAME="Kali GNU/Linux"
VERSION_ID="2025.2"
VERSION_CODENAME=kali-rolling
ID=kali
ID_LIKE=debian`;

const alpine = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"`;

const rocky = `NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"`;

const arch = `NAME="Arch Linux"
PRETTY_NAME="Arch Linux"
ID=arch`;

interface Told {
  readonly osRelease: string;
  readonly debianVersion?: string;
  readonly init?: string;
  readonly board?: string;
}

/** The answer of a host, line by line. */
function told({ osRelease, debianVersion = "", init = "systemd", board = "" }: Told) {
  return machine.parse(answer(`0123456789abcdef\n${init}\n${debianVersion}\n${board}\n${osRelease}\n`));
}

describe("tried, so nothing is said of", () => {
  test.each<[string, Told]>([
    ["Debian 11", { osRelease: debian("11", "bullseye"), debianVersion: "11.11" }],
    ["Debian 12", { osRelease: debian("12", "bookworm"), debianVersion: "12.5" }],
    ["Debian 13", { osRelease: debian("13", "trixie"), debianVersion: "13.1" }],
    ["Debian 14 before its release", { osRelease: forky, debianVersion: "forky/sid" }],
  ])("%s", (_what, host) => {
    expect(supportOf(told(host))).toEqual({ kind: "tried" });
  });
});

describe("told as what it is, and not tried:", () => {
  test.each<[string, Told, string]>([
    [
      "Ubuntu 22.04",
      { osRelease: ubuntu("22.04.5", "22.04", "jammy"), debianVersion: "bookworm/sid" },
      "Ubuntu 22.04.5 LTS: like Debian 12, not tried",
    ],
    [
      "Ubuntu 24.04",
      { osRelease: ubuntu("24.04.1", "24.04", "noble"), debianVersion: "trixie/sid" },
      "Ubuntu 24.04.1 LTS: like Debian 13, not tried",
    ],
    [
      "Raspberry Pi OS of 32 bits",
      { osRelease: raspbian, debianVersion: "12.5", board: "pi" },
      "Raspberry Pi OS (Raspbian GNU/Linux 12 (bookworm)): like Debian 12, not tried",
    ],
    [
      "Raspberry Pi OS of 64 bits, which calls itself Debian",
      { osRelease: debian("13", "trixie"), debianVersion: "13.1", board: "pi" },
      "Raspberry Pi OS (Debian GNU/Linux 13 (trixie)): like Debian 13, not tried",
    ],
    [
      "Raspbian on another board",
      { osRelease: raspbian },
      "Raspbian GNU/Linux 12 (bookworm): like Debian 12, not tried",
    ],
    ["LMDE", { osRelease: lmde, debianVersion: "12.4" }, "LMDE 6 (faye): like Debian 12, not tried"],
    ["Linux Mint", { osRelease: mint, debianVersion: "trixie/sid" }, "Linux Mint 22: like Debian 13, not tried"],
    ["Kali", { osRelease: kali, debianVersion: "kali-rolling" }, "Kali GNU/Linux Rolling: not tried"],
    [
      "Devuan with systemd",
      { osRelease: devuan, debianVersion: "12.0" },
      "Devuan GNU/Linux 5 (daedalus): like Debian 12, not tried",
    ],
    [
      "Debian 10",
      { osRelease: debian("10", "buster"), debianVersion: "10.13" },
      "Debian GNU/Linux 10 (buster): not tried",
    ],
  ])("%s", (_what, host, words) => {
    expect(supportOf(told(host))).toEqual({
      kind: "not tried",
      words: `${words}; this program is tried on Debian 11, 12, 13, 14`,
    });
  });
});

describe("not supported, with the reason:", () => {
  test.each<[string, Told, string]>([
    ["Devuan", { osRelease: devuan, init: "init" }, "Devuan GNU/Linux 5 (daedalus) without systemd: process 1 is init"],
    [
      "a container of Debian",
      { osRelease: debian("12", "bookworm"), init: "sshd" },
      "Debian GNU/Linux 12 (bookworm) without systemd: process 1 is sshd",
    ],
    ["Alpine", { osRelease: alpine, init: "init" }, "Alpine Linux v3.20 is neither Debian nor derived from it"],
    ["Rocky", { osRelease: rocky }, "Rocky Linux 9.4 (Blue Onyx) is neither Debian nor derived from it"],
    ["Arch", { osRelease: arch }, "Arch Linux is neither Debian nor derived from it"],
    ["a host without os-release", { osRelease: "" }, "the host has no os-release(5)"],
  ])("%s", (_what, host, words) => {
    expect(supportOf(told(host))).toEqual({
      kind: "not supported",
      words: expect.stringContaining(words),
      next: expect.stringContaining("Debian, or a system derived from it, that was booted with systemd"),
    });
  });
});

test("a value is read as a shell reads it: in either quotes, with what is escaped", () => {
  const { osRelease } = told({ osRelease: 'NAME=\'A B\'\nPRETTY_NAME="a \\"b\\" \\$c"\n# no=field\nID=debian' }).system;

  expect(osRelease).toEqual({ NAME: "A B", PRETTY_NAME: 'a "b" $c', ID: "debian" });
});

test("this machine is described in the same way by its own shell", () => {
  const { stdout, status } = spawnSync("/bin/sh", ["-c", machine.question.text]);

  const { release } = machine.parse(answer(stdout, status ?? 1));

  expect(release).toBe(spawnSync("/bin/sh", ["-c", '. /etc/os-release; printf %s "$PRETTY_NAME"']).stdout.toString());
});
