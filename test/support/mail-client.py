"""A stock SMTP client that is none of our code: one login with Python's smtplib, the answer as JSON.

Reads {"host", "port", "user", "password", "mechanism", "tls", "name", "authority", "sender", "recipient",
"message"} as JSON from stdin, so that the password is in no
argument. "tls" is true (from the first byte) or "starttls"; with "authority" (PEM) the certificate is verified for "name".
"""

import base64
import hashlib
import json
import smtplib
import socket
import ssl
import sys

wanted = json.load(sys.stdin)
context = ssl._create_unverified_context()
host = wanted["host"]
if wanted.get("authority"):
    context = ssl.create_default_context(cadata=wanted["authority"])
    host = wanted["name"]
    look_up = socket.getaddrinfo
    socket.getaddrinfo = lambda name, *rest, **more: look_up(wanted["host"] if name == host else name, *rest, **more)
kwargs = {"host": host, "port": wanted["port"], "timeout": 60, "local_hostname": "localhost"}
client = smtplib.SMTP_SSL(context=context, **kwargs) if wanted.get("tls") is True else smtplib.SMTP(**kwargs)
client.ehlo()
answer = {"code": 0, "text": ""}
if wanted.get("tls") == "starttls":
    answer["offeredBefore"] = client.esmtp_features.get("auth", "").split()
    client.starttls(context=context)
    client.ehlo()
answer["offered"] = client.esmtp_features.get("auth", "").split()
if wanted.get("tls"):
    answer["fingerprint"] = hashlib.sha256(client.sock.getpeercert(True)).hexdigest()
    answer["version"] = client.sock.version()
if wanted.get("user") is not None:
    # smtplib's own auth() knows ASCII only; the same commands with UTF-8, as RFC 4616 wants them
    def encoded(text):
        return base64.b64encode(text.encode("utf-8")).decode("ascii")

    if wanted["mechanism"] == "PLAIN":
        code, text = client.docmd("AUTH", "PLAIN " + encoded("\0" + wanted["user"] + "\0" + wanted["password"]))
    else:
        code, text = client.docmd("AUTH", "LOGIN")
        if code == 334:
            client.docmd(encoded(wanted["user"]))
            code, text = client.docmd(encoded(wanted["password"]))
    answer["code"], answer["text"] = code, text.decode("utf-8", "replace")
if wanted.get("recipient") is not None:
    client.mail(wanted.get("sender") or "outsider@example.org")
    code, text = client.rcpt(wanted["recipient"])
    answer["recipientCode"] = code
    if wanted.get("message") and code == 250:
        answer["messageCode"], _ = client.data(wanted["message"])
client.close()
json.dump(answer, sys.stdout)
