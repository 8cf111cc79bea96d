// Every resource by its kind. A new one is added here.
import type { ZodObject } from "zod";
import { groupMember } from "./accounts/group-member.ts";
import { mailAccount } from "./accounts/mail-account.ts";
import type { Definition } from "./definition.ts";
import { saslPackage } from "./packages/sasl-package.ts";
import { masterService } from "./postfix/master-service.ts";
import { postfixService } from "./postfix/postfix-service.ts";
import { smtpdConf } from "./postfix/smtpd-conf.ts";
import { authProof } from "./proof/auth-proof.ts";
import { saslauthdService } from "./saslauthd/saslauthd-service.ts";
import { statOverride } from "./saslauthd/stat-override.ts";
import { tlsCertificate } from "./tls/tls-certificate.ts";

/** A definition whose own types are known only in its file. */
export type AnyDefinition = Definition<ZodObject, unknown, unknown>;

/**
 * In the order in which a SaslMailHost needs them. The questions to a host are sent in this order,
 * so the resource that is awaited first is answered first.
 */
export const catalogue = named({
  SaslPackage: saslPackage,
  StatOverride: statOverride,
  GroupMember: groupMember,
  SmtpdConf: smtpdConf,
  TlsCertificate: tlsCertificate,
  MasterService: masterService,
  MailAccount: mailAccount,
  SaslauthdService: saslauthdService,
  PostfixService: postfixService,
  AuthProof: authProof,
});

export type Kind = keyof typeof catalogue;

/** The definition of a kind that was received from Pulumi. */
export function definitionOf(kind: string): AnyDefinition {
  if (!Object.hasOwn(catalogue, kind))
    throw new Error(`no resource of the kind ${kind} in this version of the package`);
  return catalogue[kind as Kind];
}

/**
 * Keeps the kinds exact and hides the definitions' own types, which have no name outside their
 * files.
 */
function named<Name extends string>(definitions: Readonly<Record<Name, Pick<AnyDefinition, "kind">>>) {
  return definitions as Readonly<Record<Name, AnyDefinition>>;
}
