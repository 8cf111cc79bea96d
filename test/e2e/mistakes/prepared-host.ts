// The one real host of e2e/mistakes.test.ts: the packages are there, so that runs are short, and users and certificates for the rows.
import type { LabHost } from "../../../lab/hosts/index.ts";
import { freshHost, shell } from "../../support/host.ts";

const self =
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=mail1.example.org -addext subjectAltName=DNS:mail1.example.org";

export async function preparedHost(): Promise<LabHost> {
  const host = await freshHost("mistakes", 13);
  await shell(
    host,
    `apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postfix sasl2-bin libsasl2-modules openssl >/dev/null 2>&1
useradd -m -s /usr/sbin/nologin robot
useradd -m -s /bin/bash expired; echo expired:x | chpasswd; chage -d 0 expired
useradd -m -s /bin/bash typist; echo typist:right | chpasswd; echo 'typist ALL=(ALL:ALL) ALL' > /etc/sudoers.d/typist
useradd -m -s /bin/bash guest; echo guest:right | chpasswd
mkdir /etc/ssl/mail; cd /etc/ssl/mail
${self} -keyout mail.key -out mail.pem -days 90 2>/dev/null
${self} -keyout other.key -out other.pem -days 90 2>/dev/null
${self} -keyout old.key -out old.pem -not_before 20240101000000Z -not_after 20240201000000Z 2>/dev/null
openssl ec -aes256 -passout pass:x -in mail.key -out locked.key 2>/dev/null`,
  );
  return host;
}
