// What a user who has logged in would say next: a sender and a recipient. And, where the host says no, which of its lists it was.
import { restrictionLists } from "../facts/relay-policy.ts";
import type { Envelope, Proof } from "../steps/step.ts";
import type { PortSettings } from "./proof-settings.ts";

/** As an address literal, which is right whatever a list asks of names (RFC 5321, 4.1.3). */
const literal = "[127.0.0.1]";

/** As many clients call themselves: a name without a domain, which no DNS knows. */
const unknownName = "desktop";

/** From the user to the postmaster of a domain that is the host's own, whom every domain must have (RFC 5321, 4.5.1). */
export function envelopesFor(username: string, settings: PortSettings): Envelope[] {
  const domain = ownDomain(settings);
  const sender = /^[\w.!#$%&'*+/=?^`{|}~-]+(@[\w.-]+)?$/.test(username) ? username : "postmaster";
  const envelope = {
    greeting: literal,
    sender: sender.includes("@") ? sender : `${sender}@${domain}`,
    recipient: `postmaster@${domain}`,
  };
  const looksAtNames = restrictionLists.some((list) => /helo|hostname/.test(inForce(list, settings)));
  return looksAtNames ? [envelope, { ...envelope, greeting: unknownName }] : [envelope];
}

/** One sentence for each refusal, with the list that said no. */
export function refusalsIn(proofs: readonly Proof[], settingsOf: (port: number) => PortSettings): string[] {
  return proofs.flatMap(({ port, refused = [] }) => {
    // a refusal of the first greeting is one of all others, too
    const [first] = refused;
    if (first === undefined) return [];
    const { envelope, reply } = first;
    const who = envelope.greeting === literal ? "" : ` with a client that calls itself "${envelope.greeting}"`;
    return [
      `whoever has logged in on port ${port}${who} cannot send from ${envelope.sender} to ${envelope.recipient}: the host answers "${reply}" (${saidBy(reply, settingsOf(port))})`,
    ];
  });
}

/** Of Postfix's answers, what they speak of and the restrictions that speak so (smtpd_check.c). */
const sayings: readonly { answer: RegExp; list?: string; words: RegExp }[] = [
  { answer: /not owned by user|not logged in/, words: /^reject_\w*sender_login_mismatch$/ },
  { answer: /Helo command rejected/, list: "smtpd_helo_restrictions", words: /helo|^reject_\w+_hostname$/ },
  { answer: /Sender address rejected/, list: "smtpd_sender_restrictions", words: /sender/ },
  { answer: /Relay access denied/, words: /_unauth_destination$/ },
  { answer: /Recipient address rejected/, list: "smtpd_recipient_restrictions", words: /recipient|policy_service/ },
  { answer: /Client host rejected/, list: "smtpd_client_restrictions", words: /client|hostname/ },
  { answer: /blocked using/, words: /rbl/ },
];

function saidBy(reply: string, settings: PortSettings): string {
  const saying = sayings.find(({ answer }) => answer.test(reply));
  const lists = restrictionLists.map((list) => ({ list, words: wordsOf(inForce(list, settings)) }));
  const guilty = lists.flatMap(({ list, words }) => {
    const said = words.filter(
      (word) => saying?.words.test(word) || (saying?.list === list && /^(reject|defer)$/.test(word)),
    );
    return said.length === 0 ? [] : [{ list, words: said }];
  });
  const told = guilty.length > 0 ? guilty : lists.filter(({ words }) => words.length > 0);
  if (told.length === 0) return "by no list of restrictions: a milter, or a limit";
  return told
    .map(({ list, words }) => `${list} = ${words.join(" ")}, ${list in settings.own ? "-o of the service" : "main.cf"}`)
    .join("; ");
}

function inForce(list: string, { own, values }: PortSettings): string {
  return own[list] ?? values[list] ?? "";
}

/** The host's own name where mail for it stays here, else the first name of a list that does. A table tells no name. */
function ownDomain({ values }: PortSettings): string {
  const { myhostname = "localhost" } = values;
  const lists = ["mydestination", "virtual_mailbox_domains", "virtual_alias_domains"];
  const names = lists
    .flatMap((list) => wordsOf(values[list] ?? ""))
    .filter((word) => /^[a-z0-9][a-z0-9.-]*$/i.test(word) && !/^localhost(\.|$)/i.test(word));
  return names.includes(myhostname) ? myhostname : (names[0] ?? myhostname);
}

function wordsOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== "");
}
