// The codes of failures: one for each kind that an operator, or a program, handles in its own way.
// docs/errors.md explains each of them.

/** The connection: what keeps this program from a root shell on the host. */
const access = [
  "host-key-changed",
  "host-key-revoked",
  "host-key-type-missing",
  "host-key-unknown",
  "host-unreachable",
  "jump-host-forbids-forwarding",
  "jump-hosts-circular",
  "known-hosts-unreadable",
  "login-method-missing",
  "private-key-unreadable",
  "private-key-unusable",
  "shell-not-started",
  "ssh-config-unusable",
  "ssh-login-refused",
  "ssh-too-many-keys",
  "sudo-needs-terminal",
  "sudo-not-allowed",
  "sudo-not-installed",
  "sudo-password-missing",
  "sudo-password-refused",
] as const;

/** The host as a whole: its lock, its answers, its owner, and the end of an operation. */
const host = [
  "another-machine",
  "answer-too-large",
  "connection-lost",
  "difference-remains",
  "host-locked",
  "host-named-twice",
  "host-rolled-back",
  "host-unreadable",
  "inputs-invalid",
  "lock-unavailable",
  "machine-id-unreadable",
  "owned-by-another-stack",
  "port-unreachable",
  "record-damaged",
  "records-not-written",
  "roll-back-incomplete",
  "system-not-supported",
  "undo-incomplete",
] as const;

/** A change of the host that failed, or that was refused before it began. */
const change = [
  "account-from-directory",
  "account-not-changed",
  "account-not-ours",
  "account-of-system",
  "apt-failed",
  "apt-locked",
  "apt-would-remove-packages",
  "certificate-in-use",
  "certificate-not-made",
  "certificate-not-ours",
  "certificate-unusable",
  "command-failed",
  "file-changed-meanwhile",
  "file-not-written",
  "mail-in-queue",
  "package-missing",
  "package-still-needed",
  "path-occupied",
  "purge-failed",
  "wait-timed-out",
] as const;

const postfix = [
  "logins-of-others",
  "master-cf-broken",
  "master-cf-missing",
  "open-relay",
  "port-configured-twice",
  "port-in-use",
  "postfix-not-started",
  "postfix-refuses-configuration",
  "postfix-stop-unasked",
  "setting-on-several-lines",
  "setting-unsafe",
] as const;

const saslauthd = [
  "ldap-authorities-missing",
  "ldap-file-broken",
  "saslauthd-in-use-elsewhere",
  "saslauthd-not-started",
  "saslauthd-unit-foreign",
  "saslauthd-unit-masked",
  "settings-file-crlf",
] as const;

/** The proof; `open-relay` may come from it, too. */
const proof = [
  "auth-before-tls",
  "auth-missing",
  "auth-not-wanted",
  "auth-too-much",
  "certificate-not-trusted",
  "milter-unreachable",
  "not-by-saslauthd",
  "not-from-outside",
  "other-certificate",
  "other-saslauthd",
  "port-not-answering",
  "proof-login-refused",
  "refused-by-saslauthd",
  "saslauthd-not-proved",
  "saslauthd-unreachable",
  "sender-not-checked",
] as const;

/** An error that nobody expected: a defect of this program. */
const unexpected = "defect";

export const failureCodes = [...access, ...host, ...change, ...postfix, ...saslauthd, ...proof, unexpected] as const;

/**
 * The kind of failure, for programs: advice and reactions depend on it and never on the text of a
 * message.
 */
export type FailureCode = (typeof failureCodes)[number];
