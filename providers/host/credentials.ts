// Which ways to log in a hop offers, in the order they are tried. Each is tried once: a second try is what locks accounts.
// For the same reason a password goes to the host once, by one method alone.
import { readFileSync } from "node:fs";
import ssh2, { type AnyAuthMethod } from "ssh2";
import { Failure } from "../steps/failure.ts";
import { type Hop, nameOf } from "./settings.ts";

/** One login: what to try next, and what was tried. */
export interface Login {
  readonly tried: readonly string[];
  /** The next method that the host takes, or `undefined` when none is left. `offered` = what the host says it takes; `null` = it was not asked yet. */
  next(offered: readonly string[] | null): AnyAuthMethod | undefined;
}

/** Throws before anything is dialled when there is no way to log in. */
export function loginOf(hop: Hop): Login {
  const left = loginMethods(hop);
  const tried: string[] = [];
  return {
    tried,
    next: (offered) => {
      // "none" asks which methods there are (RFC 4252, 5.2), as ssh(1) does: a password is not sent to find that out
      if (offered === null && left[0]?.type === "password") return { type: "none", username: hop.user };
      for (let method = left.shift(); method !== undefined; method = left.shift()) {
        const wireName = method.type === "agent" ? "publickey" : method.type;
        if (offered !== null && !offered.includes(wireName)) continue;
        // both ask PAM: the password that was refused once would be refused, and counted, once more
        if (method.type === "keyboard-interactive" && tried.includes("password")) continue;
        tried.push(method.type);
        return method;
      }
      return undefined;
    },
  };
}

/** The login methods of a hop, as ssh2 takes them. */
function loginMethods(hop: Hop): AnyAuthMethod[] {
  const methods: AnyAuthMethod[] = [];
  const key = hop.privateKey ?? keyFile(hop);
  if (key !== undefined) methods.push({ type: "publickey", username: hop.user, key: usableKey(hop, key) });
  const agent = hop.agentSocketPath ?? (key === undefined ? process.env.SSH_AUTH_SOCK : undefined);
  if (agent !== undefined && agent !== "") methods.push({ type: "agent", username: hop.user, agent });
  if (hop.password !== undefined) {
    const password = hop.password;
    methods.push({ type: "password", username: hop.user, password });
    const answers = [password];
    methods.push({
      type: "keyboard-interactive",
      username: hop.user,
      // a host may ask again in the same attempt: it gets no second answer
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => answers.pop() ?? "")),
    });
  }
  if (methods.length === 0) {
    throw new Failure({
      tried: `find a way to log in as ${nameOf(hop)}`,
      found: "no private key, no password, and no agent (SSH_AUTH_SOCK is not set)",
      left: "the host was not contacted",
      next: "set connection.privateKeyFile, connection.privateKey, connection.password or start an ssh-agent",
    });
  }
  return methods;
}

function keyFile(hop: Hop): string | undefined {
  if (hop.privateKeyFile === undefined) return undefined;
  try {
    return readFileSync(hop.privateKeyFile, "utf8");
  } catch (error) {
    throw new Failure({
      tried: `read the private key for ${nameOf(hop)}`,
      found: (error as Error).message,
      left: "the host was not contacted",
      next: "correct connection.privateKeyFile; a relative path starts at the project folder",
    });
  }
}

function usableKey(hop: Hop, text: string) {
  const parsed = ssh2.utils.parseKey(text, hop.privateKeyPassword);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error) {
    throw new Failure({
      tried: `use the private key for ${nameOf(hop)}`,
      found: key?.message ?? "no key in the text",
      left: "the host was not contacted",
      next: "for an encrypted key set connection.privateKeyPassword; a key must be in OpenSSH or PEM form",
    });
  }
  return key;
}
