// What a resource refuses before it changes anything: each failure, made from what a host shows.
import { shellAssignments, withSetting } from "../../../providers/facts/assignments.ts";
import { groupMember } from "../../../providers/resources/accounts/group-member.ts";
import { mailAccount } from "../../../providers/resources/accounts/mail-account.ts";
import { refuseWhileOthersLogIn } from "../../../providers/resources/postfix/logins-of-others.ts";
import { entriesFor } from "../../../providers/resources/postfix/master-entry.ts";
import { masterService } from "../../../providers/resources/postfix/master-service.ts";
import { refuseOpenRelay } from "../../../providers/resources/postfix/open-relay.ts";
import { refuseUnaskedStop } from "../../../providers/resources/postfix/postfix-stop.ts";
import { refuseTakenPorts } from "../../../providers/resources/postfix/taken-ports.ts";
import { writeLdapFile } from "../../../providers/resources/saslauthd/ldap-file.ts";
import { ldapSchema } from "../../../providers/resources/saslauthd/ldap-settings.ts";
import { backendSteps } from "../../../providers/resources/saslauthd/saslauthd-backend.ts";
import { refuseDefaultInUse } from "../../../providers/resources/saslauthd/saslauthd-instance.ts";
import { refuseCarriageReturns } from "../../../providers/resources/saslauthd/saslauthd-settings.ts";
import { refuseForeignUnit } from "../../../providers/resources/saslauthd/saslauthd-unit.ts";
import { statOverride } from "../../../providers/resources/saslauthd/stat-override.ts";
import { tlsCertificate } from "../../../providers/resources/tls/tls-certificate.ts";
import { file, folder } from "../../support/fake-answers.ts";

const unit = (load: string) => ({ load, active: "active", enabled: "enabled" });
const service = masterService.schema.parse({});
const master = (content: string) => entriesFor(service, Buffer.from(content), { urd: "465", smtps: "465" });
const postfixRuns = {
  processes: [{ pid: 1, parent: 0, argv: [] }],
  unit: unit("loaded"),
  listeners: [{ address: "0.0.0.0", port: 25, program: "master" }],
  installedNow: false,
};
const saslauthd = (directory: string) => ({ pid: 7, parent: 1, argv: ["/usr/sbin/saslauthd", "-m", directory] });
const settings = (directory: string) => file(`START=yes\nMECHANISMS=pam\nOPTIONS="-c -m ${directory}"\n`);

const account = (found: object) => {
  const nobody = { local: null, sasldb: null, hasRecord: false, noLocalBefore: false, saslauthd: [] };
  mailAccount.apply(mailAccount.schema.parse({ name: "bob", password: "x", adopt: "uid" in found }), {
    ...nobody,
    ...found,
  } as never);
};

const certificate = (found: object, source: object) => {
  const rest = { certificate: null, key: null, made: null, folder: folder(), openssl: file(""), now: new Date() };
  tlsCertificate.apply(tlsCertificate.schema.parse({ serverName: "mail1", ...source }), { ...rest, ...found } as never);
};

const ldap = ldapSchema.parse({
  servers: ["ldaps://one"],
  searchBase: "dc=org",
  certificateAuthorityFile: "/etc/a.pem",
});

export const failuresOfResources = {
  "account-from-directory": () => account({ local: "elsewhere" }),
  "account-not-ours": () => account({ local: { uid: 1004 } }),
  "account-of-system": () => account({ local: { uid: 0 }, uid: true }),
  "certificate-in-use": () =>
    tlsCertificate.remove(
      tlsCertificate.schema.parse({ selfSigned: true, serverName: "mail1" }),
      { made: { ours: true }, entries: [], named: ["/etc/postfix/master.cf, line 9"], hasMasterService: true } as never,
      {},
    ),
  "certificate-not-ours": () => certificate({ made: { ...file(""), ours: false } }, { selfSigned: true }),
  "certificate-unusable": () => certificate({}, { files: { certificateFile: "/c", keyFile: "/k" } }),
  "ldap-authorities-missing": () =>
    backendSteps({ ldap, ldapBindPassword: undefined } as never, { authorities: null } as never),
  "ldap-file-broken": () => writeLdapFile(file("no colon\n"), ldap, undefined),
  "logins-of-others": () => refuseWhileOthersLogIn(["/etc/postfix/master.cf, line 40: 2525 inet"]),
  "master-cf-broken": () => master("smtp inet n - y\n"),
  "master-cf-missing": () => masterService.apply(service, { file: null } as never),
  "open-relay": () => refuseOpenRelay({ answer: "passed on", because: "mynetworks has 0.0.0.0/0", next: "close it" }),
  "package-missing": () => groupMember.apply(groupMember.schema.parse({}), { groups: null, groupExists: false }),
  "path-occupied": () =>
    statOverride.apply(statOverride.schema.parse({}), {
      ...{ override: null, missingFrom: null, entries: [], isOpenToAll: false, owner: true, group: true },
      directory: { ...folder(), type: "regular file" },
    }),
  "port-configured-twice": () => master("10.0.0.1:smtps inet n - y - - smtpd\n10.0.0.2:465 inet n - y - - smtpd\n"),
  "port-in-use": () => refuseTakenPorts([465], [{ address: "0.0.0.0", port: 465, program: "nginx" }]),
  "postfix-stop-unasked": () =>
    refuseUnaskedStop({ state: "stopped", enabled: false, mayStop: false }, postfixRuns, undefined),
  "saslauthd-in-use-elsewhere": () =>
    refuseDefaultInUse("/ours", settings("/theirs").content, {
      instances: [{ path: "/etc/default/saslauthd-ours", content: settings("/ours").content }],
      processes: [saslauthd("/theirs")],
    } as never),
  "saslauthd-unit-foreign": () =>
    refuseForeignUnit({
      unit: unit("loaded"),
      startLines: [{ path: "/etc/systemd/system/saslauthd.service", line: "x" }],
    }),
  "saslauthd-unit-masked": () => refuseForeignUnit({ unit: unit("masked"), startLines: [] }),
  "setting-on-several-lines": () =>
    withSetting(Buffer.from('OPTIONS="-c\n -m /x"\n'), "OPTIONS", "-m /y", shellAssignments, "/etc/default/x"),
  "setting-unsafe": () =>
    masterService.apply({ ...service, options: { ...service.options, smtpd_sasl_type: "cyrux" } }, {
      ...{ file: file("smtp inet n - y - - smtpd\n"), unknownOfUsual: [], unknownOfOthers: [], saslTypes: ["cyrus"] },
      ...{
        certificate: null,
        key: null,
        missingUsual: [],
        missingOthers: [],
        inMain: {},
        risky: {},
        mailVersion: null,
        ports: {},
      },
    } as never),
  "settings-file-crlf": () => refuseCarriageReturns("/etc/default/saslauthd", Buffer.from("START=yes\r\n")),
};
