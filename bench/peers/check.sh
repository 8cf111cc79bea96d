# The floor of a run with nothing to do: everything that must be looked at, in one shell. Fails where something is not right.
set -e
d=/var/spool/postfix/var/run/saslauthd
dpkg-query -W -f '${db:Status-Status}\n' libsasl2-modules sasl2-bin postfix | grep -vqx installed && exit 1
[ "$(dpkg-statoverride --list $d)" = "root sasl 710 $d" ]
[ "$(stat -c '%U %G %a' $d)" = 'root sasl 710' ]
id -nG postfix | grep -qw sasl
grep -qxF "OPTIONS=\"-c -m $d\"" /etc/default/saslauthd
grep -q PIDFile /etc/systemd/system/saslauthd.service.d/*.conf
postconf -M smtps/inet | grep -q smtpd_sasl_auth_enable=yes
grep -qx 'pwcheck_method: saslauthd' /etc/postfix/sasl/smtpd.conf
grep -qx 'mech_list: plain login' /etc/postfix/sasl/smtpd.conf
systemctl -q is-active saslauthd postfix
systemctl -q is-enabled saslauthd postfix
tr '\0' ' ' < "/proc/$(pgrep -o -x saslauthd)/cmdline" | grep -qF -- "-m $d"
ss -Hltn | grep -q ':25 '
ss -Hltn | grep -q ':465 '
cat /etc/machine-id >/dev/null
