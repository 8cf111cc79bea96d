// The settings of a mail host from which its recipe follows. They are the inputs of SaslMailHost,
// where they are documented, without the connection.
import type { LimitArgs } from "../resources/postfix/limits.ts";

/** A value that a recipe never reads, but only passes on: plain, or an output of a Pulumi program. */
export type Opaque = unknown;

export interface TlsSettings {
  readonly certificateFile?: Opaque;
  readonly keyFile?: Opaque;
  readonly certificate?: Opaque;
  readonly key?: Opaque;
  readonly selfSigned?: boolean | undefined;
  readonly serverName?: Opaque;
  readonly certificateAuthority?: Opaque;
  readonly expiryWarningDays?: Opaque;
  readonly allowAuthOnPort25?: boolean | undefined;
}

export interface AccountSettings {
  readonly name: string;
  readonly password: Opaque;
  readonly store?: "system" | "sasldb" | undefined;
  readonly realm?: string | undefined;
  readonly locked?: boolean | undefined;
  readonly adopt?: boolean | undefined;
  readonly shell?: string | undefined;
}

/** The ports with AUTH, and whether Postfix runs with them. */
export interface PortSettings {
  readonly tls?: TlsSettings | undefined;
  readonly smtps?: boolean | undefined;
  readonly submission?: boolean | undefined;
  readonly finalState?: "running" | "stopped" | undefined;
  readonly allowCleartext?: boolean | undefined;
}

export interface MailHostSettings extends PortSettings {
  /** The host of the connection: the name that clients connect to where `tls` has no other. */
  readonly address: Opaque;
  /** The same, where mail clients can be expected to reach the host by it. */
  readonly clientAddress?: Opaque;
  readonly limits?: LimitArgs | undefined;
  readonly options?: Readonly<Record<string, Opaque>> | undefined;
  readonly senderDomains?: readonly string[] | undefined;
  readonly proof?: { readonly username?: Opaque; readonly password?: Opaque } | undefined;
  readonly outside?: Opaque;
  readonly mechanism?: Opaque;
  readonly cache?: Opaque;
  readonly takeOverSaslauthd?: boolean | undefined;
  readonly threads?: Opaque;
  readonly saslauthdOptions?: Opaque;
  readonly realmInLogin?: Opaque;
  readonly ldap?: { readonly bindPassword?: Opaque } | undefined;
  readonly rimap?: object | undefined;
  readonly accounts?: readonly AccountSettings[] | undefined;
  readonly socketDirectory?: Opaque;
}

/** The settings of a connection that decide which address of the host mail clients see. */
interface Route {
  readonly host: string;
  readonly port?: number | undefined;
  readonly proxy?: object | undefined;
  readonly sshConfigFile?: string | undefined;
}

/**
 * The address of the host where mail clients can be expected to use the same: not behind a jump
 * host, a forwarded port or an alias of ssh_config. Empty where it is not known: an output without
 * a value would reach the provider as null.
 */
export function addressForClients({ host, port = 22, proxy, sshConfigFile }: Route): string {
  return port === 22 && proxy === undefined && sshConfigFile === undefined ? host : "";
}
