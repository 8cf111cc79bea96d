// What a client sends after its login: a sender and a recipient. If the host refuses them, the
// restriction list that did so.
import { isMilterAnswer } from "../../facts/milter.ts";
import { listItems } from "../../facts/postconf.ts";
import { restrictionLists } from "../../facts/relay-policy.ts";
import type { Envelope, Proof } from "../../steps/smtp-dialogue.ts";
import { miltersIn, type SmtpdSettings } from "./proof-settings.ts";

/** An address literal, which is valid whatever a list requires of names (RFC 5321, 4.1.3). */
const literal = "[127.0.0.1]";

/** A greeting that many clients use: a name without a domain, which is not in DNS. */
const unknownName = "desktop";

/**
 * From the user to the postmaster of one of the host's domains, which every domain must have (RFC
 * 5321, 4.5.1). Where a login may send only as itself, also from somebody else, which the host must
 * refuse.
 */
export function envelopesFor(
  username: string,
  settings: SmtpdSettings,
  senderDomains: readonly string[] = [],
): Envelope[] {
  const domain = ownDomain(settings);
  const senderDomain = senderDomains[0] ?? domain;
  const isAddress = /^[\w.!#$%&'*+/=?^`{|}~-]+(@[\w.-]+)?$/.test(username);
  const sender = isAddress ? username : "postmaster";
  const envelope = {
    greeting: literal,
    sender: sender.includes("@") ? sender : `${sender}@${senderDomain}`,
    recipient: `postmaster@${domain}`,
  };
  const looksAtNames = restrictionLists.some((list) => /helo|hostname/.test(inForce(list, settings)));
  const forged = { ...envelope, sender: `not-${sender.replace(/@.*/, "")}@${senderDomain}`, refusedWith: "553" };
  // No address can be made of this name, and postmaster, who stands in for it, is rightly refused
  // then (553).
  if (senderDomains.length > 0 && !isAddress) return [forged];
  return [
    envelope,
    ...(senderDomains.length === 0 ? [] : [forged]),
    ...(looksAtNames ? [{ ...envelope, greeting: unknownName }] : []),
  ];
}

/** One sentence for each refusal, with the list that refused. */
export function refusalsIn(proofs: readonly Proof[], settingsOf: (port: number) => SmtpdSettings): string[] {
  return proofs.flatMap(({ port, refused = [] }) => {
    // A refusal of the first greeting applies to all others too.
    const [first] = refused;
    if (first === undefined) return [];
    const { envelope, reply } = first;
    if (unknownRecipient.test(reply)) return [noPostmaster(port, envelope, reply)];
    const who = envelope.greeting === literal ? "" : ` with a client that calls itself "${envelope.greeting}"`;
    return [
      `whoever has logged in on port ${port}${who} cannot send from ${envelope.sender} to ${envelope.recipient}: the host answers "${reply}" (${saidBy(reply, settingsOf(port))})`,
    ];
  });
}

/** RFC 3463, 3.2: the mailbox does not exist, as Postfix says it (unknown_local_recipient_reject_code). */
const unknownRecipient = /^550 5\.1\.[01] /;

/** The recipient is missing, and the sender was accepted: nothing is known against the user. */
function noPostmaster(port: number, { recipient }: Envelope, reply: string): string {
  return `${recipient} does not exist on the host, and every mail domain must have a postmaster (RFC 5321, 4.5.1): the host answers "${reply}" on port ${port}. Whether the user can send to others is not shown; an alias for postmaster in /etc/aliases, or in the map of a virtual domain, lets the proof show it`;
}

/** Postfix's answers by subject, and the restrictions that give them (smtpd_check.c). */
const sayings: readonly { answer: RegExp; list?: string; words: RegExp }[] = [
  { answer: /not owned by user|not logged in/, words: /^reject_\w*sender_login_mismatch$/ },
  { answer: /Helo command rejected/, list: "smtpd_helo_restrictions", words: /helo|^reject_\w+_hostname$/ },
  { answer: /Sender address rejected/, list: "smtpd_sender_restrictions", words: /sender/ },
  { answer: /Relay access denied/, words: /_unauth_destination$/ },
  { answer: /Recipient address rejected/, list: "smtpd_recipient_restrictions", words: /recipient|policy_service/ },
  { answer: /Client host rejected/, list: "smtpd_client_restrictions", words: /client|hostname/ },
  { answer: /blocked using/, words: /rbl/ },
];

function saidBy(reply: string, settings: SmtpdSettings): string {
  if (isMilterAnswer(reply)) return `a milter does not answer Postfix: ${miltersIn(settings) ?? "smtpd_milters"}`;
  const saying = sayings.find(({ answer }) => answer.test(reply));
  const lists = restrictionLists.map((list) => ({ list, words: listItems(inForce(list, settings)) }));
  const guilty = lists.flatMap(({ list, words }) => {
    const said = words.filter(
      (word) => saying?.words.test(word) || (saying?.list === list && /^(reject|defer)$/.test(word)),
    );
    return said.length === 0 ? [] : [{ list, words: said }];
  });
  const described = guilty.length > 0 ? guilty : lists.filter(({ words }) => words.length > 0);
  if (described.length === 0) return "by no list of restrictions: a milter, or a limit";
  return described
    .map(({ list, words }) => `${list} = ${words.join(" ")}, ${list in settings.own ? "-o of the service" : "main.cf"}`)
    .join("; ");
}

function inForce(list: string, { own, values }: SmtpdSettings): string {
  return own[list] ?? values[list] ?? "";
}

/**
 * The host's own name if mail for it is delivered locally, else the first such name in a list.
 * Names in a lookup table cannot be read.
 */
function ownDomain({ values }: SmtpdSettings): string {
  const { myhostname = "localhost" } = values;
  const lists = ["mydestination", "virtual_mailbox_domains", "virtual_alias_domains"];
  const names = lists
    .flatMap((list) => listItems(values[list] ?? ""))
    .filter((word) => /^[a-z0-9][a-z0-9.-]*$/i.test(word) && !/^localhost(\.|$)/i.test(word));
  return names.includes(myhostname) ? myhostname : (names[0] ?? myhostname);
}
