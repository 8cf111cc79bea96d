// One resource alone: a directory whose owner and mode dpkg keeps over upgrades of the package that it belongs to.
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "pulumi-postfix-sasl";
import { StatOverride } from "pulumi-postfix-sasl";

const config = new pulumi.Config();

const directory = new StatOverride("report-directory", {
  connection: config.requireObject<ConnectionArgs>("connection"),
  path: "/srv/reports",
  owner: "root",
  group: "mail",
  mode: "750",
});

/** Where the reports go, and who gets at them. */
export const reports = pulumi.interpolate`${directory.path} ${directory.owner}:${directory.group} ${directory.mode}`;
