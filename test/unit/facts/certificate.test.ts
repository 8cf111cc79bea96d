// Certificates and keys on a host: what is read of them, and that no key ever leaves it.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  blockNames,
  certificateIn,
  isAddress,
  keyFileAt,
  ownMark,
  pemFileAt,
  publicHalf,
} from "../../../providers/facts/certificate.ts";
import type { Fact } from "../../../providers/facts/fact.ts";
import { answer } from "../../support/fake-answers.ts";
import { selfSigned } from "../../support/fake-smtp.ts";

const folder = mkdtempSync(join(tmpdir(), "certificate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { cert, key } = selfSigned("mail.example.org");
const fingerprint = execFileSync("openssl", ["x509", "-noout", "-fingerprint", "-sha256"], { input: cert })
  .toString()
  .trim()
  .split("=")[1];

const put = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o640);
  return path;
};

/** Asks this machine, and gives what was answered and how it is read. */
function ask<T>(fact: Fact<T>) {
  const { stdout, stderr, status } = spawnSync("/bin/sh", ["-c", fact.question.text]);
  return { words: stdout.toString(), read: () => fact.parse(answer(stdout, status ?? 1, stderr.toString())) };
}

describe("a file with certificates", () => {
  test.each([
    ["a certificate", cert, cert],
    ["key and certificate, as this program makes it", `${ownMark}\n${key}${cert}`, cert],
    ["certificate and key, as others do", cert + key, cert],
    ["a chain with words between", `first\n${cert}second\n${cert}`, cert + cert],
    ["lines that end with CRLF", cert.replaceAll("\n", "\r\n"), cert.replaceAll("\n", "\r\n")],
    ["a key alone", key, ""],
    ["nothing", "", ""],
    ["a torn certificate with a key behind it", `${cert.split("\n").slice(0, 4).join("\n")}\n${key}`, undefined],
    [
      "a chain that was cut in the middle of a line, with a key glued to it",
      `${cert}${cert.split("\n").slice(0, 4).join("\n").slice(0, -7)}${key}`,
      undefined,
    ],
  ])("%s: its certificates and its digest come, its key does not", (_what, text, chain) => {
    const { words, read } = ask(pemFileAt(put("file.pem", text)));

    expect(words).not.toContain(key.split("\n")[1]);
    expect(words).not.toContain("PRIVATE KEY");
    expect(read()).toMatchObject({
      type: text === "" ? "regular empty file" : "regular file",
      mode: "640",
      digest: createHash("sha256").update(text).digest("hex"),
      ours: text.startsWith(ownMark),
      blocks: blockNames(text),
      ...(chain === undefined ? {} : { chain }),
    });
  });

  test("whose lines end with CR alone is one line to the host, and no word of the key comes", () => {
    const { words, read } = ask(pemFileAt(put("mac.pem", (cert + key).replaceAll("\n", "\r"))));

    expect(words).not.toContain(key.split("\n")[1]);
    expect(read()).toMatchObject({ chain: "" });
  });

  test("is found behind links, as certbot makes them", () => {
    put("archive.pem", cert);
    symlinkSync("archive.pem", join(folder, "live.pem"));

    expect(ask(pemFileAt(join(folder, "live.pem"))).read()).toMatchObject({ chain: cert, mode: "640" });
  });

  test("that is not there is absent, and a folder is told", () => {
    expect(ask(pemFileAt(join(folder, "nothing"))).read()).toBeNull();
    expect(ask(pemFileAt("/etc")).read()).toMatchObject({ type: "directory", chain: "" });
  });
});

test("the blocks of a PEM text are named in their order, and those of a key without the word that tells it", () => {
  expect(blockNames(`words\n${cert}${key}${cert.replaceAll("\n", "\r\n")}`)).toEqual([
    "CERTIFICATE",
    "KEY",
    "CERTIFICATE",
  ]);
  expect(blockNames("-----BEGIN EC PRIVATE KEY-----\n -----BEGIN X-----")).toEqual(["EC KEY"]);
});

describe("a file with a key", () => {
  const encrypted = execFileSync("openssl", ["pkey", "-aes256", "-passout", "pass:secret"], { input: key }).toString();

  test.each([
    ["a key", key, publicHalf(key)],
    ["key and certificate in one", key + cert, publicHalf(key)],
    ["a key with a passphrase", encrypted, null],
    ["no key", cert, null],
  ])("%s: shows its public half and no more", (_what, text, half) => {
    const { words, read } = ask(keyFileAt(put("file.key", text)));

    expect(words).not.toContain(key.split("\n")[1]);
    expect(read()).toMatchObject({ mode: "640", publicKey: half, blocks: blockNames(text) });
  });

  test("that is not there is absent, and a folder holds none", () => {
    expect(ask(keyFileAt(join(folder, "nothing"))).read()).toBeNull();
    expect(ask(keyFileAt("/etc")).read()).toMatchObject({ type: "directory", publicKey: null });
  });
});

describe("a certificate", () => {
  test("tells its fingerprint as openssl does, its dates, its names and its key", () => {
    const read = certificateIn(cert);

    expect(read).toMatchObject({
      fingerprint,
      names: ["mail.example.org"],
      selfSigned: true,
      publicKey: publicHalf(key),
    });
    expect((read?.notAfter.getTime() ?? 0) - (read?.notBefore.getTime() ?? 0)).toBe(2 * 24 * 3600 * 1000);
  });

  test.each([
    ["mail.example.org", "mail.example.org", true],
    ["another name", "example.org", false],
    ["an address", "192.0.2.1", false],
    ["an address of version 6", "2001:db8::1", false],
  ])("holds for %s: %s %s", (_what, name, holds) => {
    expect(certificateIn(cert)?.holdsFor(name)).toBe(holds);
  });

  test("for an address holds for that address alone", () => {
    const args =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null -subj /CN=x -addext subjectAltName=IP:192.0.2.1";
    const read = certificateIn(
      execFileSync("openssl", args.split(" "), { stdio: ["ignore", "pipe", "ignore"] }).toString(),
    );

    expect(["192.0.2.1", "192.0.2.2"].map((name) => read?.holdsFor(name))).toEqual([true, false]);
    expect(read?.names).toEqual(["192.0.2.1"]);
  });

  test.each(["", "words", cert.slice(0, 200), key])("none in what is none (%#)", (text) => {
    expect(certificateIn(text)).toBeUndefined();
  });
});

test("addresses are told from names", () => {
  expect(["192.0.2.1", "::1", "mail.example.org", "10.example"].map(isAddress)).toEqual([true, true, false, false]);
});
