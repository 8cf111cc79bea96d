// Facts of users and groups, through the name service (getent), so that LDAP accounts count too.
import { sh } from "../steps/shell.ts";
import { type Fact, unreadable } from "./fact.ts";

/** The names of the groups a user is in, or `null` when the user does not exist. */
export function groupsOf(user: string): Fact<readonly string[] | null> {
  const name = `the groups of ${user} (id)`;
  return {
    name,
    question: sh`if getent passwd ${user} >/dev/null; then id -nG -- ${user}; else echo :absent; fi`,
    parse: (answer) => {
      const text = answer.stdout.toString("utf8").trim();
      if (answer.code !== 0 || text === "") throw unreadable(name, answer);
      return text === ":absent" ? null : text.split(/\s+/);
    },
  };
}

/** Whether a group exists. */
export function groupExists(group: string): Fact<boolean> {
  return existence(`the group ${group} (getent)`, sh`getent group ${group} >/dev/null && echo yes || echo no`);
}

/** Whether a user exists. */
export function userExists(user: string): Fact<boolean> {
  return existence(`the user ${user} (getent)`, sh`getent passwd ${user} >/dev/null && echo yes || echo no`);
}

function existence(name: string, question: Fact<boolean>["question"]): Fact<boolean> {
  return {
    name,
    question,
    parse: (answer) => {
      const text = answer.stdout.toString("utf8").trim();
      if (text !== "yes" && text !== "no") throw unreadable(name, answer);
      return text === "yes";
    },
  };
}
