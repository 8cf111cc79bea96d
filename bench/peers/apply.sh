# The floor of a first run: what no tool can leave out, in one shell.
set -e
export DEBIAN_FRONTEND=noninteractive
d=/var/spool/postfix/var/run/saslauthd
apt-get -qq update
apt-get -qq install -y --no-install-recommends libsasl2-modules sasl2-bin postfix >/dev/null 2>&1
dpkg-statoverride --list $d >/dev/null || dpkg-statoverride --add root sasl 710 $d
install -d -o root -g root -m 755 "${d%/*}"
install -d -o root -g sasl -m 710 $d
usermod -aG sasl postfix
sed -i "s|^OPTIONS=.*|OPTIONS=\"-c -m $d\"|" /etc/default/saslauthd
grep -q ^START= /etc/default/saslauthd && sed -i 's|^START=.*|START=yes|' /etc/default/saslauthd || echo START=yes >> /etc/default/saslauthd
install -d /etc/systemd/system/saslauthd.service.d
printf '[Service]\nPIDFile=%s/saslauthd.pid\n' $d > /etc/systemd/system/saslauthd.service.d/socket.conf
postconf -M 'smtps/inet=smtps inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject -o smtpd_relay_restrictions=permit_sasl_authenticated,reject -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination'
install -d /etc/postfix/sasl
printf 'pwcheck_method: saslauthd\nmech_list: plain login\n' > /etc/postfix/sasl/smtpd.conf
systemctl daemon-reload
systemctl -q enable saslauthd 2>/dev/null
systemctl restart saslauthd
postfix check
systemctl reload-or-restart postfix
