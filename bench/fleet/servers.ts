// Many SSH hosts in one process of their own, so that their work is not counted as ours. All of them look like one real host: what it
// answered was written down. A question that was not asked before is asked there, where the host is named, and written down too.
// Called as: node servers.ts <how many> <answers file> <public key line of the user> [<lab host>]. Prints ports and host key as one line
// of JSON, one port more for a host that takes a connection and never says a word, and ends with its standard input.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { enterCommand } from "../../lab/hosts/inside.ts";
import { type FakeHost, fakeHost } from "../../test/support/fake-ssh-host.ts";
import type { SpokenAnswer } from "../../test/support/spoken-shell.ts";

/** What providers/host/start-shell.ts sets up before the first question. */
const surroundings = `export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
cd /
`;

const [count = "0", answersFile = "", userKey = "", labHost] = process.argv.slice(2);
const answers: Record<string, { code: number; stdout: string; stderr: string }> = existsSync(answersFile)
  ? JSON.parse(readFileSync(answersFile, "utf8"))
  : {};

function speak(script: string): SpokenAnswer {
  const answer = answers[script] ?? askReally(script);
  answers[script] = answer;
  return { ...answer, stdout: Buffer.from(answer.stdout, "base64") };
}

/** Holds up all hosts, once for each question. */
function askReally(script: string) {
  if (labHost === undefined) throw new Error(`nothing is written down for the question: ${script}`);
  const [program, ...words] = enterCommand(labHost, ["sh", "-c", surroundings + script]);
  const { stdout, stderr, status } = spawnSync(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  return { code: status ?? 255, stdout: stdout.toString("base64"), stderr: stderr.toString() };
}

const hosts: FakeHost[] = [];
for (let number = 0; number < Number(count); number += 1) hosts.push(await fakeHost({ speak, userKey }));
const mute = createServer(() => {}).listen(0, "127.0.0.1", () => {
  const ports = [...hosts.map(({ port }) => port), (mute.address() as AddressInfo).port];
  process.stdout.write(`${JSON.stringify({ ports, hostKey: hosts[0]?.keys.ed25519 ?? "" })}\n`);
});
process.stdin
  .on("end", () => {
    if (labHost !== undefined) writeFileSync(answersFile, JSON.stringify(answers));
    process.exit();
  })
  .resume();
