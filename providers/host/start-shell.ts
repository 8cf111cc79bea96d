// Starts the one root shell of a connection: directly for root, through sudo for every other user.
// A password is written only after sudo has asked for it, and a request only after the shell has
// reported that it listens. Where sudo does not ask (NOPASSWD), the password would otherwise
// become the first line of the payload.
import { randomBytes } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import type { FailureParts } from "../core/failure.ts";
import type { FailureCode } from "../core/failure-codes.ts";
import { quote } from "../core/shell.ts";
import { AccessFailure } from "./access-failure.ts";
import { type Hop, nameOf } from "./hop.ts";
import { NoExpectedOutput, type Opening, skipUntil, start, type Words } from "./login-shell.ts";
import { findRecording, type Recording, recordingIn } from "./sudo-recording.ts";
import { sudoersLine, sudoRule } from "./sudoers.ts";

/** A shell that listens, and the nonce that ends each of its answers. */
export interface StartedShell {
  readonly channel: ClientChannel;
  readonly nonce: string;
  /** Whether sudo keeps a copy of the input and the output. */
  readonly recording: Recording;
}

/**
 * The loop that the shell runs. A request is a line with a length and that many bytes of script,
 * which calls `answer` with each of its parts. Requests travel over stdin, so they never show in
 * `ps`. Each part runs in a subshell without stdin, so it can neither read nor change the next one.
 * Only a part given to `here` runs in the shell itself: a lock taken there is held until the shell
 * ends, and no child inherits it. With `tell` a script sends the operator one line before its
 * answer, with `warn` a warning.
 */
function loop(nonce: string): string {
  return `umask 022
cd /
tell() { printf '\\n%s tell %s\\n' ${nonce} "$*" >&2; }
warn() { printf '\\n%s warn %s\\n' ${nonce} "$*" >&2; }
end() { printf '\\n%s end\\n' ${nonce} >&2; printf '\\n%s %s\\n' ${nonce} "$1"; }
answer() { request=$1; shift; (exec 9>&-; eval "$request") </dev/null; end $?; }
here() { request=$1; shift; eval "$request" </dev/null; end $?; }
while read -r length; do eval "$(head -c "$length")"; done
`;
}

export async function startShell(client: Client, hop: Hop, sudoPassword: string | undefined): Promise<StartedShell> {
  const nonce = randomBytes(16).toString("hex");
  const script = loop(nonce);
  const words = { hello: `hello-${nonce}`, ready: `ready-${nonce}`, go: `go-${nonce}`, prompt: `sudo-${nonce}` };
  const copied = `copied-${nonce}`;
  // Printed on both outputs: the login shell's own output ends there and is no part of the first
  // answer.
  const listen = `${hop.user === "root" ? "" : `${findRecording(copied)}; `}printf '\\n%s\\n' ${words.ready} >&2; printf '\\n%s\\n' ${words.ready}; ${skipUntil(words.go)}; eval "$(head -c ${Buffer.byteLength(script)})"`;
  let heard = "";
  const isReady = ({ output, complaint }: Words) => {
    heard = output;
    return [output, complaint].every((text) => text.includes(`\n${words.ready}\n`)) ? true : undefined;
  };
  let opened: Opening | undefined;
  try {
    opened = await start(client, commandFor(hop, sudoPassword, listen, words), 60);
    if (hop.user === "root" || sudoPassword === undefined) await opened.readFirst(isReady);
    else await sudo(opened, hop, sudoPassword, words, isReady);
    opened.channel.write(`${words.go}\n${script}`);
    return { channel: opened.channel, nonce, recording: recordingIn(heard, copied) };
  } catch (error) {
    opened?.channel.close();
    if (error instanceof NoExpectedOutput) throw noShellFailure(hop, error, words.prompt);
    throw error instanceof AccessFailure ? error : startFailure(hop, error as Error, (error as Error).message);
  }
}

/**
 * The complete environment of the root shell. Variables set by pam_env, a start-up file or a sudo
 * without env_reset would change what the host's tools print and do: POSIXLY_CORRECT, TMPDIR,
 * MAIL_CONFIG, APT_CONFIG, PERL5OPT, LD_PRELOAD, functions exported by bash. The system's own
 * programs come first in PATH.
 */
const environment =
  "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin HOME=/root USER=root LOGNAME=root SHELL=/bin/sh LC_ALL=C DEBIAN_FRONTEND=noninteractive";

/**
 * Kept where they are set: apt's proxies (apt-transport-http(1)), and the user that its history
 * names ("Requested-By").
 */
const kept = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "SUDO_USER", "SUDO_UID"];

/** Shell text that runs `$1` in this environment. */
const cleaned = `exec /usr/bin/env -i ${environment} ${kept.map((name) => `\${${name}:+${name}="$${name}"}`).join(" ")} /bin/sh -c "$1"`;

interface Signals {
  readonly hello: string;
  readonly go: string;
  readonly prompt: string;
}

/**
 * The text must mean the same to sh, csh, fish and zsh: single quotes, no `!`, no line end. sudo's
 * own messages are parsed, so they are requested in English. Without a password sudo must not ask
 * (-n), so it takes no line for one.
 */
function commandFor({ user }: Hop, sudoPassword: string | undefined, listen: string, { hello, go, prompt }: Signals) {
  const words = `${quote(cleaned)} sh ${quote(listen)}`;
  if (user === "root") return `exec /bin/sh -c ${words}`;
  if (sudoPassword === undefined) return `exec env LC_ALL=C sudo -k -n -- /bin/sh -c ${words}`;
  const greet = `printf '\\n%s\\n' ${hello}; ${skipUntil(go)}; exec env LC_ALL=C sudo -k -S -p ${prompt} -- /bin/sh -c "$1" sh "$3"`;
  return `exec /bin/sh -c ${quote(greet)} sh ${words}`;
}

/**
 * sudo starts when no unread input precedes it: an empty line that was sent to a start-up file
 * would count as a wrong password.
 */
async function sudo(
  opening: Opening,
  hop: Hop,
  password: string,
  { hello, go, prompt }: Signals,
  isReady: (words: Words) => true | undefined,
): Promise<void> {
  const asked = ({ complaint }: Words) => complaint.split(prompt).length - 1;
  await opening.readFirst(({ output }) => (output.includes(`\n${hello}\n`) ? true : undefined));
  opening.channel.write(`${go}\n`);
  const first = await opening.readUntil((words) => (isReady(words) ? "ready" : asked(words) > 0 ? "asks" : undefined));
  if (first === "ready") return;
  opening.channel.write(`${password}\n`);
  const second = await opening.readUntil((words) => (isReady(words) ? "ready" : asked(words) > 1 ? "asks" : undefined));
  if (second === "asks")
    throw sudoFailure(hop, "sudo-password-refused", "sudo refused the password (one attempt was made)");
}

function noShellFailure(hop: Hop, error: NoExpectedOutput, prompt: string): AccessFailure {
  const { message, words } = error;
  const complaint = words.complaint.replaceAll(prompt, "").trim();
  const said = [complaint, words.output.trim()].filter((text) => text !== "").join("; ");
  const silent = startFailure(hop, error, `${message}: ${said.slice(-500) || "it did not say a word"}`);
  if (hop.user === "root") return silent;
  // With passwd_tries=1 (sudoers(5)) sudo does not ask again. The same password is not sent twice.
  if (/incorrect password attempt/i.test(complaint))
    return sudoFailure(hop, "sudo-password-refused", "sudo refused the password (one attempt was made)");
  if (/must have a tty|requiretty/i.test(complaint))
    return sudoFailure(hop, "sudo-needs-terminal", "sudo wants a terminal (requiretty)");
  if (/a password is required/i.test(complaint))
    return sudoFailure(hop, "sudo-password-missing", "sudo asks for a password and none is given");
  if (/not in the sudoers|not allowed|may not run/i.test(complaint))
    return sudoFailure(hop, "sudo-not-allowed", complaint);
  if (/sudo/.test(complaint) && /not found|No such file/.test(complaint))
    return sudoFailure(hop, "sudo-not-installed", "sudo is not installed");
  return silent;
}

const password = "the secret sudoPassword of the stack's configuration (in a program: connection.sudoPassword)";
const asRoot = "log in as root (connection.user)";

const sudoAdvices = {
  "sudo-needs-terminal": (user) => sudoersLine(`Defaults:${user} !requiretty`),
  "sudo-not-allowed": (user) => `${sudoersLine(sudoRule(user))}; or ${asRoot}`,
  "sudo-not-installed": () => `as root on the host: apt-get install sudo; or ${asRoot}`,
  "sudo-password-missing": (user) =>
    `set ${password}; or let sudo not ask: ${sudoersLine(sudoRule(user))}; or ${asRoot}`,
  "sudo-password-refused": (user) =>
    `correct ${password}: it is the one that ${user} types for sudo on this host. Each run tries it once, and some hosts lock an account after a few refusals`,
} satisfies Partial<Record<FailureCode, (user: string) => string>>;

function sudoFailure(hop: Hop, code: keyof typeof sudoAdvices, found: string): AccessFailure {
  return new AccessFailure({
    code,
    tried: `become root with sudo as ${nameOf(hop)}`,
    found,
    left: ["nothing was changed"],
    next: sudoAdvices[code](hop.user),
  });
}

function startFailure(hop: Hop, cause: Error, found: string): AccessFailure {
  const parts: FailureParts = {
    code: "shell-not-started",
    tried: `start a shell as ${nameOf(hop)}`,
    found,
    left: ["nothing was changed"],
    next: `make this work, as the user who runs Pulumi: ssh -p ${hop.port} ${hop.user}@${hop.host} /bin/sh -c id (a nologin shell, an expired password or a start-up file that ends keeps it from working)`,
  };
  return new AccessFailure(parts, { cause });
}
