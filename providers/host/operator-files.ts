// Paths on the machine that runs Pulumi.
import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";

/** `~` and `~/…` mean the home of the user who runs Pulumi; every other path is unchanged. */
export function homeExpanded(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** The values of the tokens of ssh_config. */
export interface TokenValues {
  /** As given, before HostName. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias?: string | undefined;
}

/**
 * The value of a keyword with its tokens and variables expanded (ssh_config(5), TOKENS);
 * `undefined` where one of them is not known here.
 */
export function tokensExpanded(text: string, about: TokenValues): string | undefined {
  const values: Record<string, string> = {
    "%": "%",
    d: homedir(),
    h: about.host,
    i: String(userInfo().uid),
    k: about.hostKeyAlias ?? about.alias,
    L: hostname().split(".")[0] ?? "",
    l: hostname(),
    n: about.alias,
    p: String(about.port),
    r: about.user,
    u: userInfo().username,
  };
  let known = true;
  const value = (found: string | undefined) => {
    if (found === undefined) known = false;
    return found ?? "";
  };
  const expanded = text.replace(/%(.)|\$\{(\w+)\}/g, (_whole, token?: string, variable?: string) =>
    value(token === undefined ? process.env[variable ?? ""] : values[token]),
  );
  return known ? expanded : undefined;
}
