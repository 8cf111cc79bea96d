// All that a program imports.
export { type StackSecrets, withStackSecrets } from "./host/stack-secrets.ts";
export type { ConnectionArgs, HopArgs } from "./pulumi/connection.ts";
export {
  AuthProof,
  GroupMember,
  MasterService,
  PostfixService,
  SaslauthdService,
  SaslPackage,
  SmtpdConf,
  StatOverride,
} from "./pulumi/resources.ts";
export { SaslMailHost, type SaslMailHostArgs, type TlsArgs } from "./pulumi/sasl-mail-host.ts";
