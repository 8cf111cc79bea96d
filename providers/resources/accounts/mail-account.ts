// An account for logins only: a user of the host without a home (its ID is from 1000 on), or an
// entry in /etc/sasldb2.
import { z } from "zod";
import { sh } from "../../core/shell.ts";
import type { Fact } from "../../facts/fact.ts";
import { type LocalAccount, localAccount } from "../../facts/local-account.ts";
import { processesOf, type RunningProcess } from "../../facts/process.ts";
import { resourceRecordOf } from "../../facts/resource-record.ts";
import { saslauthdPath } from "../../facts/saslauthd.ts";
import { type SasldbAccount, sasldbAccount } from "../../facts/sasldb-account.ts";
import type { Step } from "../../steps/step.ts";
import { define, type Report } from "../definition.ts";
import { absolutePath, accountName, oneLineOfText } from "../inputs.ts";
import { forgetCachedLogins } from "../saslauthd/cached-logins.ts";
import { type DaemonsActual, daemonQuestions } from "../saslauthd/saslauthd-daemons.ts";
import { isMadeHere, localBack, localLeft, localMarks, localSeen, localSteps } from "./mail-account-local.ts";
import { sasldbBack, sasldbLeft, sasldbMark, sasldbSeen, sasldbSteps } from "./mail-account-sasldb.ts";

export const mailAccountSchema = z.strictObject({
  /** The login name. */
  name: accountName,
  /**
   * The password: one line of at most 256 bytes, because saslauthd accepts no more (MAX_REQ_LEN in
   * globals.h; tested).
   */
  password: oneLineOfText.refine(
    (text) => Buffer.byteLength(text) <= 256,
    "must not be longer than 256 bytes: saslauthd takes no more",
  ),
  /**
   * `system`: a user of the host, for the mechanisms pam, shadow and getpwent. `sasldb`: an entry
   * in /etc/sasldb2, for the mechanism sasldb.
   */
  store: z.enum(["system", "sasldb"]).default("system"),
  /**
   * Only for sasldb: the part of the login behind the at sign. Default: the realm of a login
   * without one, which is smtpd_sasl_local_domain of main.cf, or the host's name (uname -n) if that
   * is not set.
   */
  realm: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, "must be a host or domain name")
    .optional(),
  /**
   * Refuse every login with this account, whatever the password. sasldb has no lock, so there the
   * entry is removed until this is false again.
   */
  locked: z.boolean().default(false),
  /**
   * Take over an account that existed before. Without it such an account is refused. `pulumi
   * destroy` restores its earlier settings.
   */
  adopt: z.boolean().default(false),
  /**
   * Only for system: the login shell. Default: /usr/sbin/nologin; an account that is taken over
   * keeps its own.
   */
  shell: absolutePath.optional(),
  /** The account exists, has this password, and is not expired. */
  state: z.literal("present").default("present"),
});

export type MailAccountInputs = z.infer<typeof mailAccountSchema>;

interface Actual {
  readonly local: LocalAccount | "elsewhere" | null;
  readonly sasldb: SasldbAccount | null;
  /** The host remembers the time before this resource, so the account is ours already. */
  readonly hasRecord: boolean;
  /**
   * The host's record has no account in /etc/passwd from before this resource. It means that this
   * resource made the account only for `store: "system"`; for sasldb it is always true once there
   * is a record.
   */
  readonly noLocalBefore: boolean;
  /** The marks in the host's record of what this resource has ever set. */
  readonly marks: readonly string[];
  readonly saslauthd: readonly RunningProcess[];
  readonly owners: DaemonsActual["owners"];
}

/** The account before the first change. It may hold a hash, or with sasldb the password itself. */
export interface MailAccountBefore {
  readonly local: LocalAccount | null;
  readonly sasldb: SasldbAccount | null;
  /**
   * Marks of all that this resource has ever set in the account: after a roll-back the state has the
   * last desired password and the host an earlier one. Missing in the records of older versions.
   */
  readonly set?: readonly string[];
}

const nothing: Fact<null> = { name: "nothing", question: sh`:`, parse: () => null };

export const mailAccount = define<typeof mailAccountSchema, Actual, MailAccountBefore>({
  kind: "MailAccount",
  schema: mailAccountSchema,
  rules: accountRules,
  secrets: ["password"],
  secretBefore: true,
  replacedBy: ["name", "store", "realm"],
  id,
  inspect: (inputs) => {
    const { name, realm, password, store } = inputs;
    const record = resourceRecordOf("MailAccount", id(inputs));
    return {
      local: store === "system" ? localAccount(name, password) : nothing,
      sasldb: store === "sasldb" ? sasldbAccount(name, realm, password) : nothing,
      hasRecord: { ...record, parse: (answer) => record.parse(answer) !== null },
      noLocalBefore: { ...record, parse: (answer) => isNothing(record.parse(answer)?.before) },
      marks: { ...record, parse: (answer) => marksIn(record.parse(answer)?.before) },
      saslauthd: processesOf(saslauthdPath),
      ...daemonQuestions,
    };
  },
  observe: (inputs, actual, lastReport) => {
    const foreign = isForeign(inputs, actual, lastReport);
    return actual.sasldb === null
      ? localSeen(inputs, actual.local, foreign)
      : sasldbSeen(inputs, actual.sasldb, foreign);
  },
  apply: (inputs, actual, lastReport) => {
    const foreign = isForeign(inputs, actual, lastReport);
    return thenForget(
      inputs,
      actual.sasldb === null ? localSteps(inputs, actual.local, foreign) : sasldbSteps(inputs, actual.sasldb, foreign),
      actual,
    );
  },
  remember: (actual, after) => ({
    local: actual.local === "elsewhere" ? null : actual.local,
    sasldb: actual.sasldb,
    set: setSince(actual, after),
  }),
  join: (onHost, { set = [] }) => withSet(onHost, set),
  extend: (earlier, actual, after) => withSet(earlier, setSince(actual, after)),
  report: (inputs, actual) => ({
    login: actual.sasldb === null ? inputs.name : `${inputs.name}@${actual.sasldb.realm}`,
  }),
  leaves: (inputs, { local, sasldb }, before) =>
    sasldb === null ? localLeft(inputs, local, before) : sasldbLeft(inputs, sasldb, before),
  remove: (inputs, actual, before) =>
    thenForget(
      inputs,
      actual.sasldb === null ? localBack(inputs, actual.local, before) : sasldbBack(inputs, actual.sasldb, before),
      actual,
    ),
});

/**
 * Whether somebody else made the account, and nobody said that it may be adopted. One that this
 * resource made and that is another now was removed and made again by somebody else.
 */
function isForeign({ adopt }: MailAccountInputs, actual: Actual, lastReport: Report | undefined): boolean {
  const { local, noLocalBefore, hasRecord, marks } = actual;
  const replaced = noLocalBefore && local !== null && local !== "elsewhere" && !isMadeHere(local, marks);
  return !adopt && (replaced || (lastReport === undefined && !hasRecord));
}

/** The record with more marks of what this resource has set. */
function withSet(earlier: MailAccountBefore, marks: readonly string[]): MailAccountBefore {
  const { set = [] } = earlier;
  const more = marks.filter((mark) => !set.includes(mark));
  return more.length === 0 ? earlier : { ...earlier, set: [...set, ...more] };
}

function isNothing(before: unknown): boolean {
  return typeof before === "object" && before !== null && "local" in before && before.local === null;
}

function marksIn(before: unknown): readonly string[] {
  const set = typeof before === "object" && before !== null && "set" in before ? before.set : undefined;
  return Array.isArray(set) ? set : [];
}

/** Marks of what differs between two reads with a change of ours in between. */
function setSince(actual: Actual, after: Actual): string[] {
  const old = marksOf(actual);
  return marksOf(after).filter((mark) => !old.includes(mark));
}

function marksOf({ local, sasldb }: Actual): string[] {
  if (sasldb !== null) return [sasldbMark(sasldb)];
  return local === null || local === "elsewhere" ? [] : localMarks(local);
}

/** Combinations that are not allowed. */
export function accountRules({ store, realm, shell }: Pick<MailAccountInputs, "store" | "realm" | "shell">) {
  return [
    ...(store === "system" && realm !== undefined
      ? [{ property: "realm", reason: "a user of the host has no realm: it is for store sasldb" } as const]
      : []),
    ...(store === "sasldb" && shell !== undefined
      ? [{ property: "shell", reason: "an entry of sasldb has no shell: it is for store system" } as const]
      : []),
  ];
}

function id({ store, name, realm }: MailAccountInputs): string {
  return `${store}/${name}${realm === undefined ? "" : `@${realm}`}`;
}

/** A saslauthd with a login cache would keep accepting the old login. */
function thenForget({ name }: MailAccountInputs, steps: readonly Step[], actual: Actual): readonly Step[] {
  return steps.length === 0 ? steps : [...steps, ...forgetCachedLogins(name, actual)];
}
