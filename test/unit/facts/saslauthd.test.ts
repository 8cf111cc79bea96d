// saslauthd's options mean the same in any order and in both spellings, on a command line or in OPTIONS.
import { expect, test } from "@jest/globals";
import { parseSaslauthdOptions } from "../../../providers/facts/saslauthd.ts";

const all = { mechanism: "pam", socketDirectory: "/x", cache: true, threads: 5, others: [] };

test.each([
  ["-a pam -c -m /x -n 5", all],
  ["-n 5 -m /x -c -a pam", all],
  ["-apam -c -m/x -n5", all],
  ["-a pam -c -m /x/ -n 5", all],
  ["-a shadow -a pam -c -m /y -m /x -n 5", all],
  ["-a pam -m /x -n 5", { ...all, cache: false }],
  ["", { mechanism: null, socketDirectory: null, cache: false, threads: null, others: [] }],
  ["-a pam -c -m /x -n 5 -r", { ...all, others: ["-r"] }],
  ["-a rimap -O mail.example.org -c -m /x -n 5", { ...all, mechanism: "rimap", others: ["-O", "mail.example.org"] }],
  ["-a pam -c -m /x -n 0", { ...all, threads: 0 }],
])("%s", (words, meaning) => {
  expect(parseSaslauthdOptions(words.split(" ").filter((word) => word !== ""))).toEqual(meaning);
});
