// What the operator's ssh_config says of a host. OpenSSH itself is asked (`ssh -G`), so that
// Include, Match, patterns and tokens have the same meaning here. Nothing of the answer weakens the
// check of host keys: StrictHostKeyChecking and VerifyHostKeyDNS are not read.
import { execFile } from "node:child_process";
import type { FailureParts } from "../core/failure.ts";
import { AccessFailure } from "./access-failure.ts";
import { homeExpanded } from "./operator-files.ts";

/** The keywords that are used (ssh_config(5)), as ssh prints them. */
export interface SshConfig {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** Contains `~` and tokens: `ssh -G` does not expand them in this keyword. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** A path, "none", "SSH_AUTH_SOCK", "$VARIABLE", or `undefined` = not set. */
  readonly identityAgent: string | undefined;
  /** The jump hosts in the order of the connection: "user@host:port". */
  readonly proxyJump: readonly string[];
  readonly hostKeyAlias: string | undefined;
  /**
   * ssh prints the paths without quotes, so a path with a space is not found, and its content is
   * not trusted.
   */
  readonly knownHostsFiles: readonly string[];
  /** Seconds. */
  readonly connectTimeout: number | undefined;
  /**
   * Keywords that are set and not supported: ignoring them would mean another connection or a
   * weaker check.
   */
  readonly refused: readonly string[];
}

/**
 * The host to ask about. Given settings are part of the question, since `Match user` and tokens
 * depend on them.
 */
export interface Asked {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly sshConfigFile: string;
}

/** Seconds: longer than a look-up of a name (CanonicalizeHostname) takes. */
const timeoutSeconds = 30;

export function askSsh({ host, user, port, sshConfigFile }: Asked): Promise<SshConfig> {
  const args = ["-G", "-F", homeExpanded(sshConfigFile)];
  if (user !== undefined) args.push("-l", user);
  if (port !== undefined) args.push("-p", String(port));
  return new Promise((resolve, reject) => {
    const refuse = (found: string, next: string, cause?: Error) => {
      const parts: FailureParts = {
        code: "ssh-config-unusable",
        tried: `ask ssh what ${sshConfigFile} says of ${host}`,
        found,
        left: ["the host was not contacted"],
        next,
      };
      reject(new AccessFailure(parts, { cause }));
    };
    const child = execFile(
      "ssh",
      [...args, "--", host],
      // Messages in English, like this program's own.
      { timeout: timeoutSeconds * 1000, env: { ...process.env, LC_ALL: "C" } },
      (error, stdout, stderr) => {
        if (error === null) {
          const said = readSshConfig(stdout);
          if (said.hostName === "" || said.user === "" || !(said.port > 0))
            return refuse(
              "its answer has no hostname, port and user",
              "check that `ssh -G` on this machine is OpenSSH's",
            );
          if (said.refused.length === 0) return resolve(said);
          const keywords = said.refused.join(" and ");
          return refuse(
            `it sets ${keywords}, which this program does not do`,
            "use ProxyJump in the place of ProxyCommand, @revoked lines of known_hosts in the place of RevokedHostKeys, or leave connection.sshConfigFile out",
          );
        }
        if (error.code === "ENOENT")
          return refuse(
            "there is no ssh on this machine",
            "install the OpenSSH client, or leave connection.sshConfigFile out",
          );
        const words = error.killed ? `no answer within ${timeoutSeconds} s` : stderr.trim() || error.message;
        refuse(
          words,
          "correct the file or connection.sshConfigFile; a relative path starts at the project folder",
          error,
        );
      },
    );
    child.stdin?.end();
  });
}

/** Reads the output of `ssh -G`: a keyword in lower case and its value on each line. */
export function readSshConfig(answer: string): SshConfig {
  const rows = answer.split(/\r?\n/).map((line) => {
    const [keyword = "", ...value] = line.split(" ");
    return [keyword, value.join(" ")] as const;
  });
  const all = (keyword: string) =>
    rows.flatMap(([name, value]) => (name === keyword && value !== "" && value !== "none" ? [value] : []));
  const words = (keyword: string) => all(keyword).flatMap((value) => value.split(/\s+/));
  const timeout = all("connecttimeout")[0];
  return {
    hostName: all("hostname")[0] ?? "",
    port: Number(all("port")[0]),
    user: all("user")[0] ?? "",
    identityFiles: all("identityfile"),
    identitiesOnly: all("identitiesonly")[0] === "yes",
    // `all` drops "none", which means here that no agent is asked (ssh_config(5), IdentityAgent).
    identityAgent: rows.find(([name]) => name === "identityagent")?.[1],
    proxyJump: all("proxyjump").flatMap((value) => value.split(",")),
    hostKeyAlias: all("hostkeyalias")[0],
    knownHostsFiles: [...words("userknownhostsfile"), ...words("globalknownhostsfile")],
    connectTimeout: timeout === undefined ? undefined : Number(timeout),
    refused: [
      ...(all("proxycommand").length > 0 ? ["ProxyCommand"] : []),
      ...(all("revokedhostkeys").length > 0 ? ["RevokedHostKeys"] : []),
    ],
  };
}
