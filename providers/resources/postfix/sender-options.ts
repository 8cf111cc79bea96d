// The settings by which a service takes mail only from an address of whoever has logged in.

/**
 * alice, and alice@DOMAIN, own alice@DOMAIN and alice+anything@DOMAIN, for each of the domains; every
 * other address belongs to nobody, and so to no login (postconf(5), smtpd_sender_login_maps). The
 * table is written in the setting itself, which Postfix 3.7 and later can (regexp_table(5), INLINE
 * SPECIFICATION); there `$$` stands for `$`.
 */
export function senderOptions(domains: readonly string[]): Record<string, string> {
  if (domains.length === 0) return {};
  const any = domains.map((domain) => domain.replaceAll(".", "\\.")).join("|");
  return {
    smtpd_sender_login_maps: `regexp:{{/^([^@+]+)(\\+[^@]*)?@(${any})$$/ $$1,$$1@$$3}}`,
    smtpd_sender_restrictions: "reject_authenticated_sender_login_mismatch",
  };
}
