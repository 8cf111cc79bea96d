// The levels of smtpd_tls_security_level by which smtpd takes no password before TLS (postconf(5)).

/** smtpd knows none above encrypt, and takes those of smtp(8) for it with a warning. */
const takenForEncrypt = ["encrypt", "verify", "secure", "fingerprint"];

/** Postfix compares names of levels without regard to case (tls_level_lookup in tls_level.c). */
export function isTakenForEncrypt(level: string): boolean {
  return takenForEncrypt.includes(level.toLowerCase());
}
