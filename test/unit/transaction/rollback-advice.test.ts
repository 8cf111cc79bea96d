// What to do after a roll-back that did not end well: the advice of the cases that hold, and of no other.
import { expect, test } from "@jest/globals";
import { adviceAfter } from "../../../providers/transaction/rollback-advice.ts";

const nothing = { damagedEntries: [], failed: false, daemonsUnknown: false, daemons: [] };
const words = {
  damaged: "a damaged entry of the journal is never replayed",
  failed: "put right on the host what the lines NOT put back say",
  daemonsUnknown: "nothing tells which of them ran before",
  saslauthd: "saslauthd is not as it was: the line NOT as before has its own words (more: journalctl -u saslauthd",
  Postfix: "Postfix is not as it was: the line NOT as before has its own words (more: journalctl -u 'postfix*'",
  daemons: "every change is undone, but a daemon is not as it was",
};

test.each([
  ["an entry is damaged", { ...nothing, damagedEntries: ["0003"] }, ["damaged"]],
  ["an undo failed", { ...nothing, failed: true }, ["failed"]],
  ["nobody knows which daemons ran", { ...nothing, daemonsUnknown: true }, ["daemonsUnknown"]],
  ["it ended early", nothing, ["daemons"]],
  ["saslauthd did not start again", { ...nothing, daemons: ["saslauthd"] }, ["saslauthd"]],
  [
    "several of these hold",
    { damagedEntries: ["0003"], failed: true, daemonsUnknown: true, daemons: ["Postfix"] },
    ["damaged", "failed", "daemonsUnknown", "Postfix"],
  ],
])("where %s, the advice is of that, and ends with the same command", (_what, notUndone, cases) => {
  const advice = adviceAfter(notUndone);

  const said = Object.entries(words).filter(([, text]) => advice.includes(text));
  expect(said.map(([name]) => name)).toEqual(cases);
  expect(advice).toMatch(/Then run the same command again: it goes on from what it finds$/);
});

test("damaged entries are named with the command that moves them away", () => {
  const advice = adviceAfter({ ...nothing, damagedEntries: ["0003", "0004"] });

  const folder = "/var/lib/sasl-mail-host/journal";
  expect(advice).toContain(`mv ${folder}/0003 ${folder}/0004 /root/ `);
});
