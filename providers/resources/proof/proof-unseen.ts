// What the proof cannot test, because it comes from the host itself: lists that permit the host's
// own networks and then refuse other clients, logged in or not. These lists are read instead.
import type { SmtpdSettings } from "./proof-settings.ts";

/**
 * The lists that a service takes from main.cf, unless options or senderDomains set them: the others
 * that decide on a client (client, relay, recipient) are set in the service itself
 * (recipe/mail-services.ts).
 */
const lists = ["smtpd_helo_restrictions", "smtpd_sender_restrictions"] as const;

/** Restrictions that mail clients in home or hotel networks do not pass (postconf(5)). */
const refusing =
  /^(reject|defer|reject_(unknown|non_fqdn)_(helo_)?hostname|reject_unknown_(reverse_)?client(_hostname)?|reject_(rbl|rhsbl)_(client|helo|reverse_client)|reject_\w*sender_login_mismatch)$/;

/** One sentence for each list. */
export function unseenIn(port: number, { own, values }: SmtpdSettings): string[] {
  return lists.flatMap((list) => {
    const words = (own[list] ?? values[list] ?? "").split(/[\s,]+/).filter((word) => word !== "");
    const until = words.findIndex((word) => /^(permit|permit_sasl_authenticated)$/.test(word));
    const reached = until === -1 ? words : words.slice(0, until);
    const trusted = reached.indexOf("permit_mynetworks");
    const found = trusted === -1 ? [] : reached.slice(trusted + 1).filter((word) => refusing.test(word));
    return found.length === 0
      ? []
      : [
          `port ${port}: ${list} lets the host itself pass (permit_mynetworks), and so this proof; mail clients elsewhere come to ${found.join(" and ")} behind it, logged in or not: put permit_sasl_authenticated before it, or say options: {${list}: ""}`,
        ];
  });
}
