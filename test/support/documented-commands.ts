// How each command and configuration block of the documents is tried. A block that is not here fails a unit test.

export interface CoveredBy {
  /** The test file; those named `documented-*` run the block as it stands in the document. */
  readonly test: string;
  readonly title: string;
}

type Way = CoveredBy | { readonly notHere: string };

const onOneHost = (title: string): Way => ({ test: "test/e2e/documented-commands.test.ts", title });
const onTwoHosts = (title: string): Way => ({ test: "test/e2e/documented-fleet.test.ts", title });
const inTrouble = (title: string): Way => ({ test: "test/e2e/documented-rescue.ts", title });
const besides = (title: string): Way => ({ test: "test/e2e/documented-projects.test.ts", title });

/** By document, and by the block's first line without its comment. */
export const documentedCommands: Readonly<Record<string, Readonly<Record<string, Way>>>> = {
  "README.md": {
    "npm run demo": {
      notHere: "`npm test` is what runs this very test, and the demo plays the same parts as test/e2e",
    },
    "npm ci && npm run pulumi -- stack init mail1": onOneHost("README.md: your own host"),
  },
  "README.ja.md": {
    "npm run demo": { notHere: "the same as in README.md" },
    "npm ci && npm run pulumi -- stack init mail1": besides("README.ja.md"),
  },
  "CONTRIBUTING.md": {
    "npm ci": { notHere: "`npm test` is what runs this very test" },
    "npm test -- unit/facts/master.test": { notHere: "the same, for a part of the tests" },
  },
  "docs/how-to/accounts.md": {
    "npm run pulumi -- config set --path 'accounts[0].name' newsletter": onOneHost("docs/how-to/accounts.md"),
    "npm run pulumi -- config set --secret --path 'accountPasswords[\"newsletter\"]'":
      onOneHost("docs/how-to/accounts.md"),
    "npm run pulumi -- config set cache false": onOneHost("docs/how-to/accounts.md"),
  },
  "docs/how-to/drift-alarm.md": {
    "npm run --silent report -- --stack production --now": onTwoHosts("docs/how-to/drift-alarm.md"),
    "GITHUB_STEP_SUMMARY=$PWD/drift.md sh .github/drift.sh production": onTwoHosts("docs/how-to/drift-alarm.md"),
  },
  "docs/how-to/existing-host.md": {
    "npm ci && npm run doctor -- root@mail1.example.org": onTwoHosts("docs/how-to/existing-host.md"),
    "npm run doctor -- root@mail1.example.org --server-name mail.example.org \\":
      onTwoHosts("docs/how-to/existing-host.md"),
    "(umask 077 && mkdir -p ~/.config && openssl rand -base64 24 > ~/.config/mail1.passphrase)":
      onTwoHosts("docs/how-to/existing-host.md"),
  },
  "docs/how-to/fleet.md": {
    "npm run pulumi -- config set --path 'hosts[0].name' mail1": onTwoHosts("docs/how-to/fleet.md"),
    "npm run pulumi -- config set --path 'hosts[1].mechanism' sasldb": onTwoHosts(
      "docs/how-to/fleet.md: a host of its own kind",
    ),
    "npm run pulumi -- config set --path 'hosts[0].name' mx1 --stack production": onTwoHosts(
      "docs/how-to/fleet.md: another name",
    ),
    "npm run --silent hosts -- --from ~/.ssh/config": {
      test: "test/unit/cli/inventory.test.ts",
      title: "gives each alias with the key that known_hosts has under its real name",
    },
    "config:": onTwoHosts("docs/how-to/fleet.md: the stack's file"),
    "sasl-mail-host:groups:": {
      test: "test/unit/program/configuration.test.ts",
      title: "docs/how-to/fleet.md: groups",
    },
    "npm run pulumi -- config set --path rollout.canary 1": onTwoHosts("docs/how-to/fleet.md"),
    "npm run --silent fleet -- preview --stack production": {
      test: "test/e2e/fleet-command.test.ts",
      title: "all hosts are looked at, each in one shard, and all are as wanted",
    },
    "npm run --silent fleet -- move --shards 3 --stack production": {
      test: "test/e2e/fleet-command.test.ts",
      title:
        "with a shard more hosts are handed over in the states alone, although no host can be reached, and an up before that is refused",
    },
    "npm run --silent status -- --json": onTwoHosts("docs/how-to/fleet.md"),
    "npm run --silent status -- --proof mail1": onTwoHosts("docs/how-to/fleet.md"),
    "npm run --silent status -- --now --prometheus --stack production": onTwoHosts("docs/how-to/fleet.md"),
  },
  "docs/how-to/ldap.md": {
    "npm run pulumi -- config set mechanism ldap": onOneHost("docs/how-to/ldap.md"),
    "npm run pulumi -- config set mechanism rimap": onOneHost("docs/how-to/ldap.md"),
    "npm run pulumi -- config set mechanism pam": onOneHost("docs/how-to/ldap.md"),
  },
  "docs/how-to/pull-requests.md": {
    "export PULUMI_BACKEND_URL='postgres://pulumi@db.example.org/pulumi'": besides("docs/how-to/pull-requests.md"),
  },
  "docs/how-to/rescue.md": {
    "npm run pulumi -- cancel": inTrouble("docs/how-to/rescue.md: a run was killed"),
    "npm run pulumi -- stack init mail1": inTrouble("docs/how-to/rescue.md: the state is lost"),
    "npm run forget -- mail1 --stack production": inTrouble("docs/how-to/rescue.md: the host is gone for good"),
    "npm run give-back -- mail2 --stack production": inTrouble("docs/how-to/rescue.md: one host is given back"),
    "cd /var/lib/sasl-mail-host/journal && cat opened": inTrouble("docs/how-to/rescue.md: back by hand"),
  },
  "docs/how-to/tls.md": {
    "npm run pulumi -- config set --path tls.certificateFile /etc/letsencrypt/live/mail.example.org/fullchain.pem":
      onOneHost("docs/how-to/tls.md: files that are on the host"),
    "npm run pulumi -- config set --path tls.certificate < fullchain.pem": onOneHost(
      "docs/how-to/tls.md: PEM from the configuration",
    ),
    "npm run pulumi -- config set --path tls.selfSigned true": onOneHost(
      "docs/how-to/tls.md: self-signed, and port 587 as well",
    ),
  },
  "examples/README.md": {
    "npm install ../pulumi-postfix-sasl-0.1.0.tgz && npm install": besides("examples/README.md"),
  },
};
