// One connection object for `remote.Command` and for ours: what has no resource is a command, what can drift is a resource.
import { remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { SaslMailHost } from "pulumi-postfix-sasl";

const config = new pulumi.Config();

const connection: types.input.remote.ConnectionArgs = {
  host: config.require("host"),
  user: "root",
  privateKey: config.requireSecret("privateKey"),
  // without it a remote.Command would talk to whoever answers
  hostKey: config.require("hostKey"),
};

const firewall = new remote.Command("open-submissions", {
  connection,
  create: "ufw allow 465/tcp",
  delete: "ufw delete allow 465/tcp",
});

const host = new SaslMailHost(
  "mail",
  { connection, tls: { certificateFile: "/etc/ssl/certs/mail.pem", keyFile: "/etc/ssl/private/mail.key" } },
  { dependsOn: firewall },
);

export const { state } = host;
