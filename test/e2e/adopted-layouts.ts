// A host that Ansible made, turned by hand into what the common guides describe (README.Debian of sasl2-bin, "Running multiple instances").
import type { Debian } from "../../lab/hosts/index.ts";

const socketDirectory = "/var/spool/postfix/var/run/saslauthd";

/** The page's own three options, an instance for Postfix and one for Cyrus IMAP, the default file out of use. */
export function guidesLayout(debian: Debian): string {
  return `set -e
chmod 710 ${socketDirectory}
sed -i -E '/-o smtpd_(relay_restrictions|client_.*_limit|error_sleep_time|soft_error_limit|hard_error_limit)=/d' /etc/postfix/master.cf
cd /etc/default
for name in postfix cyrus; do
  sed "s/^START=.*/START=yes/; s/^NAME=.*/NAME=\\"saslauthd-$name\\"/" saslauthd > saslauthd-$name
done
sed -i 's|^OPTIONS=.*|OPTIONS="-c -m /run/saslauthd-cyrus"|' saslauthd-cyrus
sed -i 's|^OPTIONS=.*|OPTIONS="-c -m /var/run/saslauthd"|; s/^START=.*/START=no/' saslauthd
${debian === 12 ? sysvInstances : afterTheUpgrade}
systemctl reload postfix`;
}

/** The sysv script starts all that say START=yes. */
const sysvInstances = "systemctl restart saslauthd";

/** The unit reads the default file alone and heeds no START; so Postfix's instance was started by the old script, and Cyrus's got a unit. */
const afterTheUpgrade = `rm -r /etc/systemd/system/saslauthd.service.d
cat > /etc/systemd/system/saslauthd-cyrus.service <<'END'
[Service]
Type=forking
PIDFile=/run/saslauthd-cyrus/saslauthd.pid
RuntimeDirectory=saslauthd-cyrus
EnvironmentFile=/etc/default/saslauthd-cyrus
ExecStart=/usr/sbin/saslauthd -a $MECHANISMS $OPTIONS -n $THREADS
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl restart saslauthd
systemctl enable --now saslauthd-cyrus
/etc/init.d/saslauthd start-instance saslauthd-postfix`;
