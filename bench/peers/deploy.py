# The same host as this project makes, as a pyinfra deploy. Facts decide, and only what changed is restarted.
from io import StringIO

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, server, systemd

SOCKET_DIRECTORY = "/var/spool/postfix/var/run/saslauthd"
ENTRY = (
    "smtps inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes"
    " -o smtpd_client_restrictions=permit_sasl_authenticated,reject"
    " -o smtpd_relay_restrictions=permit_sasl_authenticated,reject"
    " -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination"
)

apt.packages(
    name="Packages",
    packages=["libsasl2-modules", "sasl2-bin", "postfix"],
    no_recommends=True,
    update=True,
    cache_time=86400,
)

# one question for what pyinfra has no fact of
found = host.get_fact(
    Command,
    f"dpkg-statoverride --list {SOCKET_DIRECTORY} || true; postconf -M smtps/inet 2>/dev/null | tr -s ' ' || true",
) or ""

if f"root sasl 710 {SOCKET_DIRECTORY}" not in found:
    server.shell(
        name="Override of the socket directory",
        commands=[f"dpkg-statoverride --force-statoverride-add --add root sasl 710 {SOCKET_DIRECTORY}"],
    )

files.directory(name="Socket directory", path=SOCKET_DIRECTORY, user="root", group="sasl", mode="710")

member = server.user(name="Postfix may reach the socket", user="postfix", groups=["sasl"], append=True)

options = [
    files.line(
        name=f"{key} of saslauthd",
        path="/etc/default/saslauthd",
        line=f"^{key}=.*$",
        replace=f'{key}="{value}"',
    )
    for key, value in {"START": "yes", "MECHANISMS": "pam", "OPTIONS": f"-c -m {SOCKET_DIRECTORY}"}.items()
]

drop_in = files.put(
    name="Drop-in of the unit",
    src=StringIO(f"[Service]\nPIDFile={SOCKET_DIRECTORY}/saslauthd.pid\n"),
    dest="/etc/systemd/system/saslauthd.service.d/socket.conf",
    mode="644",
    create_remote_dir=True,
)

application = files.put(
    name="SASL application file",
    src=StringIO("pwcheck_method: saslauthd\nmech_list: plain login\n"),
    dest="/etc/postfix/sasl/smtpd.conf",
    mode="644",
    create_remote_dir=True,
)

service = None
if ENTRY not in found:
    service = server.shell(name="Service on port 465", commands=[f"postconf -M 'smtps/inet={ENTRY}'"])

saslauthd_changed = drop_in.changed or any(option.changed for option in options)
postfix_changed = member.changed or application.changed or service is not None

systemd.service(
    name="saslauthd, now and at boot",
    service="saslauthd",
    running=True,
    enabled=True,
    restarted=saslauthd_changed,
    daemon_reload=drop_in.changed,
)
systemd.service(name="Postfix, now and at boot", service="postfix", running=True, enabled=True, reloaded=postfix_changed)
