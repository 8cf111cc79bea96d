// All that a program imports.
export { type StackSecrets, withStackSecrets } from "./host/connection-secrets.ts";
export type { ConnectionArgs, HopArgs } from "./pulumi/connection.ts";
export { inputRules, inputSchemas } from "./pulumi/input-schemas.ts";
export type { AccountArgs, SaslMailHostArgs } from "./pulumi/mail-host-args.ts";
export * from "./pulumi/resources.ts";
export { SaslMailHost } from "./pulumi/sasl-mail-host.ts";
export type { TlsArgs } from "./pulumi/tls-args.ts";
export { type LimitArgs, limitsSchema } from "./resources/postfix/limits.ts";
export { ldapSchema } from "./resources/saslauthd/ldap-settings.ts";
export { rimapSchema } from "./resources/saslauthd/rimap-settings.ts";
