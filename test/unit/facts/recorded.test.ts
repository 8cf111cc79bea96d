// Every fact reads what real Debian hosts answered, before and after the whole configuration was applied.
import { describe, expect, test } from "@jest/globals";
import { groupExists, groupsOf, userExists } from "../../../providers/facts/account.ts";
import { installedPackages, statOverrideOf } from "../../../providers/facts/dpkg.ts";
import { fileAt, firstMissingPart, statusOf } from "../../../providers/facts/file.ts";
import { listeners } from "../../../providers/facts/listeners.ts";
import { configurationDigest, masterProcesses } from "../../../providers/facts/postfix.ts";
import { processesOf } from "../../../providers/facts/process.ts";
import { parseSaslauthdOptions, saslauthdPath } from "../../../providers/facts/saslauthd.ts";
import { portsNotServed } from "../../../providers/facts/served-ports.ts";
import { unitStatus } from "../../../providers/facts/systemd.ts";
import { fixture, recorded, releases } from "../../support/fake-answers.ts";

const directory = "/var/spool/postfix/var/run/saslauthd";

describe.each(releases)("on Debian %i as installed", (release) => {
  test("nothing of the configuration is there", () => {
    expect(recorded(release, "stock", statOverrideOf(directory))).toBeNull();
    expect(recorded(release, "stock", statusOf(directory))).toBeNull();
    expect(recorded(release, "stock", fileAt("/etc/postfix/sasl/smtpd.conf"))).toBeNull();
    expect(recorded(release, "stock", firstMissingPart(directory))).toBe("/var/spool/postfix/var");
    expect(recorded(release, "stock", groupsOf("postfix"))).toEqual(["postfix"]);
    expect(recorded(release, "stock", processesOf(saslauthdPath))).toEqual([]);
  });

  test("users and groups that exist are told from those that do not", () => {
    expect(recorded(release, "stock", userExists("postfix"))).toBe(true);
    expect(recorded(release, "stock", userExists("no-such-user"))).toBe(false);
    expect(recorded(release, "stock", groupExists("sasl"))).toBe(true);
    expect(recorded(release, "stock", groupExists("no-such-group"))).toBe(false);
    expect(recorded(release, "stock", groupsOf("nobody-here"))).toBeNull();
  });

  test("a file comes with its bytes, owner and mode", () => {
    expect(recorded(release, "stock", fileAt("/etc/default/saslauthd"))).toEqual({
      type: "regular file",
      mode: "644",
      owner: "root",
      group: "root",
      realPath: "/etc/default/saslauthd",
      content: fixture(release, "saslauthd"),
    });
  });

  test("an empty file is a file without bytes, and a directory in the place of a file is unreadable", () => {
    expect(recorded(release, "stock", fileAt("/etc/resolv.conf"))?.content).toEqual(Buffer.alloc(0));
    expect(() => recorded(release, "stock", fileAt("/etc"))).toThrow("Is a directory");
  });

  test("Postfix runs and serves port 25 alone", () => {
    const [master] = recorded(release, "stock", masterProcesses);
    const found = recorded(release, "stock", listeners);

    expect(master?.argv[0]).toMatch(/master$/);
    expect(portsNotServed(found, [25, 465])).toEqual([465]);
    expect(portsNotServed(found, [22])).toEqual([22]);
  });

  test("the packages are installed, with their versions", () => {
    const packages = recorded(release, "stock", installedPackages);

    expect(packages.postfix).toMatch(/^3\.\d+\.\d+/);
    expect(packages["sasl2-bin"]).toMatch(/^2\.1\.28/);
    expect(packages.exim4).toBeUndefined();
  });
});

describe.each(releases)("on Debian %i when configured", (release) => {
  test("the directory is registered and made, with the socket in it", () => {
    const desired = { owner: "root", group: "sasl", mode: "710" };
    const socket = recorded(release, "configured", statusOf(`${directory}/mux`));

    expect(recorded(release, "configured", statOverrideOf(directory))).toEqual(desired);
    expect(recorded(release, "configured", statusOf(directory))).toEqual({ ...desired, type: "directory" });
    expect(socket).toMatchObject({ type: "socket", mode: "777" });
    expect(recorded(release, "configured", firstMissingPart(directory))).toBeNull();
  });

  test("the first saslauthd process is the parent, with all of its options", () => {
    const processes = recorded(release, "configured", processesOf(saslauthdPath));
    const [parent, ...children] = processes;

    expect(processes).toHaveLength(5);
    expect(children.every((child) => child.parent === parent?.pid)).toBe(true);
    expect(parseSaslauthdOptions(parent?.argv.slice(1) ?? [])).toEqual({
      mechanism: "pam",
      socketDirectory: directory,
      cache: true,
      realmInLogin: false,
      mechanismOption: null,
      threads: 5,
      others: [],
    });
  });

  test("both ports are Postfix's, and the digest tells this configuration from the stock one", () => {
    const digest = recorded(release, "configured", configurationDigest);

    expect(portsNotServed(recorded(release, "configured", listeners), [25, 465])).toEqual([]);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digest).not.toBe(recorded(release, "stock", configurationDigest));
  });

  test("units are told apart: enabled, disabled", () => {
    const postfix = recorded(release, "configured", unitStatus("postfix"));

    expect(postfix).toEqual({ load: "loaded", active: "active", enabled: "enabled" });
    expect(recorded(release, "stock", unitStatus("saslauthd")).enabled).toBe("disabled");
    expect(recorded(release, "configured", unitStatus("saslauthd")).enabled).toBe("enabled");
  });
});
