// A user in a group: added when missing, taken out again only when we put him in.
import { describe, expect, test } from "@jest/globals";
import { groupMember } from "../../../providers/resources/accounts/group-member.ts";
import { scripts, summary } from "../../support/fake-plan.ts";

const { schema, observe, apply, remember, remove } = groupMember;
const inputs = schema.parse({});
const without = { groups: ["postfix"], groupExists: true };
const member = { groups: ["postfix", "sasl"], groupExists: true };
const noUser = { groups: null, groupExists: true };

test.each([
  ["not a member", without, undefined],
  ["a member", member, inputs],
  ["a member of a group with a longer name", { ...without, groups: ["postfix", "sasl2"] }, undefined],
  ["no such user", noUser, undefined],
])("the host shows: %s", (_what, actual, shown) => {
  expect(observe(inputs, actual, undefined)).toEqual(shown);
});

describe("the change", () => {
  test("adds the user and keeps his other groups", () => {
    expect(scripts(apply(inputs, without))).toEqual(["usermod -a -G 'sasl' -- 'postfix'"]);
    expect(apply(inputs, member)).toEqual([]);
  });

  test.each([
    ["no such user", noUser, "the user postfix does not exist"],
    ["no such group", { ...without, groupExists: false }, "the group sasl does not exist"],
  ])("is refused: %s", (_what, actual, message) => {
    expect(() => apply(inputs, actual)).toThrow(message);
  });
});

test.each([
  ["takes the user out", without, member, ["run: take postfix out of the group sasl: not a member before"]],
  ["leaves a user who was in before", member, member, []],
  ["is none when somebody took him out already", without, without, []],
  ["is none when the user is gone", without, noUser, []],
])("the undo %s", (_what, before, now, steps) => {
  expect(summary(remove(inputs, now, remember(before, now, inputs)))).toEqual(steps);
});
