// A program for the tests of Pulumi's resource options: every resource comes from the configuration, with its options.
import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, GroupMember, SmtpdConf, StatOverride } from "pulumi-postfix-sasl";

/** One resource as the configuration names it. */
interface Declared {
  readonly kind: "GroupMember" | "SmtpdConf" | "StatOverride";
  readonly name: string;
  readonly inputs: object;
  readonly options?: pulumi.CustomResourceOptions;
}

const kinds = { GroupMember, SmtpdConf, StatOverride };
const config = new pulumi.Config();
const connection = config.requireObject<ConnectionArgs>("connection");
for (const { kind, name, inputs, options } of config.requireObject<Declared[]>("resources")) {
  new kinds[kind](name, { connection, ...inputs }, options);
}
