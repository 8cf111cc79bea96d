// A host whose address is not known before another resource was made. The first preview plans it all the same, without any contact.
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "pulumi-postfix-sasl";
import { StatOverride } from "pulumi-postfix-sasl";

const config = new pulumi.Config();

/** Stands for whatever makes the machine: a resource of a cloud whose output is the address. */
class Machine extends pulumi.dynamic.Resource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: { willBeAt: string }) {
    const provider: pulumi.dynamic.ResourceProvider = {
      create: async ({ willBeAt }) => ({ id: "machine", outs: { address: willBeAt } }),
    };
    super(provider, name, { ...args, address: undefined });
  }
}

const { host, ...credentials } = config.requireObject<ConnectionArgs & { host: string }>("connection");
const machine = new Machine("machine", { willBeAt: host });

const directory = new StatOverride("report-directory", {
  connection: { ...credentials, host: machine.address },
  path: "/srv/reports",
  owner: "root",
  group: "mail",
  mode: "750",
});

export const { mode } = directory;
