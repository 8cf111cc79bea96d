// Every resource by its kind. A new one is added here.
import type { ZodObject } from "zod";
import { authProof } from "./auth-proof.ts";
import type { Definition } from "./definition.ts";
import { groupMember } from "./group-member.ts";
import { mailAccount } from "./mail-account.ts";
import { masterService } from "./master-service.ts";
import { postfixService } from "./postfix-service.ts";
import { saslPackage } from "./sasl-package.ts";
import { saslauthdService } from "./saslauthd-service.ts";
import { smtpdConf } from "./smtpd-conf.ts";
import { statOverride } from "./stat-override.ts";
import { tlsCertificate } from "./tls-certificate.ts";

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
