import { freshHost, shell } from "./host.ts";
const host = await freshHost("hostx", 13 as never);
await shell(host, "apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y sasl2-bin postfix >/dev/null 2>&1");
console.log(await shell(host, "dpkg -L sasl2-bin | grep -i default; ls -la /etc/default/saslauthd; base64 -w0 /etc/default/saslauthd; grep -rn 'default/saslauthd' /var/lib/dpkg/info/sasl2-bin.* | head; od -c /etc/postfix/main.cf | tail -3"));
import { destroyHost } from "../../lab/hosts/index.ts";
await destroyHost(host);
