// Steps that make a certificate file with key and certificate in one, which a single rename
// replaces. With two files, a smtpd that starts between two renames would read a key and a
// certificate that do not match (postconf(5), smtpd_tls_chain_files).

import { sh } from "../core/shell.ts";
import { isAddress, ownMark } from "../facts/certificate.ts";
import { removeMadeFolder } from "./made-folder.ts";
import type { RunScript, WriteFile } from "./step.ts";

export const certificateFolder = "/etc/postfix/tls";

/** The path of the certificate that is made for this name. */
export function certificatePath(name: string): string {
  return `${certificateFolder}/${name}.pem`;
}

/** The bytes of the file. The key comes first, as Postfix requires of a chain file. */
export function certificateText(certificate: string, key: string): Buffer {
  const lines = [ownMark, key, certificate].map((text) => text.replaceAll("\r\n", "\n").trim());
  return Buffer.from(`${lines.join("\n")}\n`, "latin1");
}

export const makeFolder: RunScript = {
  do: "run",
  reason: `make ${certificateFolder}`,
  script: sh`install -d -m 755 -o root -g root -- ${certificateFolder}`,
  undo: { script: removeMadeFolder(certificateFolder) },
};

/** A rollback does not undo it: a key that others could read must not become readable again. */
export function closeFile(path: string, found: string): RunScript {
  return {
    do: "run",
    reason: `correct ${path}: wanted root:root 600, found ${found}`,
    script: sh`chown root:root -- ${path} && chmod 600 -- ${path}`,
  };
}

export function writeCertificate(
  path: string,
  content: Buffer,
  found: { digest: string } | null,
  reason: string,
): WriteFile {
  return {
    do: "write",
    path,
    content,
    expected: found === null ? undefined : { sha256: found.digest },
    created: { owner: "root", group: "root", mode: "600" },
    reason,
  };
}

/** The beginning of the names of temporary files, which ends in this program's own word. */
function leftovers(path: string): string {
  return `${path}.sasl-mail-host.`;
}

/**
 * Makes a new key and a self-signed certificate on the host, so that the key never leaves it.
 * P-256, since every client with TLS 1.2 supports it (RFC 8422, section 5.1.1). It is not an
 * authority, so a client that trusts it trusts only this server.
 */
export function makeSelfSigned(path: string, serverName: string, days: number, reason: string): RunScript {
  const kind = isAddress(serverName) ? "IP" : "DNS";
  return {
    do: "run",
    reason,
    script: sh`umask 077
# SIGKILL runs no trap, and what such a run has left holds a key
rm -rf -- ${leftovers(path)}*
folder=$(mktemp -d -- ${`${leftovers(path)}XXXXXXXX`}) || exit 1
trap 'rm -rf -- "$folder"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days ${days} -subj ${`/CN=${serverName}`} -addext ${`subjectAltName=${kind}:${serverName}`} -addext basicConstraints=critical,CA:FALSE -addext keyUsage=digitalSignature -addext extendedKeyUsage=serverAuth -keyout "$folder/key" -out "$folder/certificate" 2>"$folder/words" || { cat -- "$folder/words" >&2; exit 1; }
{ printf '%s\n' ${ownMark}; cat -- "$folder/key" "$folder/certificate"; } > "$folder/both" || exit 1
sync -- "$folder/both"
mv -f -- "$folder/both" ${path} && sync -- ${certificateFolder}`,
    code: "certificate-not-made",
    next: `put right what openssl says above (mostly a full disk, df -h ${certificateFolder}, or an openssl.cnf of the host's own), then run the same command again`,
    undo: {
      remember: sh`if [ -e ${path} ]; then cp -a -- ${path} copy; fi`,
      confirm: sh`sha256sum < ${path} > after.new && sync -- after.new && mv -- after.new after`,
      script: sh`if [ ! -e ${path} ] && [ ! -e copy ]; then exit 0; fi
now=
if [ -e ${path} ]; then now=$(sha256sum < ${path}) || exit 1; fi
if [ -e after ] && [ "$now" != "$(cat after)" ]; then
  echo "kept: "${path}", which somebody else has replaced since"; exit 0
fi
set -e
if [ -e copy ]; then
  rm -rf -- ${leftovers(path)}*
  temporary=$(mktemp -- ${`${leftovers(path)}XXXXXXXX`})
  trap 'rm -f -- "$temporary"' EXIT
  cp -a -- copy "$temporary"
  sync -- "$temporary"
  mv -f -- "$temporary" ${path}
else rm -f -- ${path}; fi
sync -- ${certificateFolder}`,
    },
  };
}
