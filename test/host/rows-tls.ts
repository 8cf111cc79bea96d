// The table of TlsCertificate: each of the three sources on a real host, in a stage of its own.
import { expect } from "@jest/globals";
import type { LabHost } from "../../lab/hosts/index.ts";
import { selfSigned } from "../support/fake-smtp.ts";
import { shell } from "../support/index.ts";
import type { Row, Stage } from "./rows.ts";

const name = "mail.lab.example";
const made = "/etc/postfix/tls/smtpd.pem";
const [certificateFile, keyFile] = ["/tmp/certificate.pem", "/tmp/key.pem"];
const { cert, key } = selfSigned(name);
const other = selfSigned(name);

const defaults = { name: "smtpd", serverName: name, selfSigned: false, validDays: 365, renewDays: 30 };

/** Certificate and key as openssl sees them, whoever made them. */
const fits = (certificate: string, itsKey: string) => async (host: LabHost) => {
  const found = await shell(
    host,
    `openssl x509 -in ${certificate} -noout -checkhost ${name}; openssl x509 -in ${certificate} -noout -pubkey; openssl pkey -in ${itsKey} -pubout`,
  );
  const [checked, ...keys] = found.split("\n");
  expect(checked).toBe(`Hostname ${name} does match certificate`);
  expect(keys.slice(0, keys.length / 2)).toEqual(keys.slice(keys.length / 2));
};

const ofRoot = async (host: LabHost) => {
  expect(await shell(host, `stat -c '%U:%G %a' ${made}`)).toBe("root:root 600");
  await fits(made, made)(host);
};

const put = (file: string, text: string) => `cat > ${file} <<'END'\n${text.trim()}\nEND\n`;
const renewed = [put("/tmp/renewed.pem", other.cert), put("/tmp/renewed.key", other.key)].join("");

const reports = {
  fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  names: [name],
  notAfter: expect.stringMatching(/^20\d\d-/),
  chain: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n?$/),
};

const given = { files: { certificateFile, keyFile }, serverName: name };

const files: Row = {
  title: "TlsCertificate from files on the host",
  kind: "TlsCertificate",
  prepare: put(certificateFile, cert) + put(keyFile, key) + renewed,
  given,
  inputs: { ...defaults, files: { certificateFile, keyFile } },
  files: [certificateFile, keyFile],
  verify: fits(certificateFile, keyFile),
  reports: { ...reports, certificateFile, keyFile },
  drift: [`cp /tmp/renewed.pem ${certificateFile}; cp /tmp/renewed.key ${keyFile}`],
  refused: [
    {
      what: "a key that is not there",
      given: { files: { certificateFile, keyFile: "/tmp/nobody.key" } },
      says: /keyFile \/tmp\/nobody\.key: there is no such file/,
    },
    {
      what: "a key that is none",
      given: { files: { certificateFile, keyFile: "/etc/hostname" } },
      says: /hostname holds no private key that openssl can read/,
    },
    {
      what: "a folder",
      given: { files: { certificateFile: "/etc", keyFile } },
      says: /certificateFile \/etc: it is a directory/,
    },
    {
      what: "another name",
      given: { serverName: "other.example" },
      says: /does not hold for other\.example: it names mail\.lab\.example/,
    },
  ],
};

const pem: Row = {
  title: "TlsCertificate from PEM",
  kind: "TlsCertificate",
  given: { certificate: cert, key, serverName: name },
  inputs: { ...defaults, certificate: cert, key },
  files: [made],
  verify: ofRoot,
  reports: { ...reports, certificateFile: made, keyFile: made },
  drift: [`chmod 644 ${made}`, `chown postfix ${made}`, `sed -i '/PRIVATE KEY/,/PRIVATE KEY/d' ${made}`],
  gone: { by: "rm -r /etc/postfix/tls" },
  edit: {
    by: "echo mine > /etc/postfix/tls/mine",
    stays: '[ "$(ls /etc/postfix/tls)" = mine ]',
    undo: "rm -r /etc/postfix/tls",
  },
};

/** Shell text that puts another certificate into the file that the program made. */
const anotherOne = (days: number, of: string) =>
  `cd /tmp; openssl req -x509 -newkey rsa:2048 -nodes -days ${days} -subj /CN=${of} -keyout k -out c 2>/dev/null; { head -n 1 ${made}; cat k c; } > both; cat both > ${made}`;

const ownSignature: Row = {
  title: "TlsCertificate that signs itself",
  kind: "TlsCertificate",
  given: { selfSigned: true, serverName: name, validDays: 90 },
  inputs: { ...defaults, selfSigned: true, validDays: 90 },
  files: [made],
  verify: ofRoot,
  reports: { ...reports, certificateFile: made, keyFile: made },
  drift: [
    `chmod 640 ${made}`,
    `sed -i '/BEGIN CERT/,$d' ${made}`,
    // one that has not long to live, and one for another name
    anotherOne(20, name),
    anotherOne(90, "other.example"),
  ],
  gone: { by: `rm ${made}` },
};

const inTheWay: Row = {
  ...files,
  title: "TlsCertificate beside a file that somebody else made where it would make its own",
  prepare: `${files.prepare}mkdir -p /etc/postfix/tls; echo "somebody's" > ${made}`,
  verify: async (host) => {
    await fits(certificateFile, keyFile)(host);
    expect(await shell(host, `cat ${made}`)).toBe("somebody's");
  },
  drift: [],
  refused: [
    {
      what: "to put another into its place",
      given: { files: undefined, certificate: cert, key },
      says: /a file that this program did not make is in its place/,
    },
  ],
};

export const certificateStage: Stage = {
  what: "with openssl",
  needs: [{ kind: "SaslPackage", given: { packages: ["openssl"] } }],
  rows: [files, pem, ownSignature, inTheWay],
};
