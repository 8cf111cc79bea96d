// Facts of users and groups, through the name service (getent), so that LDAP accounts count too.
import { type ShellText, sh } from "../core/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

/**
 * getent exits with 2 when no such name exists; any other failure leaves the answer unknown
 * (getent(1)).
 */
const absent = 2;

/** The names of the groups a user is in, or `null` when the user does not exist. */
export function groupsOf(user: string): Fact<readonly string[] | null> {
  const name = `the groups of ${user} (id)`;
  return {
    name,
    question: sh`getent passwd ${user} >/dev/null; case $? in 0) id -nG -- ${user} ;; ${absent}) echo :absent ;; *) exit 1 ;; esac`,
    parse: (answer) => {
      const text = answer.stdout.toString("utf8").trim();
      if (answer.code !== 0 || text === "") throw unreadable(name, answer);
      return text === ":absent" ? null : text.split(/\s+/);
    },
  };
}

export function groupExists(group: string): Fact<boolean> {
  return existence(`the group ${group} (getent)`, sh`getent group ${group}`);
}

export function userExists(user: string): Fact<boolean> {
  return existence(`the user ${user} (getent)`, sh`getent passwd ${user}`);
}

function existence(name: string, command: ShellText): Fact<boolean> {
  return {
    name,
    question: sh`${command} >/dev/null; case $? in 0) echo yes ;; ${absent}) echo no ;; *) exit 1 ;; esac`,
    parse: (answer) => {
      const text = answer.stdout.toString("utf8").trim();
      if (text !== "yes" && text !== "no") throw unreadable(name, answer);
      return text === "yes";
    },
  };
}
