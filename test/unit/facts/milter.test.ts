// A milter that failed: Postfix's replies for it, and the names in its log.
import { describe, expect, test } from "@jest/globals";
import { failedMilters, isMilterAnswer } from "../../../providers/facts/milter.ts";

describe("a reply", () => {
  test.each([
    ["451 4.7.1 Service unavailable - try again later", true],
    ["454 4.3.0 Try again later", true],
    ["550 5.5.0 Service unavailable", true],
    ["454 4.7.0 Temporary authentication failure: generic failure", false],
    ["451 4.3.0 <a>: Temporary lookup failure", false],
    ["450 4.7.1 <desktop>: Helo command rejected: Host not found", false],
    ["454 4.7.0 TLS not available due to local problem", false],
  ])("%s", (reply, answer) => {
    expect(isMilterAnswer(reply)).toBe(answer);
  });
});

test("the log names each milter once, by its address or its path", () => {
  const row = (text: string) => ({ program: "postfix/smtps/smtpd", pid: 1, text });

  const found = failedMilters([
    row("warning: connect to Milter service inet:127.0.0.1:8891: Connection refused"),
    row("warning: connect to Milter service inet:127.0.0.1:8891: Connection refused"),
    row("warning: milter unix:/opendkim/opendkim.sock: can't read SMFIC_OPTNEG reply packet header: Success"),
    row("warning: SASL authentication failure: cannot connect to saslauthd server"),
  ]);

  expect(found).toEqual(["inet:127.0.0.1:8891", "unix:/opendkim/opendkim.sock"]);
});
