// The policy pack: `pulumi preview --policy-pack policy` and `pulumi up --policy-pack policy` refuse a stack that breaks a rule, before
// anything is changed. For all stacks but those of throw-away hosts. `.mts`, since Pulumi would compile an `index.ts` with ts-node.
import { PolicyPack, type PolicyResource, type ReportViolation, type ResourceValidationArgs } from "@pulumi/policy";
import {
  lowTls,
  nameOf,
  onSameHost,
  openNetworks,
  type Placed,
  type Service,
  takesCleartextPasswords,
  unpinned,
} from "./rules.ts";

const kindOf = (type: string) => /^pulumi-nodejs:dynamic\/sasl:(.+)$/.exec(type)?.[1];

/** A rule about each service of master.cf by itself. */
const onServices =
  (rule: (service: Service) => string[]) =>
  ({ type, props }: ResourceValidationArgs, report: ReportViolation): void => {
    if (kindOf(type) === "MasterService") for (const violation of rule(props as Service)) report(violation);
  };

new PolicyPack("mail-hosts", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "no-cleartext-auth",
      description: "No running Postfix takes passwords without TLS.",
      validateStack: ({ resources }, report) => {
        const services = resources.filter(({ type }) => kindOf(type) === "MasterService");
        for (const postfix of resources.filter(({ type }) => kindOf(type) === "PostfixService")) {
          if (postfix.props.state !== "running") continue;
          const own = services.filter((service) => onSameHost(placeOf(service), placeOf(postfix)));
          const open = own.filter(({ props }) => takesCleartextPasswords(props.options ?? {}));
          if (postfix.props.cleartextAuth === true || open.length > 0) {
            report(
              `Postfix on ${nameOf(placeOf(postfix))} would be left running: configure tls, or let it end stopped`,
              postfix.urn,
            );
          }
        }
      },
    },
    {
      name: "tls-floor",
      description: "Services with TLS speak TLS 1.2 or later.",
      validateResource: onServices(lowTls),
    },
    {
      name: "no-open-mynetworks",
      description: "Nobody sends without a login because of the network they are in.",
      validateResource: onServices(openNetworks),
    },
    {
      name: "pinned-host-keys",
      description: "The SSH host key of each host stands in the stack's configuration.",
      validateStack: ({ resources }, report) => {
        const ours = resources.filter(({ type }) => kindOf(type) !== undefined);
        // one complaint a host, not one for each of its resources
        const complaints = ours.flatMap(({ urn, props }) =>
          unpinned(props as Placed).map((complaint) => [complaint, urn] as const),
        );
        for (const [complaint, urn] of new Map(complaints)) report(complaint, urn);
      },
    },
  ],
});

function placeOf({ props }: PolicyResource): Placed {
  return props as Placed;
}
