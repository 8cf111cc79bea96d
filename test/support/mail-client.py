"""A stock SMTP client that is none of our code: one login with Python's smtplib, the answer as JSON.

Reads {"host", "port", "user", "password", "mechanism", "tls"} as JSON from stdin, so that the password is in no argument.
"""

import base64
import json
import smtplib
import ssl
import sys

wanted = json.load(sys.stdin)
kwargs = {"host": wanted["host"], "port": wanted["port"], "timeout": 60, "local_hostname": "localhost"}
if wanted.get("tls"):
    client = smtplib.SMTP_SSL(context=ssl._create_unverified_context(), **kwargs)
else:
    client = smtplib.SMTP(**kwargs)
client.ehlo()
offered = client.esmtp_features.get("auth", "")
answer = {"offered": offered.split(), "code": 0, "text": ""}
if wanted.get("user") is not None:
    # smtplib's own auth() knows ASCII only; the same commands with UTF-8, as RFC 4616 wants them
    def encoded(text):
        return base64.b64encode(text.encode("utf-8")).decode("ascii")

    if wanted["mechanism"] == "PLAIN":
        code, text = client.docmd("AUTH", "PLAIN " + encoded("\0" + wanted["user"] + "\0" + wanted["password"]))
    else:
        client.docmd("AUTH", "LOGIN")
        client.docmd(encoded(wanted["user"]))
        code, text = client.docmd(encoded(wanted["password"]))
    answer["code"], answer["text"] = code, text.decode("utf-8", "replace")
if wanted.get("recipient") is not None:
    client.mail("outsider@example.org")
    code, text = client.rcpt(wanted["recipient"])
    answer["recipientCode"] = code
client.close()
json.dump(answer, sys.stdout)
