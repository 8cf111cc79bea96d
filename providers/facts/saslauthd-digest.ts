// A digest of the files that decide how saslauthd runs and who can reach its socket.
import { sh } from "../core/shell.ts";
import { digestIn, type Fact } from "./fact.ts";

const name = "the digest of saslauthd's files";

/**
 * SHA-256 over the default file, the settings of its back end, the drop-ins of its unit, and owner,
 * group and mode of the directory in OPTIONS. No file content leaves the host.
 */
export const saslauthdDigest: Fact<string> = {
  name,
  question: sh`{ cat /etc/default/saslauthd /etc/saslauthd.conf /etc/systemd/system/saslauthd.service.d/*.conf
folder=$(sed -n 's/^ *OPTIONS=.*-m *\([^ "'\'']*\).*/\1/p' /etc/default/saslauthd | tail -n 1); stat -c '%a %U %G' -- "$folder"; } 2>/dev/null | sha256sum`,
  parse: (answer) => digestIn(name, answer),
};
