// Adds Postfix to the group that may reach the socket. A running Postfix picks this up at its next
// reload.
import { z } from "zod";
import { Failure } from "../../core/failure.ts";
import { type ShellText, sh } from "../../core/shell.ts";
import { groupExists, groupsOf } from "../../facts/account.ts";
import { define } from "../definition.ts";
import { accountName } from "../inputs.ts";
import { accountAdvice } from "../packages/package-advice.ts";

export const groupMemberSchema = z.strictObject({
  /** The member; its user comes with the package postfix. */
  user: accountName.default("postfix"),
  /** The group; it comes with the package sasl2-bin. */
  group: accountName.default("sasl"),
});

interface Actual {
  readonly groups: readonly string[] | null;
  readonly groupExists: boolean;
}

interface Before {
  readonly member: boolean;
}

export const groupMember = define<typeof groupMemberSchema, Actual, Before>({
  kind: "GroupMember",
  schema: groupMemberSchema,
  replacedBy: ["user", "group"],
  id: ({ user, group }) => `${user}/${group}`,
  inspect: ({ user, group }) => ({ groups: groupsOf(user), groupExists: groupExists(group) }),
  observe: (inputs, { groups }) => (groups?.includes(inputs.group) ? inputs : undefined),
  apply: ({ user, group }, actual) => {
    if (actual.groups === null || !actual.groupExists) {
      throw new Failure({
        code: "package-missing",
        tried: `put ${user} into the group ${group}`,
        found: `${actual.groups === null ? `the user ${user}` : `the group ${group}`} does not exist on the host`,
        left: ["nothing was changed"],
        next: actual.groups === null ? accountAdvice("user", user) : accountAdvice("group", group),
      });
    }
    if (actual.groups.includes(group)) return [];
    return [
      {
        do: "run",
        reason: `put ${user} into the group ${group}: not a member`,
        script: sh`usermod -a -G ${group} -- ${user}`,
        undo: { script: leave(user, group) },
      },
    ];
  },
  remember: ({ groups }, _after, { group }) => ({ member: groups?.includes(group) ?? false }),
  remove: ({ user, group }, { groups }, before) =>
    before.member || !groups?.includes(group)
      ? []
      : [
          {
            do: "run",
            reason: `take ${user} out of the group ${group}: not a member before`,
            script: leave(user, group),
          },
        ],
});

/**
 * gpasswd(1) fails for a user who is not a member, which is already the desired state; so is a group
 * that does not exist (getent(1): 2).
 */
function leave(user: string, group: string): ShellText {
  return sh`row=$(getent group ${group}) || [ $? -eq 2 ] || exit 1
case ,\${row##*:}, in *,${user},*) gpasswd -d ${user} ${group} ;; esac`;
}
