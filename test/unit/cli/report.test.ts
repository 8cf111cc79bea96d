// `npm run report`: what it says of a host with three hand edits, from a kept state and the engine's own log of a look.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { reportFrom } from "../../../cli/report/collect.ts";
import type { Report, ReportedHost } from "../../../cli/report/content.ts";
import { asHtml } from "../../../cli/report/html.ts";
import { asMarkdown } from "../../../cli/report/markdown.ts";
import { statusNow } from "../../../cli/status-now.ts";
import { projectRoot } from "../../../lab/paths.ts";
import { textIn } from "../../support/html.ts";
import { checkpoint, fleetReport, madeAt, reportOf } from "../../support/report-sample.ts";

const hosts = [{ name: "mail1", connection: { host: "192.0.2.1" } }];
const inState = (resources = checkpoint.deployment.resources ?? []) =>
  reportFrom({ stack: "production", madeAt, hosts, checkpoint: { deployment: { resources } } });
const urn = "urn:pulumi:production::sasl-mail-host::sasl:index:SaslMailHost$pulumi-nodejs:dynamic/sasl";

describe("three hand edits", () => {
  test("make a report in Markdown of at most 30 lines, which names them and what follows from them", () => {
    const markdown = asMarkdown(reportOf());

    expect(readFileSync(join(projectRoot, "docs/how-to/drift-alarm.md"), "utf8")).toContain(markdown);
    expect(markdown).toBe(`### \`production\`: 1 of 1 host differs

| host    | StatOverride | MasterService | SaslauthdService | PostfixService | AuthProof | as wanted | last proof                  | certificate |
| ------- | ------------ | ------------- | ---------------- | -------------- | --------- | --------- | --------------------------- | ----------- |
| \`mail1\` | ≠ differs    | ≠ differs     | ≠ differs        | ≠ differs      | ≠ differs | 5 of 10   | 2026-11-30 21:23 UTC, today | 364 d left  |

Looked at on 2026-12-01 05:17 UTC; nothing was changed. − is on the host, + is wanted.

\`\`\`diff
@@ mail1: differs in 5 of 10 steps @@
# socket-directory (StatOverride /var/spool/postfix/var/run/saslauthd)
- mode: 755
+ mode: 710
# smtps (MasterService smtps/inet)
- smtps     inet  n       -       -       -       -       smtpd
+ smtps     inet  n       -       y       -       -       smtpd
# saslauthd (SaslauthdService saslauthd)
- state: stopped
+ state: running
# postfix (PostfixService postfix)
- configuration.onTheHost: changed since Postfix was last reloaded and seen to answer
# proof (AuthProof smtp-auth)
- covers.onTheHost: changed since the proof of 2026-11-30T21:23:42.241Z
  last proof of mail1, 2026-11-30 21:23 UTC:
    220, EHLO 250, MAIL FROM 250, RCPT TO 554, RSET 250, AUTH LOGIN 235, MAIL FROM 250, RCPT TO 250, RSET 250, QUIT 221
    220, EHLO 250, STARTTLS 220, EHLO 250, MAIL FROM 250, RCPT TO 554, RSET 250, AUTH PLAIN 235, MAIL FROM 250, RCPT TO 250, RSET 250, QUIT 221
\`\`\`

Next for \`mail1\`: \`npm run pulumi -- up --stack production\` makes it as wanted and proves it; where the host is right, change the configuration in the place of that
`);
  });

  test("are in the page, too, with the whole dialogue of the last proof", async () => {
    const text = textIn(await asHtml(reportOf()));

    for (const words of ["mode 755 710", "state stopped running", "wanted: smtps inet n - y - - smtpd"])
      expect(text).toContain(words);
    expect(text).toContain("S: 250-ENHANCEDSTATUSCODES");
    expect(text).toContain("C: (the password)");
  });
});

test("secrets are in neither form: what the state has of them is encrypted, and not even that is shown", async () => {
  for (const report of [reportOf(), inState()])
    for (const form of [asMarkdown(report), await asHtml(report)])
      expect(form).not.toMatch(/4dabf181|ciphertext|v1:c2Vj/);
});

test("a secret that differs is named without its value", () => {
  const secret = (ciphertext: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext,
  });
  const account = {
    op: "update",
    urn: `${urn}:MailAccount::mail1-account-bob`,
    old: {
      urn: "",
      type: "",
      parent: "::sasl:index:SaslMailHost::mail1",
      id: "bob",
      inputs: { password: secret("[secret]") },
    },
    new: {
      urn: "",
      type: "",
      parent: "::sasl:index:SaslMailHost::mail1",
      id: "bob",
      inputs: { password: secret("[secret]") },
    },
    diffs: ["password"],
  };

  const markdown = asMarkdown(reportOf([{ resourcePreEvent: { metadata: account } }]));

  expect(markdown).toContain("# account-bob (MailAccount bob)\n- password: (a secret)\n+ password: (another secret)\n");
});

describe("without a look", () => {
  test("the report says that no host was asked, and what the state has", async () => {
    const markdown = asMarkdown(inState());

    expect(markdown).toContain("### `production`: 1 of 1 as wanted at the last run\n");
    expect(markdown).toContain("no host was asked");
    expect(textIn(await asHtml(inState()))).toContain("no host was asked");
  });

  test("a host that no up has reached is told as such", () => {
    const markdown = asMarkdown(inState([]));

    expect(markdown).toContain("@@ mail1: no up has set it up yet @@\n  mail1 was never proved\n");
    expect(markdown).toContain("`npm run pulumi -- up --stack production`");
  });

  test("what a refresh has found since the last up is told as a difference", () => {
    const resources = (checkpoint.deployment.resources ?? []).map((resource) =>
      resource.type.endsWith("StatOverride")
        ? { ...resource, outputs: { ...resource.outputs, mode: "777" } }
        : resource,
    );

    expect(asMarkdown(inState(resources))).toContain("- mode: 777\n+ mode: 710\n");
  });
});

describe("with a look", () => {
  const planned = (op: string, kind: string, name: string, states: object) => ({
    resourcePreEvent: { metadata: { op, urn: `${urn}:${kind}::mail1-${name}`, ...states } },
  });
  const parent = "::sasl:index:SaslMailHost::mail1";
  const entry = ["587 inet n - y - - smtpd", ...Array.from({ length: 12 }, (_, at) => `  -o option${at}=yes`), ""].join(
    "\n",
  );

  test("a step that is not there has the lines that an up would write, and the Markdown says how many it leaves out", () => {
    const made = planned("create", "MasterService", "587", { new: { parent, id: "", inputs: { entry, chroot: "y" } } });

    const markdown = asMarkdown(reportOf([made]));

    expect(markdown).toContain("# 587 (MasterService )\n+ 587 inet n - y - - smtpd\n+   -o option0=yes\n");
    expect(markdown).toContain("+   -o option6=yes\n# and 5 more lines\n");
  });

  test("a step that is not wanted any more says what an up does", () => {
    const gone = planned("delete", "MasterService", "old", { old: { parent, id: "old/inet", inputs: {} } });

    expect(asMarkdown(reportOf([gone]))).toContain(
      "# old (MasterService old/inet): not wanted any more; an up takes it away\n",
    );
  });

  test("a host of which nothing is in the state has one line with what an up would make, and advice to look first", () => {
    const log = ["packages", "proof"]
      .map((name) =>
        JSON.stringify(
          planned("create", name === "proof" ? "AuthProof" : "SaslPackage", name, {
            new: { parent, inputs: { entry } },
          }),
        ),
      )
      .join("\n");
    const look = { log, status: statusNow(log, hosts) };

    const markdown = asMarkdown(
      reportFrom({ stack: "production", madeAt, hosts, checkpoint: { deployment: {} }, look }),
    );

    expect(markdown).toContain(
      "@@ mail1: not looked at: nothing of it is in the state @@\n# an up would make packages, proof\n  mail1 was never proved\n",
    );
    expect(markdown).toContain("Next for `mail1`: `npm run doctor -- --stack production mail1` looks at");
  });

  test("a warning stands with its host, without the engine's colours", () => {
    const warning = {
      urn: `${urn}:PostfixService::mail1-postfix`,
      severity: "warning",
      message: "<{%fg 3%}>low disk<{%reset%}>\n",
    };

    const markdown = asMarkdown(reportOf([{ diagnosticEvent: warning }]));

    expect(markdown).toContain("@@ mail1: differs in 5 of 10 steps @@\n! low disk\n");
  });

  test("a host that failed says why, keeps its last proof, and its step is marked", () => {
    const error = {
      urn: `${urn}:StatOverride::mail1-socket-directory`,
      severity: "error",
      message: "x\n  found: refused\n  next: look",
    };

    const report = reportOf([{ diagnosticEvent: error }]);
    const markdown = asMarkdown(report);

    expect(report.hosts[0]?.steps.find(({ name }) => name === "socket-directory")?.verdict).toBe("failed");
    expect(markdown).toContain("### `production`: 1 of 1 FAILED\n");
    expect(markdown).toContain("@@ mail1: FAILED: refused – look @@");
    expect(markdown).toContain("last proof of mail1");
    expect(markdown).toContain("docs/how-to/rescue.md");
  });
});

describe("a fleet", () => {
  test("has a row for each host, and the proofs of those that are as wanted folded away", () => {
    const markdown = asMarkdown(fleetReport());

    expect(markdown).toContain("### `production`: 1 of 3 hosts differ, 1 of 3 FAILED\n");
    expect(markdown.match(/^\| `mail[123]` \|.*/gm)).toHaveLength(3);
    expect(markdown).toMatch(
      /<details><summary>Last proofs.*<\/summary>\n\n```diff\nlast proof of mail1, [^@]*```\n\n<\/details>/,
    );
  });

  test("names the steps of a silent host in one line", () => {
    expect(asMarkdown(fleetReport())).toMatch(
      /@@ mail3: FAILED: .* @@\n# not looked at: packages, socket-directory, .*\n {2}last proof/,
    );
  });

  test("says once what to do, with the hosts that it is for, and warns of a certificate that ends soon", () => {
    const advice = asMarkdown(fleetReport()).match(/^Next for .*/gm);

    expect(advice).toEqual([
      expect.stringMatching(/^Next for `mail3`: mend the cause/),
      expect.stringMatching(/^Next for `mail2`: `npm run pulumi -- up --stack production` makes it/),
      "Next for `mail3`: renew the certificate",
    ]);
  });
});

test("a stack where all is as wanted has nothing to do", async () => {
  const {
    hosts: [right],
    ...report
  } = fleetReport();
  const quiet: Report = { ...report, hosts: [right as ReportedHost] };

  expect(asMarkdown(quiet)).not.toContain("Next for");
  expect(textIn(await asHtml(quiet))).toContain("Nothing: all is as wanted.");
});
