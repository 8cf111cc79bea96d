// What a URN of the engine names: the kind of a resource, the mail host of a component
// (pulumi.com/docs/iac/concepts/resources/names).

/**
 * @example kindIn("urn:pulumi:…$pulumi-nodejs:dynamic/sasl:StatOverride::mail1-socket-directory") // "StatOverride"
 */
export function kindIn(urn: string): string {
  return /:(\w+)::[^:]*$/.exec(urn)?.[1] ?? urn;
}

/** The host whose component this is; `undefined` for any other resource, and for the parts of a host. */
export function hostIn(urn: string): string | undefined {
  return /[:$]sasl:index:SaslMailHost::(.+)$/.exec(urn)?.[1];
}
