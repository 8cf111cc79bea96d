// What a demo without a host can show in truth: the resources that are files alone.
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "pulumi-postfix-sasl";
import { MasterService, SmtpdConf } from "pulumi-postfix-sasl";

const connection = new pulumi.Config().requireObject<ConnectionArgs>("connection");

new SmtpdConf("smtpd-conf", { connection });
new MasterService("smtps", { connection });
