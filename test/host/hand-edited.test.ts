// Files that people have edited, on Debian 13: of every byte that is not ours none may change, and after the delete none at all.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { destroyHost, type LabHost, writeInside } from "../../lab/hosts/index.ts";
import { freshHost, shell } from "../support/index.ts";
import { hangUp, ResourceOnHost } from "../support/resource-on-host.ts";
import { type Edited, masterFiles, masterRefused, saslauthdFiles, smtpdFiles } from "./hand-edited.ts";

jest.setTimeout(300_000);

let host: LabHost;
/** The files as Debian ships them, by path. */
const shipped = new Map<string, string>();

const files = [
  {
    kind: "MasterService",
    path: "/etc/postfix/master.cf",
    stock: "/usr/share/postfix/master.cf.dist",
    cases: masterFiles,
  },
  { kind: "SmtpdConf", path: "/etc/postfix/sasl/smtpd.conf", stock: "/dev/null", cases: smtpdFiles },
  {
    kind: "SaslauthdService",
    path: "/etc/default/saslauthd",
    stock: "/etc/default/saslauthd",
    cases: saslauthdFiles,
  },
];

beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation(() => undefined);
  host = await freshHost("host13-edited", 13);
  await create("SaslPackage");
  await create("StatOverride");
  for (const { stock } of files) shipped.set(stock, await bytesOf(stock));
  await shell(host, "systemctl stop postfix");
});

afterAll(async () => {
  if (host === undefined) return;
  await hangUp(host);
  await destroyHost(host);
});

describe.each(files)("$kind in $path", ({ kind, path, stock, cases }) => {
  test.each(cases)("$what", async ({ file, becomes, dress, given }: Edited) => {
    const [head, ours, tail] = file(shipped.get(stock) ?? "");
    const original = head + ours + tail;
    await put(path, original);
    await shell(host, `cd /etc/postfix && ${dress ?? ":"}`);
    const dressed = await dressOf(path);

    const resource = await create(kind, given);

    const changed = await bytesOf(path);
    expect(changed.slice(0, head.length)).toBe(head);
    expect(changed.slice(changed.length - tail.length)).toBe(tail);
    expect(changed.slice(head.length, changed.length - tail.length)).toMatch(becomes);
    expect(await dressOf(path)).toBe(dressed);

    await resource.delete();

    expect(await bytesOf(path)).toBe(original);
    expect(await dressOf(path)).toBe(dressed);
  });
});

describe("MasterService leaves the file alone, down to its inode, and says which line it is", () => {
  test.each(masterRefused)("$what", async ({ file, says, given }) => {
    const path = "/etc/postfix/master.cf";
    const original = file(shipped.get("/usr/share/postfix/master.cf.dist") ?? "");
    await put(path, original);
    const untouched = await shell(host, `stat -c '%i %y' ${path}`);

    const refused = create("MasterService", given);

    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow(/left on the host: nothing was changed/);
    expect(await bytesOf(path)).toBe(original);
    expect(await shell(host, `stat -c '%i %y' ${path}`)).toBe(untouched);
  });
});

async function create(kind: string, given = {}): Promise<ResourceOnHost> {
  const resource = await ResourceOnHost.of(host, { kind, given });
  await resource.create();
  return resource;
}

/** A new plain file. */
async function put(path: string, content: string): Promise<void> {
  await shell(host, `rm -f ${path}`);
  await writeInside(host, path, Buffer.from(content, "latin1"));
}

async function bytesOf(path: string): Promise<string> {
  return Buffer.from(await shell(host, `base64 -w 0 ${path}`), "base64").toString("latin1");
}

/** Owner and mode, and where a link leads. */
function dressOf(path: string): Promise<string> {
  return shell(host, `stat -L -c '%U:%G %a' ${path}; readlink ${path} || :`);
}
