// What the proof cannot test, because it comes from the host itself: lists that permit the host's
// own networks and then refuse other clients, logged in or not. These lists are read instead.
import { listItems } from "../../facts/postconf.ts";
import type { SmtpdSettings } from "./proof-settings.ts";

/**
 * The lists that a service takes from main.cf, unless options or senderDomains set them: the others
 * that decide on a client (client, relay, recipient) are set in the service itself
 * (recipe/mail-services.ts).
 */
const lists = ["smtpd_helo_restrictions", "smtpd_sender_restrictions"] as const;

/** Restrictions that mail clients in home or hotel networks do not pass (postconf(5)). */
const refusing =
  /^(reject|defer|reject_(unknown|non_fqdn)_(helo_)?hostname|reject_unknown_(reverse_)?client(_hostname)?|reject_(rbl|rhsbl)_(client|helo|reverse_client))$/;

/** Restrictions by which a login sends only as itself: they are to stay in force for logins. */
const ownership = /^reject_\w*sender_login_mismatch$/;

/** A sentence for each list that refuses clients, and one for each that keeps senders apart. */
export function unseenIn(port: number, { own, values }: SmtpdSettings): string[] {
  return lists.flatMap((list) => {
    const words = listItems(own[list] ?? values[list] ?? "");
    const until = words.findIndex((word) => /^(permit|permit_sasl_authenticated)$/.test(word));
    const reached = until === -1 ? words : words.slice(0, until);
    const trusted = reached.indexOf("permit_mynetworks");
    const behind =
      trusted === -1 ? [] : reached.slice(trusted + 1).filter((_word, at) => !onlyWarns(reached, trusted + 1 + at));
    const found = behind.filter((word) => refusing.test(word));
    const owned = behind.filter((word) => ownership.test(word));
    const passes = `port ${port}: ${list} lets the host itself pass (permit_mynetworks), and with it this proof`;
    return [
      ...(found.length === 0
        ? []
        : [
            `${passes}; mail clients elsewhere come to ${found.join(" and ")} behind it, logged in or not. To let logins pass it: ${forLogins(list, words)}`,
          ]),
      ...(owned.length === 0
        ? []
        : [
            `${passes}; elsewhere a login may send only from its own addresses (${owned.join(" and ")}). Leave that in force, and see that smtpd_sender_login_maps has the addresses of each login`,
          ]),
    ];
  });
}

function onlyWarns(words: readonly string[], at: number): boolean {
  return words[at - 1] === "warn_if_reject";
}

/** The list with logins let through before the first refusal, but not before a sender is checked. */
function forLogins(list: string, words: readonly string[]): string {
  const isOwnership = (word: string, at: number) => ownership.test(word) && !onlyWarns(words, at);
  const first = words.findIndex((word, at) => refusing.test(word) && !onlyWarns(words, at));
  // White space and commas are more than separators within braces (postconf(5), inline tables).
  if (words.some((word) => /[{}]/.test(word)))
    return `put permit_sasl_authenticated before ${words[first]}, and behind every reject_…_sender_login_mismatch`;
  const later = words.slice(first).filter((word, at) => isOwnership(word, first + at));
  const rest = words.slice(first).filter((word, at) => !isOwnership(word, first + at));
  const all = [...words.slice(0, first), ...later, "permit_sasl_authenticated", ...rest];
  return `options: {${list}: "${all.join(",")}"}, which leaves main.cf as it is`;
}
