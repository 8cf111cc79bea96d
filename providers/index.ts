// All that a program imports.
export { type StackSecrets, withStackSecrets } from "./host/stack-secrets.ts";
export type { ConnectionArgs, HopArgs } from "./pulumi/connection.ts";
export { inputRules, inputSchemas } from "./pulumi/input-schemas.ts";
export type { TlsArgs } from "./pulumi/mail-services.ts";
export {
  AuthProof,
  GroupMember,
  MailAccount,
  MasterService,
  PostfixService,
  SaslauthdService,
  SaslPackage,
  SmtpdConf,
  StatOverride,
  TlsCertificate,
} from "./pulumi/resources.ts";
export { type AccountArgs, SaslMailHost, type SaslMailHostArgs } from "./pulumi/sasl-mail-host.ts";
export { type LimitArgs, limitsSchema } from "./resources/postfix/limits.ts";
export { ldapSchema } from "./resources/saslauthd/ldap-settings.ts";
export { rimapSchema } from "./resources/saslauthd/rimap-settings.ts";
