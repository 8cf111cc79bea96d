// The login methods of a hop, in the order they are tried. Each is tried once, since repeated
// attempts may lock an account. For the same reason a password is sent to the host once, by one
// method alone.
import type { AnyAuthMethod } from "ssh2";
import { AccessFailure } from "./access-failure.ts";
import { type Hop, nameOf } from "./hop.ts";
import { fingerprint } from "./host-key.ts";
import { agentKeys, configuredKeys, givenKey, type Note, passphraseSetting } from "./identities.ts";

/** One login: the next method to try, and what was tried. */
export interface Login {
  /** For messages: "publickey SHA256:… (~/.ssh/id_ed25519)". */
  readonly tried: readonly string[];
  /** What could not be tried, and why; what else the host required. */
  readonly notes: readonly Note[];
  /** The methods that the host reported as accepted. */
  readonly taken: readonly string[];
  /**
   * The next method that the host accepts, or `undefined` when none is left. `offered` = the
   * methods that the host reports; `null` = it was not asked yet.
   */
  next(offered: readonly string[] | null): AnyAuthMethod | undefined;
}

interface LoginMethod {
  readonly method: AnyAuthMethod;
  readonly description: string;
}

/** A jump host has no password in a stack's configuration (docs/connections.md). */
function passwordSetting(setting: string): string {
  return setting === "connection"
    ? "the secret sshPassword of the stack's configuration (in a program: connection.password)"
    : `${setting}.password, in a program of your own alone`;
}

/** Throws before anything is dialled when there is no way to log in. */
export async function loginOf(hop: Hop): Promise<Login> {
  const notes: Note[] = [];
  const left = await methodsFor(hop, notes);
  const tried: string[] = [];
  let taken: readonly string[] = [];
  return {
    tried,
    notes,
    get taken() {
      return taken;
    },
    next: (offered) => {
      // "none" asks for the available methods (RFC 4252, 5.2), as ssh(1) does, so that no password
      // is sent to find them.
      if (offered === null && left[0]?.method.type === "password") return { type: "none", username: hop.user };
      taken = offered ?? [];
      for (let way = left.shift(); way !== undefined; way = left.shift()) {
        const { method, description } = way;
        const wireName = method.type === "agent" ? "publickey" : method.type;
        if (offered !== null && !offered.includes(wireName)) continue;
        // Both methods ask PAM: a password that was refused once would be refused, and counted,
        // again.
        if (method.type === "keyboard-interactive" && tried.includes("password")) continue;
        tried.push(description);
        return method;
      }
      return undefined;
    },
  };
}

async function methodsFor(hop: Hop, notes: Note[]): Promise<LoginMethod[]> {
  const methods = [...(await keysOf(hop, notes)), ...passwordOf(hop, notes)];
  if (methods.length > 0) return methods;
  const { setting = "connection" } = hop;
  throw new AccessFailure({
    code: "login-method-missing",
    tried: `find a way to log in as ${nameOf(hop)}`,
    found: [
      `no private key that can be used${hop.identityFiles.length === 0 ? "" : ` (ssh_config names ${hop.identityFiles.join(", ")})`}`,
      "no password",
      ...(hop.agent === undefined ? ["no agent"] : []),
      ...notes.map(({ text }) => text),
    ].join("; "),
    left: ["the host was not contacted"],
    next: notes.some(({ locked }) => locked)
      ? `${passphraseSetting(hop)}, or let an agent hold the key (ssh-add)`
      : `set ${setting}.privateKeyFile to the file of a key that the host accepts, or let an ssh-agent hold one (ssh-add), or log in with a password: ${passwordSetting(setting)}`,
  });
}

/**
 * The order is that of ssh(1): the agent's keys that are also configured, the agent's other keys,
 * then the files. Each key is offered once.
 */
async function keysOf(hop: Hop, notes: Note[]): Promise<LoginMethod[]> {
  const given = givenKey(hop);
  const configured = configuredKeys(hop);
  notes.push(...configured.notes);
  const held = await heldByAgent(hop, notes);
  const named = configured.known.flatMap((known) => held.filter(({ publicKey }) => publicKey.equals(known)));
  const others = hop.identitiesOnly ? [] : held.filter((key) => !named.includes(key));
  const files = [...(given === undefined ? [] : [given]), ...configured.keys];
  const shown = new Set<string>();
  const once = (publicKey: Buffer, place: string, method: AnyAuthMethod): LoginMethod[] => {
    const print = fingerprint(publicKey);
    if (shown.has(print)) return [];
    shown.add(print);
    return [{ method, description: `publickey ${print} (${place})` }];
  };
  const fromFiles = () =>
    files.flatMap(({ file, key }) =>
      once(key.getPublicSSH(), file, { type: "publickey", username: hop.user, key: key as never }),
    );
  const fromAgent = () =>
    [...named, ...others].flatMap(({ publicKey, agent }) =>
      once(publicKey, "agent", { type: "agent", username: hop.user, agent }),
    );
  // A key that the connection itself names comes first.
  return given === undefined ? [...fromAgent(), ...fromFiles()] : [...fromFiles(), ...fromAgent()];
}

async function heldByAgent(hop: Hop, notes: Note[]) {
  if (hop.agent === undefined) return [];
  try {
    const held = await agentKeys(hop.agent, hop.perDialTimeout);
    if (held.length === 0) notes.push({ text: `the agent ${hop.agent} holds no key`, locked: false });
    return held;
  } catch (error) {
    notes.push({ text: `the agent ${hop.agent}: ${(error as Error).message}`, locked: false });
    return [];
  }
}

function passwordOf({ user, password }: Hop, notes: Note[]): LoginMethod[] {
  if (password === undefined) return [];
  const answers = [password];
  const prompt = (desired: string): string => {
    const answer = answers.pop();
    if (answer === undefined)
      notes.push({ text: `it also asked "${desired.trim()}", and nothing is set to answer that`, locked: false });
    return answer ?? "";
  };
  return [
    { method: { type: "password", username: user, password }, description: "password" },
    {
      description: "keyboard-interactive",
      method: {
        type: "keyboard-interactive",
        username: user,
        // A host may prompt again in the same attempt: it gets no second answer.
        prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map((one) => prompt(one.prompt))),
      },
    },
  ];
}
