// The keys of a hop: in files of the operator, and in the agent. A key that cannot be used is kept
// as a note, for the message of a refused login.
import { readFileSync } from "node:fs";
import ssh2, {
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from "ssh2";
import type { FailureParts } from "../core/failure.ts";
import { AccessFailure } from "./access-failure.ts";
import { type Hop, nameOf } from "./hop.ts";

/** A key whose private part is on this machine. */
export interface FileKey {
  readonly file: string;
  readonly key: ParsedKey;
}

/** Why a key or another way to log in cannot be used, for the message of a refused login. */
export interface Note {
  readonly text: string;
  /** The key needs a passphrase, or another one. */
  readonly locked: boolean;
}

/** The key that is given, as text or as a file. It must be usable, or nothing is dialled. */
export function givenKey(hop: Hop): FileKey | undefined {
  const { privateKey, privateKeyFile, setting } = hop;
  if (privateKey !== undefined) return { file: `${setting}.privateKey`, key: usable(hop, privateKey) };
  if (privateKeyFile === undefined) return undefined;
  try {
    return { file: privateKeyFile, key: usable(hop, readFileSync(privateKeyFile, "utf8")) };
  } catch (error) {
    if (error instanceof AccessFailure) throw error;
    const parts: FailureParts = {
      code: "private-key-unreadable",
      tried: `read the private key for ${nameOf(hop)}`,
      found: (error as Error).message,
      left: ["the host was not contacted"],
      next: `correct ${setting}.privateKeyFile, or let the user who runs Pulumi read that file; a relative path starts at the project folder`,
    };
    throw new AccessFailure(parts, { cause: error });
  }
}

/** The keys in the files that ssh_config names. A missing file is skipped, as ssh(1) does. */
export function configuredKeys(hop: Hop): { keys: FileKey[]; known: Buffer[]; notes: Note[] } {
  const keys: FileKey[] = [];
  const known: Buffer[] = [];
  const notes: Note[] = [];
  for (const file of hop.identityFiles) {
    const text = textOf(file, notes);
    const key = text === undefined ? undefined : parsed(text, hop.privateKeyPassword);
    // The private part may be in the agent alone, or under a passphrase that only the agent has.
    const publicKey = key instanceof Error || key === undefined ? publicPartOf(file) : key;
    if (publicKey !== undefined) known.push(publicKey.getPublicSSH());
    if (key instanceof Error) {
      const { text, locked } = complaint(hop, key);
      notes.push({ text: `${file}: ${text}`, locked });
    } else if (key?.isPrivateKey()) keys.push({ file, key });
  }
  return { keys, known, notes };
}

/**
 * One key of an agent, presented as an agent of its own: ssh2 takes either all keys of an agent or
 * none, and in the agent's order.
 */
export interface AgentKey {
  readonly publicKey: Buffer;
  readonly agent: BaseAgent;
}

class OneKey extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent<ParsedKey>;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent<ParsedKey>, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, [this.#key]);
  }

  sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, done?: SignCallback): void {
    this.#agent.sign(key, data, options as SigningRequestOptions, done);
  }
}

/** The keys that an agent holds. Rejects when the agent does not answer in time. */
export function agentKeys(socket: string, seconds: number): Promise<AgentKey[]> {
  const agent = ssh2.createAgent(socket) as BaseAgent<ParsedKey>;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
    agent.getIdentities((error, identities) => {
      clearTimeout(timer);
      if (error) return reject(error);
      // Types of key that ssh2 does not know (sk-…) cannot be used.
      const keys = (identities ?? []).map((identity) => parsed(identity as ParsedKey));
      const usable = keys.filter((key): key is ParsedKey => !(key instanceof Error));
      resolve(usable.map((key) => ({ publicKey: key.getPublicSSH(), agent: new OneKey(agent, key) })));
    });
  });
}

function parsed(text: string | Buffer | ParsedKey, passphrase?: string): ParsedKey | Error {
  const result = ssh2.utils.parseKey(text as string, passphrase);
  return (Array.isArray(result) ? result[0] : result) ?? new Error("no key in the text");
}

function textOf(file: string, notes: Note[]): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      notes.push({ text: (error as Error).message, locked: false });
    return undefined;
  }
}

function publicPartOf(file: string): ParsedKey | undefined {
  const text = textOf(`${file}.pub`, []);
  const key = text === undefined ? undefined : parsed(text);
  return key instanceof Error ? undefined : key;
}

function usable(hop: Hop, text: string): ParsedKey {
  const key = parsed(text, hop.privateKeyPassword);
  if (!(key instanceof Error) && key.isPrivateKey()) return key;
  const parts: FailureParts = {
    code: "private-key-unusable",
    tried: `use the private key for ${nameOf(hop)}`,
    found: key instanceof Error ? complaint(hop, key).text : "it is the public part of a key",
    left: ["the host was not contacted"],
    next: `for an encrypted key ${passphraseSetting(hop)}, or let an agent hold it (ssh-add). Else name the private key itself, in OpenSSH or PEM form: \`ssh-keygen -y -f FILE\` shows whether it is one`,
  };
  throw new AccessFailure(parts, { cause: key instanceof Error ? key : undefined });
}

/**
 * A message in this program's words: what the library reports for a wrong passphrase depends on the
 * form of the key.
 */
function complaint({ privateKeyPassword }: Hop, { message }: Error): Note {
  if (/no passphrase given/i.test(message))
    return { text: "it is encrypted, and no passphrase is given", locked: true };
  if (privateKeyPassword !== undefined && /passphrase|integrity check|decrypt/i.test(message))
    return { text: "it is encrypted, and the passphrase that is given does not open it", locked: true };
  return { text: message, locked: false };
}

/**
 * The setting that holds a passphrase. Keys of ssh_config have no setting of their own: the
 * target's passphrase opens them.
 */
export function passphraseSetting({ setting }: Hop): string {
  const own = setting === undefined || setting === "connection" ? "" : ` or ${setting}.privateKeyPassword`;
  return `set the secret sshKeyPassphrase of the stack's configuration (in a program: connection.privateKeyPassword${own})`;
}
