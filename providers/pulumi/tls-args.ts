// The input `tls` of SaslMailHost as a Pulumi program writes it.
import type * as pulumi from "@pulumi/pulumi";

/**
 * TLS on the ports with AUTH, version 1.2 or newer (RFC 8996), with a certificate from exactly one
 * of three sources. A certificate that cannot work (its key belongs to another certificate, it is
 * not valid for the name, it has expired) is refused before anything is written.
 */
export interface TlsArgs {
  /**
   * Source 1, with `keyFile`: a file on the host with the certificate and its chain, PEM. Another
   * program renews it (certbot).
   */
  certificateFile?: pulumi.Input<string> | undefined;
  /**
   * Source 1: its private key on the host, PEM, without a passphrase. May be the same file, with the
   * key first.
   */
  keyFile?: pulumi.Input<string> | undefined;
  /** Source 2, with `key`: the certificate and its chain, PEM. */
  certificate?: pulumi.Input<string> | undefined;
  /**
   * Source 2: its private key, PEM, without a passphrase. On the host it is in /etc/postfix/tls,
   * readable by root only. Kept as a secret.
   */
  key?: pulumi.Input<string> | undefined;
  /**
   * Source 3: true = a self-signed certificate made on the host, which an `up` renews in its last
   * 30 days. For a lab. Default false.
   */
  selfSigned?: boolean | undefined;
  /**
   * The name, or address, that clients connect to: the certificate must be valid for it. Default:
   * the host of the connection.
   */
  serverName?: pulumi.Input<string> | undefined;
  /**
   * PEM of the authority that signed it, where that is not a public one. Not needed for
   * `selfSigned`.
   */
  certificateAuthority?: pulumi.Input<string> | undefined;
  /** Days before the certificate expires from which on every run warns. Default 21. */
  expiryWarningDays?: pulumi.Input<number> | undefined;
  /**
   * Accept that port 25 offers AUTH, where main.cf enables it for all services; otherwise the proof
   * fails. Default false.
   */
  allowAuthOnPort25?: boolean | undefined;
}
