// Mistakes that only a real host shows: certificates, passwords, names that are taken.
import { shell } from "../../support/host.ts";
import type { Mistake, Scene } from "./mistake.ts";

const command = "npm run pulumi -- up --yes --skip-preview";

const stack =
  (changes: Readonly<Record<string, unknown>>) =>
  ({ reached }: Scene) => ({ hosts: [{ name: "mail1", connection: reached }], finalState: "stopped", ...changes });

const withTls = (certificate: string, key = certificate, serverName = "mail1.example.org") =>
  stack({
    finalState: "running",
    tls: { certificateFile: `/etc/ssl/mail/${certificate}.pem`, keyFile: `/etc/ssl/mail/${key}.key`, serverName },
  });

/** The stack other, from the same checkout, with the host of mail1. */
const otherStack = (work: string) =>
  `export PULUMI_STACK=other; cp Pulumi.mail1.yaml Pulumi.other.yaml; ${work} && rm Pulumi.other.yaml`;

export const ofHosts: readonly Mistake[] = [
  {
    what: "The certificate is not on the host",
    command,
    stack: withTls("absent"),
    says: [
      /^mail1 FAILED: could not use \/etc\/ssl\/mail\/absent\.pem: .*there is no such file on the host.* – bring/m,
    ],
  },
  {
    what: "The key of another certificate",
    command,
    stack: withTls("mail", "other"),
    says: [/^mail1 FAILED: could not use \/etc\/ssl\/mail\/mail\.pem: .* – /m],
  },
  {
    what: "A certificate that has run out",
    command,
    stack: withTls("old"),
    says: [/^mail1 FAILED: could not use \/etc\/ssl\/mail\/old\.pem: the certificate ran out on 2024-02-01.* – /m],
  },
  {
    what: "A certificate for another name",
    command,
    stack: withTls("mail", "mail", "smtp.example.org"),
    says: [/^mail1 FAILED: could not use \/etc\/ssl\/mail\/mail\.pem: .*smtp\.example\.org.* – /m],
  },
  {
    what: "A certificate of an authority that nobody knows",
    command,
    stack: withTls("mail"),
    says: [/^mail1 FAILED: .*self-signed certificate.* – .*tls\.certificateAuthority/m],
  },
  {
    what: "A key with a passphrase for Postfix",
    command,
    stack: withTls("mail", "locked"),
    says: [/^mail1 FAILED: .*locked\.key holds no private key that openssl can read without a passphrase – /m],
  },
  {
    what: "A wrong proof password",
    command,
    stack: stack({ proofUsername: "alice" }),
    secrets: { proofPassword: "wrong" },
    says: [
      /^mail1 FAILED: could not speak SMTP .* log in as alice: Invalid login: 535 .* – the password is not the one/m,
    ],
  },
  {
    what: "A parameter that Postfix does not have",
    command,
    stack: stack({ options: { smtpd_tls_mandatory_protocls: ">=TLSv1.2" } }),
    says: [/^mail1 FAILED: .*no parameter smtpd_tls_mandatory_protocls.* – correct the spelling/m],
  },
  {
    what: "A host of another stack",
    command,
    stack: stack({}),
    before: ({ desk }) =>
      desk.succeed(
        `npm run pulumi -- stack init other --no-select; ${otherStack("npm run pulumi -- up --yes --skip-preview")}`,
      ),
    after: ({ desk }) => desk.succeed(otherStack("npm run pulumi -- destroy --yes --skip-preview")),
    says: [/^mail1 FAILED: .*sasl-mail-host\/other.* – /m],
  },
  {
    what: "An account that is there already",
    command,
    stack: stack({ accounts: [{ name: "alice" }] }),
    secrets: { "accountPasswords.alice": "new" },
    after: ({ host }) => shell(host, "id alice"),
    says: [/^mail1 FAILED: could not make the account alice: a user alice is on the host already.* – .*alice/m],
  },
];
