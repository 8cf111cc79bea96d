// Steps on accounts. A password is part of the script, which travels over stdin, and is passed on
// through a pipe from the shell's own printf: it appears in no argument. Until the journal is
// closed, the journal's entry (root only) also holds the shadow rows before and after a change, and
// the sasldb passwords before and after it in hexadecimal.

import { lines, type ShellText, sh } from "../core/shell.ts";
import { loginOnlyComment, noHome } from "../facts/local-account.ts";
import { sasldbAccount } from "../facts/sasldb-account.ts";
import type { RunScript, Undo } from "./step.ts";

const code = "account-not-changed";

/** The changes to an account in the host's files. */
export interface AccountChange {
  readonly password?: string;
  readonly shell?: string;
  /** Remove the account's expiry date, which has passed. */
  readonly unexpire?: boolean;
  readonly locked?: boolean;
}

/**
 * No home, no supplementary group, and no access except by password over a service:
 * /usr/sbin/nologin is not a shell, and /nonexistent is Debian's home for users without one (Debian
 * Policy 9.2.3). The user ID is in the range for people (from 1000 on), since lower ones are for
 * the system (9.2.2).
 */
export function addAccount(name: string, shell: string): RunScript {
  return {
    do: "run",
    reason: `make the account ${name}: it does not exist`,
    code,
    script: sh`useradd -M -U -d ${noHome} -s ${shell} -c ${loginOnlyComment} -- ${name}`,
    undo: { script: removeOwnAccount(name) },
  };
}

/**
 * Removes the account only if its comment and home are still those that this program gives: an
 * account of the same name that somebody else made since differs.
 */
function removeOwnAccount(name: string): ShellText {
  return sh`row=$(${rowOf("passwd", name)}) || exit 1
[ -n "$row" ] || exit 0
case $row in
  *:${loginOnlyComment}:${noHome}:*) userdel -- ${name} ;;
  *) echo "kept: the account "${name}", which somebody else has made" ;;
esac`;
}

/** Leaves the mail in /var/mail, which belongs to the user. */
export function removeAccount(name: string, reason: string): RunScript {
  return {
    do: "run",
    reason,
    code,
    script: sh`userdel -- ${name}`,
    next: `userdel refuses while a process of the user runs: \`ps -o pid,etime,args -u ${name}\` on the host shows each. When those have ended, run the same command again`,
  };
}

/**
 * A new password unlocks the account, so the lock comes last. The undo restores the fields of
 * /etc/shadow and /etc/passwd.
 */
export function changeAccount(name: string, change: AccountChange, reason: string): RunScript {
  const { password, shell, unexpire, locked } = change;
  const parts: ShellText[] = [
    ...(password === undefined ? [] : [sh`printf '%s:%s\n' ${name} ${password} | chpasswd`]),
    ...(shell === undefined ? [] : [sh`usermod -s ${shell} -- ${name}`]),
    ...(unexpire === true ? [sh`chage -E -1 -- ${name}`] : []),
    ...(locked === undefined ? [] : [locked ? sh`usermod -L -- ${name}` : sh`usermod -U -- ${name}`]),
  ];
  return {
    do: "run",
    reason,
    code,
    script: lines(sh`set -e`, ...parts),
    next: "do what the host says. Where it refuses the password by its own rules (/etc/pam.d/common-password), set another one: the account's name in the secret accountPasswords (in a program: password). Then run the same command again",
    undo: {
      remember: sh`${rowOf("shadow", name)} > shadow && ${rowOf("passwd", name)} > passwd`,
      confirm: sh`{ ${rowOf("shadow", name)} && ${rowOf("passwd", name)}; } > after.new && sync -- after.new && mv -- after.new after`,
      script: sh`now=$(${rowOf("shadow", name)} && ${rowOf("passwd", name)}) && was=$(cat shadow passwd) || exit 1
if [ -z "$now" ] || [ "$now" = "$was" ]; then exit 0; fi
if [ -e after ]; then
  after=$(cat after) || exit 1
  printf '%s\n' "$was" "$after" "$now" | awk -F : ${changedByOthers}
  case $? in
    0) ;;
    1) echo "kept: the account "${name}", which somebody else has changed since"; exit 0 ;;
    *) exit 1 ;;
  esac
fi
set -e
row=$(cat shadow)
hash=$(printf %s "$row" | cut -d : -f 2)
printf '%s:%s\n' ${name} "$hash" | chpasswd -e
${agesBack(name, sh`"$(printf %s "$row" | cut -d : -f 3)"`, sh`"$(printf %s "$row" | cut -d : -f 8)"`)}
shell=$(cut -d : -f 7 passwd)
[ "$shell" = "$(getent passwd ${name} | cut -d : -f 7)" ] || usermod -s "$shell" -- ${name}`,
    },
  };
}

/**
 * A program of awk(1) that ends with 1 where somebody else has changed the account. It reads the rows
 * of shadow and passwd before the step, after it and now. Each field is either one, since an undo
 * may have been interrupted; chpasswd sets the day of the change (field 3) with the hash.
 */
const changedByOthers = `{ for (i = 1; i <= 9; i++) cell[NR, i] = $i }
END {
  if (NR != 6) exit 1
  for (row = 5; row <= 6; row++) for (i = 1; i <= 9; i++) {
    if (row == 5 && i == 3 && cell[5, 2] == cell[1, 2]) continue
    if (cell[row, i] != cell[row - 2, i] && cell[row, i] != cell[row - 4, i]) exit 1
  }
}`;

/** The row of an account in one of the two files. */
function rowOf(file: "shadow" | "passwd", name: string): ShellText {
  return sh`awk -F : -v name=${name} '$1 == name' ${`/etc/${file}`}`;
}

/**
 * Restores the fields of /etc/shadow and /etc/passwd. The hash is data for chpasswd, in no
 * argument.
 */
export function giveAccountBack(
  name: string,
  shadow: { readonly hash: string; readonly changed: string; readonly expires: string } | undefined,
  shell: string | undefined,
): RunScript {
  return {
    do: "run",
    reason: `give the account ${name} back what it had`,
    code,
    script: lines(
      sh`set -e`,
      ...(shadow === undefined
        ? []
        : [
            sh`printf '%s:%s\n' ${name} ${shadow.hash} | chpasswd -e`,
            agesBack(name, sh`${shadow.changed}`, sh`${shadow.expires}`),
          ]),
      ...(shell === undefined ? [] : [sh`usermod -s ${shell} -- ${name}`]),
    ),
  };
}

/** For chage an empty field is -1 (chage(1)). */
function agesBack(name: string, changed: ShellText, expires: ShellText): ShellText {
  return sh`changed=${changed} expires=${expires}
chage -d "\${changed:--1}" -E "\${expires:--1}" -- ${name}`;
}

/**
 * Sets a password in /etc/sasldb2. The undo restores the old one, or removes the entry where none
 * existed.
 */
export function setSasldbPassword(name: string, realm: string, password: string, reason: string): RunScript {
  return {
    do: "run",
    reason,
    code,
    script: pipedTo(sh`printf %s ${password}`, name, realm),
    undo: sasldbBack(name, realm),
  };
}

/** Removes an account from /etc/sasldb2. */
export function dropSasldbPassword(name: string, realm: string, reason: string): RunScript {
  return {
    do: "run",
    reason,
    code,
    script: sh`saslpasswd2 -d -u ${realm} -- ${name}`,
    undo: sasldbBack(name, realm),
  };
}

/** Restores the previous password from its hexadecimal form. */
export function giveSasldbPasswordBack(name: string, realm: string, secret: string): RunScript {
  return {
    do: "run",
    reason: `give ${name} in the realm ${realm} its old password back`,
    code,
    script: pipedTo(sh`printf %s ${secret} | perl -ne 'print pack "H*", $_'`, name, realm),
  };
}

/**
 * Restores the entry, unless somebody else has changed it since. `found` holds the password in
 * hexadecimal from before the step, and `after` from after it; both are empty where there is none.
 */
function sasldbBack(name: string, realm: string): Undo {
  const { question } = sasldbAccount(name, realm, "");
  const look = (file: string) =>
    sh`(${question}) > ${`${file}.whole`} && tr '\0' '\n' < ${`${file}.whole`} | sed -n 4p > ${file} && rm -f -- ${`${file}.whole`}`;
  return {
    remember: look("found"),
    confirm: sh`${look("after.new")} && sync -- after.new && mv -- after.new after`,
    script: sh`${look("now")} || exit 1
if cmp -s now found; then exit 0; fi
if [ -e after ] && ! cmp -s now after; then
  echo "kept: the entry of "${name}" in the realm "${realm}", which somebody else has changed since"; exit 0
fi
if [ -s found ]; then
  tr -d '\n' < found | perl -ne 'print pack "H*", $_' | saslpasswd2 -p -c -u ${realm} -- ${name}
else saslpasswd2 -d -u ${realm} -- ${name}; fi`,
  };
}

/**
 * saslpasswd2 creates a missing database; it gets the owner and the mode that Debian registers for
 * it.
 */
function pipedTo(password: ShellText, name: string, realm: string): ShellText {
  return lines(
    sh`new=; [ -e /etc/sasldb2 ] || new=yes`,
    sh`${password} | saslpasswd2 -p -c -u ${realm} -- ${name} || exit 1`,
    sh`if [ -n "$new" ]; then chown -- root:sasl /etc/sasldb2 && chmod -- 660 /etc/sasldb2; fi`,
  );
}
