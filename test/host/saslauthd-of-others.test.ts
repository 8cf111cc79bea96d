// Hosts where saslauthd has a history of its own: tuned, serving another program, edited and not loaded, started by a unit that somebody
// wrote. Seen by its argument list, its sockets and its files; put back to the byte.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost } from "../../lab/hosts/index.ts";
import { argvOf, freshHost, mailUser, shell } from "../support/index.ts";
import { onRelease } from "../support/release.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";

jest.setTimeout(400_000);

const path = "/etc/default/saslauthd";
const ours = "/var/spool/postfix/var/run/saslauthd";

onRelease((debian) => {
  let host: LabHost;
  let stock: string;
  let said: string[] = [];

  beforeAll(async () => {
    jest.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
    host = await freshHost(`others${debian}`, debian);
    await (await ResourceOnHost.of(host, { kind: "SaslPackage", given: {} })).create();
    await (await ResourceOnHost.of(host, { kind: "StatOverride", given: {} })).create();
    stock = await shell(host, `base64 -w 0 ${path}`);
  });

  beforeEach(() => {
    said = [];
  });

  afterEach(async () => {
    await shell(
      host,
      `systemctl disable --now saslauthd >/dev/null 2>&1; systemctl disable --now saslauthd-xmpp >/dev/null 2>&1; pkill -9 -x saslauthd
rm -rf /etc/systemd/system/saslauthd.service /etc/systemd/system/saslauthd-xmpp.service /etc/systemd/system/saslauthd.service.d /etc/default/xmpp-saslauthd /var/lib/sasl-mail-host
systemctl daemon-reload; systemctl reset-failed saslauthd 2>/dev/null; deluser --quiet xmpp 2>/dev/null; rm -f ${ours}/*; echo ${stock} | base64 -d > ${path}`,
    );
  });

  afterAll(async () => {
    if (host === undefined) return;
    await hangUp(host);
    await destroyHost(host);
  });

  const saslauthd = (given = {}) => ResourceOnHost.of(host, { kind: "SaslauthdService", given });
  const fileNow = () => shell(host, `cat ${path}; echo .`);

  /** The default file as somebody wants it, and its daemon. */
  async function served({ mechanism = "pam", threads = 5, options = "-c -m /var/run/saslauthd", start = true }) {
    await shell(
      host,
      `sed -i '/^START=/d; s/^MECHANISMS=.*/MECHANISMS="${mechanism}"/; s/^THREADS=.*/THREADS=${threads}/; s|^OPTIONS=.*|OPTIONS="${options}"|' ${path}
echo START=yes >> ${path}
${start ? "systemctl enable saslauthd >/dev/null 2>&1; systemctl restart saslauthd; for try in $(seq 50); do pgrep -x saslauthd >/dev/null && break; sleep 0.1; done" : ":"}`,
    );
  }

  test("as many processes, and the same options, after the directory is another one", async () => {
    await served({ threads: 12, options: "-c -t 600 -s 1024 -V -m /var/run/saslauthd" });
    const before = await fileNow();
    const resource = await saslauthd();

    await resource.create();

    expect(await argvOf(host, "saslauthd")).toBe(`/usr/sbin/saslauthd -a pam -c -m ${ours} -V -s 1024 -t 600 -n 12`);
    expect(await resource.refresh()).toEqual({ changes: false });
    await resource.delete();
    expect(await fileNow()).toBe(before);
    expect(await argvOf(host, "saslauthd")).toContain("-t 600 -s 1024 -V -m /var/run/saslauthd -n 12");
  });

  test("what the program says of processes and options is what counts", async () => {
    await served({ threads: 12, options: "-c -t 600 -m /var/run/saslauthd" });
    const resource = await saslauthd({ threads: 2, options: ["-V"] });

    await resource.create();

    expect(await argvOf(host, "saslauthd")).toBe(`/usr/sbin/saslauthd -a pam -c -m ${ours} -V -n 2`);
    await shell(host, `sed -i 's/ -V"/ -V -l"/' ${path}`);
    expect(await resource.refresh()).toEqual({ changes: true });
    await resource.delete();
  });

  describe("that no longer reacts to SIGTERM, as one that waits for its own lock", () => {
    test.each([
      ["the unit's own", () => served({ threads: 12 })],
      [
        "one that was started by hand on our socket",
        () => shell(host, `/usr/sbin/saslauthd -a shadow -n 3 -m ${ours}`),
      ],
    ])("%s: none of it is left beside the new one", async (_what, start) => {
      await start();
      await shell(host, "pkill -STOP -x saslauthd");
      const resource = await saslauthd({ threads: 2, cache: false });

      await resource.create();

      expect(await shell(host, "ps -o args= -C saslauthd")).toBe(
        `/usr/sbin/saslauthd -a pam -m ${ours} -n 2\n/usr/sbin/saslauthd -a pam -m ${ours} -n 2`,
      );
      await resource.delete();
    });
  });

  describe("that serves another program", () => {
    const claim = { socketDirectory: ours, mechanism: "pam", takeOver: false };

    test.each([
      ["with another mechanism", "ldap", ":", /it asks ldap, and not pam/],
      [
        "which may go through its door",
        "pam",
        "adduser --quiet --system --ingroup sasl xmpp",
        /xmpp in the group sasl/,
      ],
      [
        "whose SASL file names it",
        "pam",
        "mkdir -p /etc/sasl; printf 'pwcheck_method: saslauthd\\n' > /etc/sasl/xmpp.conf",
        /\/etc\/sasl\/xmpp\.conf names it/,
      ],
    ])("%s: refused with the packages already, and nothing is touched", async (_what, mechanism, prepare, says) => {
      await served({ mechanism });
      await shell(host, prepare);
      const before = `${await fileNow()}${await shell(host, "pgrep -x saslauthd")}`;
      const packages = await ResourceOnHost.of(host, { kind: "SaslPackage", given: { saslauthd: claim } });

      for (const resource of [packages, await saslauthd()]) {
        const refused = resource.create();
        await expect(refused).rejects.toThrow(says);
        await expect(refused).rejects.toThrow(
          /nothing was changed[\s\S]*unit of its own first.*takeOverSaslauthd: true/,
        );
      }

      expect(`${await fileNow()}${await shell(host, "pgrep -x saslauthd")}`).toBe(before);
      await shell(host, "rm -rf /etc/sasl");
    });

    test("taken over where it is asked for, with what it served in the log", async () => {
      await served({ mechanism: "shadow" });
      const resource = await saslauthd({ takeOver: true });

      await resource.create();

      expect(said.join("\n")).toContain("/var/run/saslauthd, served with shadow until now, is left, as takeOver says");
      expect(await argvOf(host, "saslauthd")).toContain(`-a pam -c -m ${ours}`);
      await resource.delete();
      expect(await argvOf(host, "saslauthd")).toContain("-a shadow -c -m /var/run/saslauthd");
    });

    test("taken over as Debian ships it, since nothing asks there", async () => {
      await served({});
      const resource = await saslauthd();

      await resource.create();

      expect(said.join("\n")).toContain("served with pam until now, is left: nothing on this host but Postfix");
      await resource.delete();
    });

    test("goes on beside ours once it has a unit of its own, as docs/taking-over.md has it", async () => {
      await served({ mechanism: "shadow" });
      await shell(host, unitOfItsOwn);
      const theirs = await shell(host, "systemctl show -p MainPID --value saslauthd-xmpp");
      const resource = await saslauthd();

      await resource.create();

      expect(await shell(host, "systemctl show -p MainPID --value saslauthd-xmpp")).toBe(theirs);
      expect(await shell(host, `tr '\\0' ' ' < /proc/${theirs}/cmdline`)).toContain(
        "-a shadow -c -m /var/run/saslauthd",
      );
      expect(await shell(host, `stat -c %F ${ours}/mux /var/run/saslauthd/mux`)).toBe("socket\nsocket");
      await resource.delete();
      expect(await shell(host, "systemctl show -p MainPID --value saslauthd-xmpp")).toBe(theirs);
    });
  });

  test("edited and not loaded: destroy gives the files back, tries the start once, says why it fails, and is done", async () => {
    await served({});
    // Debian 13's own unit waits 90 s for a PID file in another directory; the sysv script has no such wait
    const unable = debian === 13 ? { options: `-c -m ${ours}` } : { mechanism: "nosuchmechanism" };
    await served({ ...unable, start: false });
    const before = await fileNow();
    const resource = await saslauthd();
    await resource.create();
    said = [];

    const begun = Date.now();
    await resource.delete();

    expect(await fileNow()).toBe(before);
    expect(await shell(host, "ls /etc/systemd/system/saslauthd.service.d 2>&1 || :")).toMatch(/No such file/);
    const warnings = said.filter((line) => line.includes("warning: "));
    expect(warnings).toEqual([
      expect.stringMatching(
        debian === 13
          ? /start saslauthd: it ran before: tried once.*saslauthd\.pid/
          : /start saslauthd: it ran before: tried once.*nosuchmechanism/,
      ),
    ]);
    expect((Date.now() - begun) / 1000).toBeLessThan(120);
  });

  test("started by a unit of somebody that does not ask the default file: refused, and the unit is quoted", async () => {
    await shell(
      host,
      `printf '[Service]\\nType=forking\\nExecStart=/usr/sbin/saslauthd -a shadow -m /run/mine\\n' > /etc/systemd/system/saslauthd.service; systemctl daemon-reload`,
    );

    await expect((await saslauthd()).create()).rejects.toThrow(
      /\/etc\/systemd\/system\/saslauthd\.service starts it in another way, without \$OPTIONS: ExecStart=\/usr\/sbin\/saslauthd -a shadow -m \/run\/mine/,
    );
    expect(await shell(host, `base64 -w 0 ${path}`)).toBe(stock);
  });

  test("a start that fails is told in the words of the journal, with the unit's files", async () => {
    await shell(
      host,
      `mkdir -p /etc/systemd/system/saslauthd.service.d; printf '[Service]\\nExecStartPre=/bin/sh -c "echo the moon is full; exit 1"\\n' > /etc/systemd/system/saslauthd.service.d/moon.conf; systemctl daemon-reload`,
    );

    const refused = (await saslauthd()).create();

    await expect(refused).rejects.toThrow(/saslauthd\.service\.d\/moon\.conf/);
    await expect(refused).rejects.toThrow(/the moon is full/);
  });

  test("a masked unit is left masked", async () => {
    await shell(host, "ln -s /dev/null /etc/systemd/system/saslauthd.service; systemctl daemon-reload");

    await expect((await saslauthd()).create()).rejects.toThrow(/the unit is masked.*[\s\S]*systemctl unmask saslauthd/);
  });

  test("a folder that is mounted read-only is named with its mount", async () => {
    await shell(host, "mount --bind /etc/postfix /etc/postfix; mount -o remount,ro,bind /etc/postfix");

    const refused = ResourceOnHost.of(host, { kind: "MasterService", given: {} }).then((resource) => resource.create());

    await expect(refused).rejects.toThrow(/Read-only file system[\s\S]*mounted read-only: \/etc\/postfix .* ro,/);
    await shell(host, "umount -l /etc/postfix");
  });

  test("a login that PAM can not decide is told in saslauthd's own words", async () => {
    const all = ["GroupMember", "SaslauthdService", "MasterService", "SmtpdConf", "PostfixService"];
    const made: ResourceOnHost[] = [];
    for (const kind of all) {
      const given = kind === "PostfixService" ? { ports: [25, 465] } : {};
      const resource = await ResourceOnHost.of(host, { kind, given });
      await resource.create();
      made.unshift(resource);
    }
    await shell(host, "echo 'auth required pam_not_there.so' > /etc/pam.d/smtp");
    const proof = await ResourceOnHost.of(host, {
      kind: "AuthProof",
      given: { username: mailUser.name, password: mailUser.password },
    });

    const refused = proof.create();

    await expect(refused).rejects.toThrow(/PAM unable to dlopen\(pam_not_there\.so\)/);
    await shell(host, "rm /etc/pam.d/smtp");
    if (proof.inState) await proof.delete();
    for (const resource of made) await resource.delete();
  });
});

/** The way that docs/taking-over.md has, with the unit as it stands there. */
const page = readFileSync(new URL("../../docs/taking-over.md", import.meta.url), "utf8");
const unitOfItsOwn = `cat > /etc/systemd/system/saslauthd-xmpp.service <<'END'
${/^```systemd\n(.*?)^```$/ms.exec(page)?.[1] ?? ""}END
cp /etc/default/saslauthd /etc/default/xmpp-saslauthd
systemctl daemon-reload; systemctl stop saslauthd; systemctl disable saslauthd; systemctl enable --now saslauthd-xmpp`;
