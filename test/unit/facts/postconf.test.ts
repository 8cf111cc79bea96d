// What postconf answers, as Debian's postconf words it: parameters it does not know, and what main.cf sets.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { setInMain, unknownParameters } from "../../../providers/facts/postconf.ts";
import { answer } from "../../support/fake-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "postconf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A postconf that knows smtpd_banner only, which main.cf sets, as that of Postfix 3.7 and 3.10 would answer. */
const postconf = `#!/bin/sh
[ "$1" = -n ] && echo 'smtpd_banner = $myhostname ESMTP' && exit
shift
for name; do
  case $name in smtpd_banner) echo 'smtpd_banner = $myhostname ESMTP' ;; *) echo "postconf: warning: $name: unknown parameter" >&2 ;; esac
done
`;
writeFileSync(join(folder, "postconf"), postconf, { mode: 0o755 });
writeFileSync(join(folder, "main.cf"), "mine = x\nmine_too=y\n");

const ask = (text: string) => {
  const script = text.replaceAll("/etc/postfix", folder);
  const { stdout, status } = spawnSync("/bin/sh", ["-c", script], { env: { PATH: `${folder}:${process.env.PATH}` } });
  return answer(stdout, status ?? 1);
};

test("parameters that it does not know are told, but for those that main.cf defines", () => {
  const fact = unknownParameters(["smtpd_banner", "smptd_banner", "mine", "mine_too", "min"]);

  expect(fact.parse(ask(fact.question.text))).toEqual(["smptd_banner", "min"]);
});

test("what main.cf sets comes with its value", () => {
  const fact = setInMain(["smtpd_banner", "other"]);

  expect(fact.parse(ask(fact.question.text))).toEqual({ smtpd_banner: "$myhostname ESMTP" });

  const others = setInMain(["mynetworks", "mydestination"]);
  expect(others.parse(answer("mynetworks =\nmydestination = a, b\nmyorigin = c\n"))).toEqual({
    mynetworks: "",
    mydestination: "a, b",
  });
});

test("without Postfix there is nothing to tell", () => {
  const { stdout, status } = spawnSync("/bin/sh", ["-c", setInMain(["x"]).question.text], {
    env: { PATH: "/nonexistent" },
  });

  expect(setInMain(["x"]).parse(answer(stdout, status ?? 1))).toEqual({});
});
