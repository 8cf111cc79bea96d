// The certificate: one source of three, what is wrong with it said before anything is loaded, a renewed one shown, ours taken away.
import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { certificateIn, ownMark, publicHalf } from "../../../providers/facts/certificate.ts";
import { tlsCertificate } from "../../../providers/resources/tls/tls-certificate.ts";
import { certificateText } from "../../../providers/steps/certificate.ts";
import { file, folder } from "../../support/fake-answers.ts";
import { summary, written } from "../../support/fake-plan.ts";
import { selfSigned } from "../../support/fake-smtp.ts";

const { schema, rules, observe, apply, remember, intend, extend, remove, report, warnings } = tlsCertificate;
const leaves = tlsCertificate.leaves ?? (() => []);
const serverName = "mail.example.org";
const { cert, key } = selfSigned(serverName);
const other = selfSigned(serverName);
const { fingerprint, notAfter } = certificateIn(cert) ?? { fingerprint: "", notAfter: new Date() };
const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
const day = 24 * 3600 * 1000;
const path = "/etc/postfix/tls/smtpd.pem";

/** A file as the look shows it: root's alone. */
const pemFile = (chain: string, more: object = {}) => ({
  ...file("", path),
  mode: "600",
  digest: "d",
  ours: true,
  chain,
  blocks: ["CERTIFICATE"],
  ...more,
});
const keyFile = (pem: string, more: object = {}) => ({
  ...file(""),
  mode: "600",
  publicKey: publicHalf(pem) ?? null,
  blocks: ["KEY"],
  ...more,
});
const seen = (more: object = {}) => ({
  certificate: pemFile(cert),
  key: keyFile(key),
  made: null,
  folder: folder(),
  entries: [] as string[],
  named: [] as string[],
  hasMasterService: false,
  openssl: file(""),
  now: new Date(),
  ...more,
});
const recorded = { fingerprint };

describe("what can be told before any host is contacted", () => {
  test.each([
    ["no source", {}, ["files"]],
    ["two sources", { selfSigned: true, serverName, files: { certificateFile: "/c", keyFile: "/k" } }, ["files"]],
    ["a certificate without its key", { certificate: cert }, ["key"]],
    ["a key without its certificate", { key }, ["key"]],
    ["a self-signed one for nobody", { selfSigned: true }, ["serverName"]],
    ["one that is renewed before it is made", { selfSigned: true, serverName, validDays: 30 }, ["renewDays"]],
    ["the key of another one", { certificate: cert, key: other.key }, ["key"]],
    ["a key that is none", { certificate: cert, key: cert }, ["key"]],
    ["a certificate that is none", { certificate: key, key }, ["certificate"]],
    ["another name", { certificate: cert, key, serverName: "other.example" }, ["certificate"]],
    ["a certificate with its key behind it", { certificate: cert + key, key }, ["certificate"]],
    ["nothing: a key with its parameters", { certificate: cert, key: parameters + key, serverName }, []],
    ["nothing: a key with its certificate", { certificate: cert, key: key + cert, serverName }, []],
    ["nothing: files", { files: { certificateFile: "/c", keyFile: "/k" } }, []],
    ["nothing: PEM", { certificate: cert, key, serverName }, []],
    ["nothing: its own", { selfSigned: true, serverName }, []],
  ])("%s", (_what, given, properties) => {
    const broken = rules?.(schema.parse(given)) ?? [];

    expect(broken.map(({ property }) => property)).toEqual(properties);
    expect(JSON.stringify(broken)).not.toContain(key.split("\n")[1]);
  });
});

describe("files that others keep", () => {
  const inputs = schema.parse({ files: { certificateFile: "/c", keyFile: "/k" }, serverName });

  test.each([
    ["nothing to tell, as it was checked", seen(), recorded, undefined],
    ["a first look", seen(), undefined, /^SHA-256 never checked -> ([0-9A-F]{2}:){7}[0-9A-F]{2}\.\.\., valid until 20/],
    ["a renewed one", seen(), { fingerprint: "AB:".repeat(32) }, /^SHA-256 (AB:){7}AB\.\.\. -> /],
    ["no certificate", seen({ certificate: null }), recorded, /^certificateFile \/c: there is no such file/],
    ["no key", seen({ key: null }), recorded, /^keyFile \/k: there is no such file/],
    ["a folder", seen({ certificate: pemFile("", { type: "directory" }) }), recorded, /\/c: it is a directory/],
    ["no PEM", seen({ certificate: pemFile("") }), recorded, /\/c holds no certificate in PEM/],
    ["a key with a passphrase", seen({ key: keyFile("") }), recorded, /\/k holds no private key/],
    ["another key", seen({ key: keyFile(other.key) }), recorded, /the key in \/k does not belong to the certificate/],
    ["one that has run out", seen({ now: new Date(notAfter.getTime() + day) }), recorded, /ran out on 20/],
    ["a clock that is wrong", seen({ now: new Date(0) }), recorded, /is not valid before 20/],
  ])("are shown: %s", (_what, actual, record, shown) => {
    const files = shown === undefined ? inputs.files : { ...inputs.files, onTheHost: expect.stringMatching(shown) };

    expect(observe(inputs, actual, record)).toEqual({ ...inputs, files });
  });

  test.each([
    ["the certificate first", "/c", ["CERTIFICATE", "KEY"], [], "/c holds the certificate before its key"],
    [
      "the certificate first, in a file of the key",
      "/k",
      ["CERTIFICATE", "RSA KEY"],
      ["CERTIFICATE"],
      "/k holds the cert",
    ],
    ["a key at the end", "/c", ["KEY", "CERTIFICATE", "KEY"], [], "/c holds a key with no certificate behind it"],
    ["a key in both", "/k", ["KEY"], ["KEY", "CERTIFICATE"], "/c holds a key, too"],
  ])("of which Postfix could make no chain are refused: %s", (_what, keyPath, ofKey, ofCertificate, says) => {
    const files = { certificateFile: "/c", keyFile: keyPath };
    const certificate = pemFile(cert, { blocks: keyPath === "/c" ? ofKey : ofCertificate });
    const actual = seen({ certificate, key: keyFile(key, { blocks: ofKey }) });

    expect(() => apply({ ...inputs, files }, actual)).toThrow(says);
    expect(observe({ ...inputs, files }, actual, recorded)?.files).toMatchObject({
      onTheHost: expect.stringContaining(says),
    });
  });

  test.each([
    ["one file, the key first, with a chain", "/c", ["EC KEY", "CERTIFICATE", "CERTIFICATE"], []],
    ["one file with two kinds of key", "/c", ["KEY", "CERTIFICATE", "EC KEY", "CERTIFICATE"], []],
    ["two files", "/k", ["KEY"], ["CERTIFICATE", "CERTIFICATE"]],
    ["parameters before the key", "/k", ["EC PARAMETERS", "EC KEY"], ["CERTIFICATE"]],
    ["other parameters in one file", "/c", ["KEY", "CERTIFICATE", "DH PARAMETERS"], []],
  ])("of which Postfix makes a chain are taken: %s", (_what, keyPath, ofKey, ofCertificate) => {
    const files = { certificateFile: "/c", keyFile: keyPath };
    const certificate = pemFile(cert, { blocks: keyPath === "/c" ? ofKey : ofCertificate });

    expect(apply({ ...inputs, files }, seen({ certificate, key: keyFile(key, { blocks: ofKey }) }))).toEqual([]);
  });

  test("that are right need no step, whatever is in our own place", () => {
    expect(apply(inputs, seen({ made: pemFile("", { ours: false }) }))).toEqual([]);
  });

  test.each([
    ["a key that does not fit", seen({ key: keyFile(other.key) }), /does not belong[\s\S]*Postfix was not reloaded/],
    ["two files that are not there", seen({ certificate: null, key: null }), /certificateFile.*; keyFile/],
    [
      "no openssl to look with",
      seen({ openssl: null }),
      /openssl is not there[\s\S]*package openssl[\s\S]*on a SaslPackage with openssl/,
    ],
  ])("are refused: %s", (_what, actual, says) => {
    expect(() => apply(inputs, actual)).toThrow(says);
  });

  test("give no step at destroy, but what was made for another source before is taken away", () => {
    expect(remove(inputs, seen(), {})).toEqual([]);
    expect(summary(remove(inputs, seen({ made: pemFile(cert) }), {}))).toEqual([
      `remove ${path}: remove ${path}: it was made by this program`,
    ]);
  });

  test.each([
    ["644", 1],
    ["640", 0],
    ["600", 0],
  ])("a key of mode %s gives %d warnings", (mode, count) => {
    expect(warnings?.(inputs, seen({ key: keyFile(key, { mode }) }), recorded)).toHaveLength(count);
  });
});

describe("PEM", () => {
  const inputs = schema.parse({ certificate: cert, key, serverName });
  const content = certificateText(cert, key);
  const right = pemFile(cert, { digest: createHash("sha256").update(content).digest("hex") });

  test("is written in one file, the key first, as root's alone", () => {
    const plan = apply(inputs, seen({ folder: null, certificate: null, key: null }));

    expect(summary(plan)).toEqual([
      "run: make /etc/postfix/tls",
      `write ${path}: write key and certificate to ${path}: not there`,
    ]);
    expect(written(plan).toString()).toBe(`${ownMark}\n${key}${cert}`);
    expect(plan[1]).toMatchObject({ created: { owner: "root", group: "root", mode: "600" }, expected: undefined });
  });

  test("that is there is left alone, and shown as wanted", () => {
    expect(apply(inputs, seen({ made: right, openssl: null }))).toEqual([]);
    expect(observe(inputs, seen({ made: right }), recorded)).toEqual(inputs);
  });

  test("over another of ours is written on the bytes that were seen", () => {
    const [step] = apply(inputs, seen({ made: pemFile(other.cert, { digest: "d1" }) }));

    expect(step).toMatchObject({ do: "write", expected: { sha256: "d1" } });
    expect(observe(inputs, seen({ made: pemFile(other.cert) }), recorded)).toMatchObject({
      certificate: expect.stringContaining("another content, with "),
    });
  });

  test("that others can read is closed, before anything is written", () => {
    const made = pemFile(cert, { mode: "644", digest: "other" });

    expect(summary(apply(inputs, seen({ made })))).toEqual([
      `run: correct ${path}: wanted root:root 600, found root:root 644`,
      `write ${path}: write key and certificate to ${path}: another content, with ${fingerprint}`,
    ]);
  });

  test.each([
    ["over somebody else's file", seen({ made: pemFile("", { ours: false }) }), /did not make is in its place/],
    ["that has run out by the clock of the host", seen({ now: new Date(notAfter.getTime() + day) }), /ran out on/],
  ])("is refused %s", (_what, actual, says) => {
    expect(() => apply(inputs, actual)).toThrow(says);
  });

  test("gone from the host is gone, so that it is made again", () => {
    expect(observe(inputs, seen({ made: null }), recorded)).toBeUndefined();
  });

  const going = [`remove ${path}: remove ${path}: it was made by this program`];
  const withFolder = "run: remove /etc/postfix/tls if it is empty: it was not there before";
  test.each([
    ["with the folder that was made for it", null, right, ["smtpd.pem"], [...going, withFolder]],
    ["and the folder stays that was there", folder(), right, ["smtpd.pem"], going],
    ["and the folder stays that holds something else by now", null, right, ["mine", "smtpd.pem"], going],
    ["and the folder, too, that an interrupted run has left", null, null, [], [withFolder]],
  ])("is taken away %s", (_what, had, made, entries, steps) => {
    const before = remember(seen({ folder: had }), seen(), inputs);

    expect(summary(remove(inputs, seen({ made, entries }), before))).toEqual(steps);
  });

  const files = schema.parse({ files: { certificateFile: "/c", keyFile: "/k" } });
  test.each([
    ["goes that was made for it", null, "smtpd.pem", [...going, withFolder]],
    ["stays that was there", folder(), "smtpd.pem", going],
    ["stays that holds something else by now", null, "mine", going],
  ])("in the place of files of others is taken away, and the folder %s", (_what, had, name, steps) => {
    const nothing = remember(seen({ folder: had }), seen({ folder: had }), files);
    const intended = intend?.(nothing, seen({ folder: had, made: null }), inputs) ?? nothing;
    const extended = extend?.(nothing, seen({ folder: had, made: null }), seen({ made: right })) ?? nothing;
    const entries = [...new Set(["smtpd.pem", name])];

    for (const before of [intended, extended])
      expect(summary(remove(inputs, seen({ made: right, entries }), before))).toEqual(steps);
  });

  test("whose folder is remembered already is not remembered anew", () => {
    expect(intend?.({ folder: false }, seen(), inputs)).toEqual({ folder: false });
    expect(intend?.({ folder: true }, seen({ folder: null }), inputs)).toEqual({ folder: true });
    expect(extend?.({ folder: true }, seen({ folder: null }), seen())).toEqual({ folder: true });
    expect(intend?.({}, seen({ folder: null }), files)).toEqual({});
  });

  test("stays while a service of this program names it, and the destroy says which", () => {
    const named = ["/etc/postfix/master.cf, line 12"];

    expect(() => remove(inputs, seen({ made: right, named, hasMasterService: true }), { folder: false })).toThrow(
      /still names it in \/etc\/postfix\/master\.cf, line 12[\s\S]*let the services that are named use another certificate first/,
    );
  });

  test("is left with a word where somebody else has named it", () => {
    const found = seen({ made: right, entries: ["smtpd.pem"], named: ["/etc/postfix/main.cf, line 3"] });

    expect(remove(inputs, found, { folder: false })).toEqual([]);
    expect(leaves(inputs, found, { folder: false })).toEqual([
      `${path} is left: somebody else names it in /etc/postfix/main.cf, line 3`,
    ]);
    expect(leaves(inputs, seen({ made: right }), { folder: false })).toEqual([]);
  });

  test("of somebody else's is never taken away", () => {
    expect(
      remove(inputs, seen({ made: pemFile(cert, { ours: false }), entries: ["smtpd.pem"] }), { folder: false }),
    ).toEqual([]);
  });
});

describe("its own", () => {
  const inputs = schema.parse({ selfSigned: true, serverName, renewDays: 1 });
  const made = pemFile(cert);

  test("is made on the host where none is", () => {
    expect(summary(apply(inputs, seen({ certificate: null, key: null })))).toEqual([
      `run: make key and certificate in ${path}: not there`,
    ]);
  });

  test("that is right is left alone", () => {
    expect(apply(inputs, seen({ made }))).toEqual([]);
    expect(observe(inputs, seen({ made }), recorded)).toEqual(inputs);
  });

  test.each([
    ["its last days", seen({ made, now: new Date(notAfter.getTime() - day / 2) }), "renewed 1 days before"],
    ["its key gone", seen({ made, key: keyFile("") }), "the key does not belong to the certificate"],
    ["no certificate", seen({ made: pemFile("") }), "no certificate in it that can be read"],
    ["another mode", seen({ made: pemFile(cert, { mode: "640" }) }), "root:root 640"],
  ])("is renewed for %s", (_what, actual, shown) => {
    expect(observe(inputs, actual, recorded)).toMatchObject({ selfSigned: expect.stringContaining(shown) });
    expect(apply(inputs, actual)).toHaveLength(1);
  });

  test("is renewed for another name", () => {
    const asked = { ...inputs, serverName: "other.example" };

    expect(summary(apply(asked, seen({ made })))).toEqual([
      expect.stringContaining("does not hold for other.example: it names mail.example.org"),
    ]);
  });

  test("needs openssl", () => {
    expect(() => apply(inputs, seen({ openssl: null }))).toThrow("openssl is not there");
  });
});

describe("what is reported", () => {
  const inputs = schema.parse({ files: { certificateFile: "/c", keyFile: "/k" } });

  test("after a check: the files, the certificate, and nothing of the key", () => {
    expect(report?.(inputs, seen(), undefined, [])).toEqual({
      certificateFile: "/c",
      keyFile: "/k",
      fingerprint,
      notAfter: notAfter.toISOString(),
      names: [serverName],
      chain: cert,
    });
  });

  test("after a mere look: what was checked last, so that a renewed one goes on to show", () => {
    expect(report?.(inputs, seen(), { fingerprint: "old" }, undefined)).toEqual({ fingerprint: "old" });
  });
});
