// How each command and configuration block of the documents is tried. A block that is not here fails a unit test.

export interface CoveredBy {
  /** The test file; those named `documented-*` run the block as it stands in the document. */
  readonly test: string;
  readonly title: string;
}

type Way = CoveredBy | { readonly notHere: string };

const onOneHost = (title: string): Way => ({ test: "test/e2e/documented-commands.test.ts", title });
const besides = (title: string): Way => ({ test: "test/e2e/documented-projects.test.ts", title });

/** By document, and by the block's first line without its comment. */
export const documentedCommands: Readonly<Record<string, Readonly<Record<string, Way>>>> = {
  "README.md": {
    "npm run demo": {
      notHere: "`npm test` is what runs this very test, and the demo plays the same parts as test/e2e",
    },
    "npm ci && npm run pulumi -- stack init mail1": onOneHost("README.md: your own host"),
  },
  "docs/how-to/accounts.md": {
    "npm run pulumi -- config set --path 'accounts[0].name' news": onOneHost("docs/how-to/accounts.md"),
    "npm run pulumi -- config set --secret --path 'accountPasswords[\"news\"]'": onOneHost("docs/how-to/accounts.md"),
    "npm run pulumi -- config set cache false": onOneHost("docs/how-to/accounts.md"),
  },
  "docs/how-to/ldap.md": {
    "npm run pulumi -- config set mechanism ldap": onOneHost("docs/how-to/ldap.md"),
    "npm run pulumi -- config set mechanism rimap": onOneHost("docs/how-to/ldap.md"),
    "npm run pulumi -- config set mechanism pam": onOneHost("docs/how-to/ldap.md"),
  },
  "docs/how-to/pull-requests.md": {
    "export PULUMI_BACKEND_URL='postgres://pulumi@db.example.org/pulumi'": besides("docs/how-to/pull-requests.md"),
  },
  "docs/how-to/tls.md": {
    "npm run pulumi -- config set --path tls.certificateFile /etc/letsencrypt/live/mail.example.org/fullchain.pem":
      onOneHost("docs/how-to/tls.md: files that are on the host"),
    "npm run pulumi -- config set --path tls.certificate < fullchain.pem": onOneHost(
      "docs/how-to/tls.md: PEM from the configuration",
    ),
    "npm run pulumi -- config set --path tls.selfSigned true": onOneHost("docs/how-to/tls.md: self-signed, and port 587 as well"),
  },
  "examples/README.md": {
    "npm install ../pulumi-postfix-sasl-0.1.0.tgz && npm install": besides("examples/README.md"),
  },
};
