// Dynamic resources that do nothing, in the form of Pulumi's own documentation.
import * as pulumi from "@pulumi/pulumi";

const nothing = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async (inputs) => ({ id: "nothing", outs: inputs }),
  read: async (id, properties) => ({ id, props: properties }),
};

for (let number = 1; number <= new pulumi.Config().requireNumber("count"); number += 1) {
  new pulumi.dynamic.Resource(nothing, `resource-${number}`, { number });
}
