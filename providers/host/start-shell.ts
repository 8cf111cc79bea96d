// Starts the one root shell of a connection: directly for root, through sudo for everybody else.
// A password is written only after sudo has asked for it, and a request only after the shell has said that it listens;
// with cached sudo credentials the password would otherwise become the first line of the payload.
import { randomBytes } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../steps/failure.ts";
import { quote } from "../steps/shell.ts";
import { type Connection, nameOf } from "./settings.ts";

/** A shell that listens, and the word that ends each of its answers. */
export interface StartedShell {
  readonly channel: ClientChannel;
  readonly nonce: string;
}

/**
 * The loop that the shell runs. Each request is a line with a length and that many bytes of script: it travels over stdin,
 * so it never shows in `ps`; it runs in a subshell without stdin, so it can neither read nor change the next request. Only a request
 * marked `here` runs in the shell itself: a lock that is taken there is held until the shell ends, and no child inherits it.
 */
function loop(nonce: string): string {
  return `export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
cd /
unset HISTFILE MAIL_CONFIG
while read -r length place; do
  script=$(head -c "$length")
  if [ "$place" = here ]; then eval "$script" </dev/null; else (exec 9>&-; eval "$script") </dev/null; fi
  code=$?
  printf '\\n%s end\\n' ${nonce} >&2
  printf '\\n%s %s\\n' ${nonce} "$code"
done
`;
}

export function startShell(client: Client, connection: Connection): Promise<StartedShell> {
  const nonce = randomBytes(16).toString("hex");
  const script = loop(nonce);
  const ready = `ready-${nonce}`;
  // on both outputs: what the login shell had to say ends there, and is no part of the first answer
  const listen = `printf '\\n%s\\n' ${ready} >&2; printf '\\n%s\\n' ${ready}; eval "$(head -c ${Buffer.byteLength(script)})"`;
  const prompt = `sudo-${nonce}`;
  const command =
    connection.user === "root"
      ? `exec /bin/sh -c ${quote(listen)}`
      : `exec sudo -k -S -p ${prompt} -- /bin/sh -c ${quote(listen)}`;
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(startFailure(connection, error.message));
      let output = "";
      let complaint = "";
      let asked = 0;
      const settle = (failure?: Failure) => {
        clearTimeout(timer);
        channel.removeListener("data", onOutput);
        channel.stderr.removeListener("data", onComplaint);
        channel.removeListener("close", onClose);
        if (failure === undefined) return resolve({ channel, nonce });
        channel.close();
        reject(failure);
      };
      const begin = () => {
        if (![output, complaint].every((text) => text.includes(`\n${ready}\n`))) return;
        channel.write(script);
        settle();
      };
      const onOutput = (chunk: Buffer) => {
        output += chunk.toString("utf8");
        begin();
      };
      const onComplaint = (chunk: Buffer) => {
        complaint += chunk.toString("utf8");
        begin();
        const prompts = complaint.split(prompt).length - 1;
        if (prompts <= asked) return;
        asked = prompts;
        if (connection.sudoPassword === undefined)
          return settle(sudoFailure(connection, "sudo asks for a password and none is given"));
        if (asked > 1) return settle(sudoFailure(connection, "sudo refused the password (one attempt was made)"));
        channel.write(`${connection.sudoPassword}\n`);
      };
      const onClose = () => settle(explain(connection, complaint.replaceAll(prompt, "").trim(), output));
      const timer = setTimeout(
        () => settle(startFailure(connection, `no answer within 60 s: ${(complaint + output).slice(-500)}`)),
        60_000,
      );
      channel.on("data", onOutput).on("close", onClose);
      channel.stderr.on("data", onComplaint);
    });
  });
}

function explain(connection: Connection, complaint: string, output: string): Failure {
  if (/must have a tty|requiretty/i.test(complaint)) {
    return sudoFailure(
      connection,
      "sudo wants a terminal (requiretty)",
      `add "Defaults:${connection.user} !requiretty" to sudoers`,
    );
  }
  if (/not in the sudoers|not allowed|may not run/i.test(complaint)) return sudoFailure(connection, complaint);
  if (/sudo/.test(complaint) && /not found/.test(complaint)) return sudoFailure(connection, "sudo is not installed");
  return startFailure(
    connection,
    [complaint, output.trim()].filter((text) => text !== "").join("; ") || "it ended at once without a word",
  );
}

function sudoFailure(connection: Connection, found: string, next?: string): Failure {
  return new Failure({
    tried: `become root with sudo as ${nameOf(connection)}`,
    found,
    left: "nothing was changed",
    next:
      next ?? `set connection.sudoPassword, or let ${connection.user} use sudo for every command, or log in as root`,
  });
}

function startFailure(connection: Connection, found: string): Failure {
  return new Failure({
    tried: `start a shell as ${nameOf(connection)}`,
    found,
    left: "nothing was changed",
    next: `check that this works: ssh -p ${connection.port} ${connection.user}@${connection.host} /bin/sh -c id (a nologin shell or an expired password ends here)`,
  });
}
