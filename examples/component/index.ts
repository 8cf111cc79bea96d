// A whole mail host. `proofUsername` and `proofPassword` are a user of the host; without them the proof is that a bogus login is refused.
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "pulumi-postfix-sasl";
import { SaslMailHost } from "pulumi-postfix-sasl";

const config = new pulumi.Config();

const host = new SaslMailHost("mail", {
  connection: config.requireObject<ConnectionArgs>("connection"),
  proof: { username: config.get("proofUsername"), password: config.getSecret("proofPassword") },
});

export const { state, transcript, versions } = host;
