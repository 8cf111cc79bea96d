// The parts of a mail host's recipe that decide who can log in: accounts and saslauthd.
import { mailAccountSchema } from "../resources/accounts/mail-account.ts";
import type { RecipeEntry } from "./entry.ts";
import type { AccountSettings, MailHostSettings, Opaque } from "./settings.ts";

export function accountResources({ accounts = [], options }: MailHostSettings): RecipeEntry[] {
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
 * What is wrong with the realm that `options` give to an account; `undefined` where nothing is. An
 * option that is an output of a Pulumi program is not known yet.
 */
export function wrongRealm({ accounts = [], options }: Logins): string | undefined {
  const taker = accounts.find((account) => "realm" in realmOf(account, options));
  const realm = options?.smtpd_sasl_local_domain;
  if (taker === undefined || typeof realm !== "string" || mailAccountSchema.shape.realm.safeParse(realm).success)
    return undefined;
  const why = realm.includes("$") ? "whose value only the host knows" : "which is no host or domain name";
  return `smtpd_sasl_local_domain is ${realm}, ${why}: give the sasldb account ${taker.name} a realm`;
}

interface Logins {
  readonly accounts?: readonly Pick<AccountSettings, "name" | "store" | "realm">[] | undefined;
  readonly options?: MailHostSettings["options"];
}

/**
 * A sasldb account without a realm gets `smtpd_sasl_local_domain` of `options`, because that is the
 * realm of logins that name none.
 */
function realmOf({ store, realm }: Pick<AccountSettings, "store" | "realm">, options: Logins["options"]) {
  const own = options?.smtpd_sasl_local_domain;
  return store === "sasldb" && realm === undefined && own !== undefined && own !== "" ? { realm: own } : {};
}
