// The inputs as a stack's configuration has them, for a program that validates its own
// configuration before the first change: the same schemas and rules as those of the resources, so
// that an error has the name of the key in the stack's file.

import { hopSchema } from "../host/connection-schema.ts";
import { wrongWithKeyFile, wrongWithKnownHostsFile } from "../host/key-file-check.ts";
import { wrongRealm } from "../recipe/login-source.ts";
import { wrongPorts } from "../recipe/mail-services.ts";
import { accountRules, mailAccountSchema } from "../resources/accounts/mail-account.ts";
import { limitsSchema } from "../resources/postfix/limits.ts";
import { masterServiceSchema } from "../resources/postfix/master-inputs.ts";
import { authProofSchema } from "../resources/proof/auth-proof.ts";
import { ldapSchema } from "../resources/saslauthd/ldap-settings.ts";
import { rimapSchema } from "../resources/saslauthd/rimap-settings.ts";
import { saslauthdServiceSchema } from "../resources/saslauthd/saslauthd-inputs.ts";
import { saslauthdRules } from "../resources/saslauthd/saslauthd-rules.ts";
import { pemRules } from "../resources/tls/certificate-rules.ts";
import { tlsCertificateSchema } from "../resources/tls/tls-certificate.ts";

const { name, password, store, realm, locked, adopt, shell } = mailAccountSchema.shape;
const files = tlsCertificateSchema.shape.files.unwrap().shape;
const { certificate, serverName } = tlsCertificateSchema.shape;
const { mechanism, socketDirectory, threads, options } = saslauthdServiceSchema.shape;

const hop = hopSchema.shape;

/**
 * For a program that validates its own configuration: schemas of single inputs, without their
 * defaults.
 */
export const inputSchemas = {
  /** Without secrets, and without a jump host, which is itself such a connection. */
  connection: {
    host: hop.host,
    port: hop.port.unwrap(),
    user: hop.user.unwrap(),
    privateKeyFile: hop.privateKeyFile.unwrap(),
    agentSocketPath: hop.agentSocketPath.unwrap(),
    hostKey: hop.hostKey.unwrap(),
    knownHostsFile: hop.knownHostsFile.unwrap(),
    sshConfigFile: hop.sshConfigFile.unwrap(),
    dialErrorLimit: hop.dialErrorLimit.unwrap(),
    perDialTimeout: hop.perDialTimeout.unwrap(),
  },
  account: {
    name,
    store: store.unwrap(),
    realm: realm.unwrap(),
    locked: locked.unwrap(),
    adopt: adopt.unwrap(),
    shell: shell.unwrap(),
  },
  accountPassword: password,
  certificateFile: files.certificateFile,
  keyFile: files.keyFile,
  pem: certificate.unwrap(),
  serverName: serverName.unwrap(),
  expiryWarningDays: authProofSchema.shape.expiryWarningDays.unwrap(),
  outside: authProofSchema.shape.outside.unwrap(),
  proofUsername: authProofSchema.shape.username.unwrap(),
  proofPassword: authProofSchema.shape.password.unwrap(),
  mechanism: mechanism.unwrap(),
  socketDirectory: socketDirectory.unwrap(),
  threads: threads.unwrap(),
  saslauthdOptions: options.unwrap(),
  options: masterServiceSchema.shape.options.unwrap(),
  senderDomains: authProofSchema.shape.senderDomains.unwrap(),
  ldapBindPassword: saslauthdServiceSchema.shape.ldapBindPassword.unwrap(),
  ldap: ldapSchema,
  rimap: rimapSchema,
  limits: limitsSchema,
} as const;

/**
 * For a program that validates its own configuration: combinations that are invalid, each with the
 * reason.
 */
export const inputRules = {
  account: accountRules,
  certificate: pemRules,
  knownHostsFile: wrongWithKnownHostsFile,
  mechanism: saslauthdRules,
  ports: wrongPorts,
  privateKeyFile: wrongWithKeyFile,
  realm: wrongRealm,
} as const;
