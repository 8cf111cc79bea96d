// saslauthd's options mean the same in any order and in both spellings, on a command line or in OPTIONS.
import { expect, test } from "@jest/globals";
import { parseSaslauthdOptions } from "../../../providers/facts/saslauthd.ts";

const none = { cache: false, realmInLogin: false, mechanismOption: null, others: [] };
const all = { ...none, mechanism: "pam", socketDirectory: "/x", cache: true, threads: 5 };

test.each([
  ["-a pam -c -m /x -n 5", all],
  ["-n 5 -m /x -c -a pam", all],
  ["-apam -c -m/x -n5", all],
  ["-a pam -c -m /x/ -n 5", all],
  ["-a shadow -a pam -c -m /y -m /x -n 5", all],
  ["-a pam -m /x -n 5", { ...all, cache: false }],
  ["", { ...none, mechanism: null, socketDirectory: null, threads: null }],
  ["-a pam -c -m /x -n 5 -r", { ...all, realmInLogin: true }],
  ["-a rimap -O mail/143 -c -m /x -n 5", { ...all, mechanism: "rimap", mechanismOption: "mail/143" }],
  ["-Oone -a pam -c -m /x -n 5 -O two", { ...all, mechanismOption: "two" }],
  ["-a pam -c -m /x -n 5 -s 200 -V", { ...all, others: ["-V", "-s 200"] }],
  ["-a pam -V -c -m /x -n 5 -s200", { ...all, others: ["-V", "-s 200"] }],
  ["-a pam -crVt 600 -m /x -n 5", { ...all, realmInLogin: true, others: ["-V", "-t 600"] }],
  ["-a pam -cm /x -n 5 -d", { ...all, others: ["-d"] }],
  ["-a pam -c -m /x -n 5 -Q more", { ...all, others: ["-Q", "more"] }],
  ["-a pam -c -m /x -n 0", { ...all, threads: 0 }],
])("%s", (words, meaning) => {
  expect(parseSaslauthdOptions(words.split(" ").filter((word) => word !== ""))).toEqual(meaning);
});
