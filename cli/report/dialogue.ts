// The SMTP dialogues of a proof, shortened to one line each: each command with the code of its
// last answer.

/**
 * @example sessionsIn(["S: 220 mail ESMTP", "C: EHLO x", "S: 250-PIPELINING", "S: 250 DSN", "C: QUIT", "S: 221 Bye"])
 * // ["220, EHLO 250, QUIT 221"]
 */
export function sessionsIn(transcript: readonly string[]): string[] {
  const sessions: string[][] = [];
  let continued = false;
  for (const line of transcript) {
    const [, side, words = ""] = /^([CS]): (.*)/.exec(line) ?? [];
    const code = /^\d{3}/.exec(words)?.[0];
    if (side === "S" && code === "220" && !sessions.at(-1)?.at(-1)?.startsWith("STARTTLS")) sessions.push(["220"]);
    const session = sessions.at(-1);
    if (session === undefined || side === undefined) continue;
    if (side === "C" && !continued) session.push(commandIn(words));
    if (side === "S" && code !== undefined && session.length > 1)
      session[session.length - 1] = `${session.at(-1)?.replace(/ \d{3}$/, "")} ${code}`;
    // What follows a 334 is a part of AUTH (RFC 4954, 4).
    if (side === "S") continued = code === "334";
  }
  return sessions.map((session) => session.join(", "));
}

/** "AUTH LOGIN" and "MAIL FROM", without what follows. */
function commandIn(words: string): string {
  return /^(AUTH \S+|MAIL FROM|RCPT TO|\S+)/i.exec(words)?.[0] ?? "?";
}
