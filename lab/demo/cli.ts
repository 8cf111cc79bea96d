// `npm run demo`: a bare Debian becomes a mail host whose SMTP AUTH works, is broken by hand, shown, repaired, and given back.
// Where no host can be booted, without-host.ts says why and shows what needs none.
import { Command, Option } from "commander";
import { heedClosedOutput } from "../../cli/program.ts";
import { type Debian, releases } from "../hosts/index.ts";
import { withLock } from "../hosts/lock.ts";
import { requireLoopback } from "../hosts/loopback.ts";
import { offlineEngineObstacle, offlineObstacle } from "../hosts/offline.ts";
import { findObstacle } from "../hosts/requirements.ts";
import { becomeRoot, rootObstacle } from "../hosts/sudo.ts";
import { say } from "./say.ts";
import { hostName, type Stage, setStage } from "./stage.ts";

const program = new Command("demo")
  .description("Plays the whole life of a mail host on a throw-away Debian on this machine")
  .addOption(new Option("--debian <release>", "Debian's release").choices(Object.keys(releases)).default("13"))
  .option("--keep", "leave the host up at the end and say how to look around")
  .addHelpText(
    "after",
    "\nExit status: 0 done, 1 failed, 3 no host can be booted here, so only what needs none was shown",
  )
  .parse();
const { debian, keep } = program.opts<{ debian: string; keep?: boolean }>();

heedClosedOutput("demo");
const notRoot = rootObstacle({ ask: true });
if (notRoot === undefined) becomeRoot();
const interrupt = new AbortController();
let stage: Stage | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interrupt.abort(new Error("interrupted"));
    process.stderr.write("\ndemo: interrupted; removing the host\n");
    void (stage?.clear() ?? Promise.resolve()).finally(() => process.exit(130));
  });
}

try {
  const release = Number(debian) as Debian;
  const obstacle = notRoot ?? (await findObstacle()) ?? offlineObstacle([release]) ?? (await offlineEngineObstacle());
  await requireLoopback();
  if (obstacle !== undefined) {
    // loaded only here: the server of the tests is no part of the demo
    const { playWithoutHost } = await import("./without-host.ts");
    process.exit(await playWithoutHost(obstacle));
  }
  // a second demo of this checkout says that it waits, and begins when the first has ended
  await withLock(hostName, () => playOnHost(release));
} catch (error) {
  process.stderr.write(`demo: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function playOnHost(release: Debian): Promise<void> {
  stage = await setStage(release, interrupt.signal);
  try {
    await play(stage);
    if (!keep) await finish(stage);
  } catch (error) {
    if (!keep) await stage.clear();
    throw error;
  }
  if (keep)
    say(
      `the host stays up; look around with: npm run lab -- shell ${hostName}\nremove it with: npm run lab -- destroy ${hostName}`,
    );
}

async function play({ pulumi, transcript, byHand }: Stage): Promise<void> {
  const started = performance.now();
  say(`1. pulumi preview: what would be done to a bare Debian ${debian}`);
  await pulumi(["preview"]);
  say(
    "2. pulumi up: install, configure, prove by a real login; then stop Postfix, since AUTH without TLS is not to be left open",
  );
  await pulumi(["up", "--yes", "--skip-preview"]);
  say("3. the proof, as it was spoken with the host's own port 465 (the password is not in it)");
  for (const line of await transcript()) process.stdout.write(`  ${line}\n`);
  if (!(await transcript()).some((line) => line.startsWith("S: 235"))) throw new Error("no 235 in the proof");
  say("4. pulumi up again: nothing to do");
  await pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  say("5. somebody breaks three things by hand");
  await byHand("chmod 755 /var/spool/postfix/var/run/saslauthd");
  await byHand(
    "sed -i 's/^OPTIONS=.*/OPTIONS=\"-c -m \\/var\\/run\\/saslauthd\"/' /etc/default/saslauthd && systemctl stop saslauthd",
  );
  await byHand("postconf -F smtps/inet/chroot=n");
  say("6. pulumi preview --diff: what is on the host against what is wanted");
  await pulumi(["preview", "--diff"]);
  say("7. pulumi up: repaired, and proved again");
  await pulumi(["up", "--yes", "--skip-preview"]);
  await pulumi(["preview", "--expect-no-changes"]);
  say(`235, unchanged, drift found, repaired: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

async function finish(stage: Stage): Promise<void> {
  say("8. pulumi destroy: the host as it was, then the host itself is removed");
  await stage.pulumi(["destroy", "--yes", "--skip-preview", "--remove"]);
  await stage.clear();
  say("done: nothing of the demo is left");
}
