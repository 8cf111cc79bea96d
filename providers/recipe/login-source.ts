// The parts of a mail host's recipe that decide who can log in: accounts and saslauthd.
import type { Entry } from "./entry.ts";
import type { AccountSettings, MailHostSettings, Opaque } from "./settings.ts";

export function accountEntries({ accounts = [], options }: MailHostSettings): Entry[] {
  return accounts.map((account) => {
    const store = account.store === "sasldb" ? "sasldb-" : "";
    const realm = account.realm === undefined ? "" : `@${account.realm}`;
    return {
      kind: "MailAccount",
      name: `account-${store}${account.name}${realm}`,
      inputs: { ...account, ...realmOf(account, options) },
      dependsOn: ["packages"],
    };
  });
}

export function saslauthdInputs(settings: MailHostSettings, socketDirectory: Opaque) {
  const { mechanism, cache, threads, realmInLogin, rimap, takeOverSaslauthd = false } = settings;
  const { bindPassword, ...ldap } = settings.ldap ?? {};
  return {
    mechanism,
    socketDirectory,
    cache,
    takeOver: takeOverSaslauthd,
    threads,
    realmInLogin,
    options: settings.saslauthdOptions,
    ldap: settings.ldap === undefined ? undefined : ldap,
    ldapBindPassword: bindPassword,
    rimap,
  };
}

/**
 * The realm of an account: where the services set the realm of a login without one, it is the
 * account's.
 */
function realmOf({ store, realm }: AccountSettings, options: MailHostSettings["options"]) {
  const own = options?.smtpd_sasl_local_domain;
  return store === "sasldb" && realm === undefined && own !== undefined && own !== "" ? { realm: own } : {};
}
