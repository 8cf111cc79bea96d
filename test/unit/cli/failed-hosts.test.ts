// The last lines of a failed run: each host that failed, with the cause and what to do next.
import { expect, test } from "@jest/globals";
import { failedHosts } from "../../../cli/failed-hosts.ts";

const stack = "urn:pulumi:production::sasl-mail-host::";
const begun = (host: string) =>
  JSON.stringify({ resourcePreEvent: { metadata: { urn: `${stack}sasl:index:SaslMailHost::${host}` } } });
const told = (resource: string, message: string, severity = "error") =>
  JSON.stringify({
    diagnosticEvent: {
      urn: `${stack}sasl:index:SaslMailHost$pulumi-nodejs:dynamic/sasl:SaslPackage::${resource}`,
      message,
      severity,
    },
  });
const refused = `SaslPackage packages on root@192.0.2.2:22
  tried: connect to root@192.0.2.2:22
  found: connect ECONNREFUSED 192.0.2.2:22
  left on the host: nothing was changed
  next: check address, port and network
  code: host-unreachable (docs/errors.md)
`;
const follower = "SmtpdConf x on root@192.0.2.2:22: not tried, because SaslPackage packages failed";

test.each<[string, string[], string[]]>([
  [
    "the cause and what to do next",
    [begun("mail2"), told("mail2-packages", refused)],
    [
      "mail2 FAILED: could not connect to root@192.0.2.2:22: connect ECONNREFUSED 192.0.2.2:22 – check address, port and network",
    ],
  ],
  [
    "the host with the longest name that fits",
    [begun("mail"), begun("mail-2"), told("mail-2-packages", "what else\nmore")],
    ["mail-2 FAILED: what else"],
  ],
  [
    "a long cause cut off",
    [begun("mail2"), told("mail2-packages", "word ".repeat(100))],
    [`mail2 FAILED: ${"word ".repeat(60)}…`],
  ],
  [
    "a long text with sentences cut off after one",
    [begun("mail2"), told("mail2-packages", `One. Two. ${"word ".repeat(100)}`)],
    ["mail2 FAILED: One. Two. …"],
  ],
  [
    "not who follows, and each line once",
    [begun("mail2"), told("mail2-a", follower), told("mail2-b", "y"), told("mail2-c", "y")],
    ["mail2 FAILED: y"],
  ],
  [
    "no warning, and nothing of other resources",
    [begun("mail2"), told("mail2-a", "w", "warning"), told("other", "e")],
    [],
  ],
  ["nothing of half a line that a killed run leaves", [begun("mail2"), '{"diagnosticEvent":{"mess'], []],
])("%s", (_what, log, lines) => {
  expect(failedHosts(log.join("\n")).map(({ host, why }) => `${host} FAILED: ${why}`)).toEqual(lines);
});
