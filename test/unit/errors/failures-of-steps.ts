// Changes of a host that fail: each failure, made by the real steps on a host in a folder, where their commands fail.
import { sh } from "../../../providers/core/shell.ts";
import { changeAccount } from "../../../providers/steps/account.ts";
import { aptInstall } from "../../../providers/steps/apt.ts";
import { stillLocked } from "../../../providers/steps/apt-lock.ts";
import { makeSelfSigned } from "../../../providers/steps/certificate.ts";
import { mailWaits } from "../../../providers/steps/mail-queue.ts";
import { stillNeeded } from "../../../providers/steps/package-removal.ts";
import { takeBackPackages } from "../../../providers/steps/package-rollback.ts";
import { checkPostfix, reloadPostfix } from "../../../providers/steps/postfix.ts";
import { restartSaslauthd } from "../../../providers/steps/saslauthd.ts";
import type { RunScript, Step, WriteFile } from "../../../providers/steps/step.ts";
import { applied, inFolder } from "./failures-of-hosts.ts";

const done = (...steps: readonly Step[]) => inFolder((folder) => applied(folder, steps, false));

/** The step with this exit status of its script. */
const ending = (step: RunScript, status = 1) => done({ ...step, script: sh`exit ${status}` });

const install = aptInstall(["postfix"]);
const purge = takeBackPackages(["postfix"], { packages: [], made: [], requested: [] });

const write = (path: string, expected: string): WriteFile => ({
  do: "write",
  path,
  content: Buffer.from("new"),
  expected: Buffer.from(expected),
  created: { owner: "root", group: "root", mode: "644" },
  reason: "test",
});

const never = { name: "a file", question: sh`:`, parse: () => false };

export const failuresOfSteps = {
  "account-not-changed": () => ending(changeAccount("bob", { locked: true }, "lock the account bob")),
  "apt-failed": () => ending(install, 100),
  "apt-locked": () => ending(install, stillLocked),
  "apt-would-remove-packages": () => ending(install, 90),
  "certificate-not-made": () => ending(makeSelfSigned("/etc/postfix/tls/a.pem", "mail1", 90, "test")),
  "command-failed": () => ending({ do: "run", reason: "test", script: sh`` }),
  "file-changed-meanwhile": () => done(write("/etc/machine-id", "what is not there")),
  "file-not-written": () => done({ ...write("/etc/none/file", ""), expected: undefined }),
  "mail-in-queue": () => ending(purge, mailWaits),
  "package-still-needed": () => ending(purge, stillNeeded),
  "postfix-not-started": () =>
    inFolder(async (folder) => {
      for (const program of ["systemctl", "postmulti"]) folder.program(program, "exit 1");
      await applied(folder, [reloadPostfix("test")], false);
    }),
  "postfix-refuses-configuration": () =>
    inFolder(async (folder) => {
      folder.program("postmulti", "exit 1");
      await applied(folder, [checkPostfix], false);
    }),
  "purge-failed": () => ending(purge),
  "saslauthd-not-started": () => ending(restartSaslauthd("test", [])),
  "wait-timed-out": () =>
    done({
      do: "wait",
      what: "a file",
      until: never,
      timeoutSeconds: 0,
      next: "look",
      why: { ...never, parse: () => [] },
    }),
};
