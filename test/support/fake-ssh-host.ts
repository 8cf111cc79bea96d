// An SSH server inside the test process. What a client runs is really run, by the local /bin/sh as the current user; everything
// that reaches the server is counted and kept, so that a test can see what was sent and what was not.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import ssh2, {
  type AuthContext,
  type AuthenticationType,
  type ServerChannel,
  type Connection as ServerConnection,
  type TcpipRequestInfo,
} from "ssh2";
import { type Connection, connectionSchema } from "../../providers/host/connection-schema.ts";
import { fingerprint } from "../../providers/host/host-key.ts";
import { type KeyType, keyPair } from "./key-pair.ts";
import { type Speaker, spokenShell } from "./spoken-shell.ts";

/** The agent of whoever runs the tests has no part in them. */
delete process.env.SSH_AUTH_SOCK;

export interface FakeHostOptions {
  readonly keys?: readonly KeyType[];
  readonly user?: string;
  readonly password?: string;
  /** Login methods that the host says it takes. A password is right by either method. */
  readonly methods?: readonly AuthenticationType[];
  /** What keyboard-interactive asks; the first answer is the password. */
  readonly prompts?: readonly string[];
  /** Public key line of a user's key that is let in. */
  readonly userKey?: string;
  readonly banner?: string;
  /** How many connections are closed when they want to log in, as by a host that is booting. */
  readonly closedLogins?: number;
  readonly maxSessions?: number;
  /** Whether clients may jump through it. */
  readonly forwards?: boolean;
  /** Shell text that the login shell runs before the command. */
  readonly loginShell?: string;
  /** The executable that is the host's /bin/sh. */
  readonly shell?: string;
  /** Variables besides this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders before those of PATH. */
  readonly path?: string;
  /** Milliseconds that answers are held back. */
  readonly latency?: number;
  /** What is asked of the root shell is answered by this, and nothing is really run. */
  readonly speak?: Speaker;
  /** Changes the requests of a root shell before the shell reads them, and what is answered on each of its outputs. */
  readonly between?: (command: string) => { requests(chunk: Buffer): Buffer; answers(): (chunk: Buffer) => Buffer };
  /** Milliseconds more for standard error: the two outputs of a command are not ordered. */
  readonly lateErrors?: number;
}

export interface FakeHost extends AsyncDisposable {
  readonly port: number;
  /** What keyboard-interactive asks; the first answer is the password. */
  readonly prompts?: readonly string[];
  /** Public key lines by type. */
  readonly keys: Readonly<Record<KeyType, string>>;
  /** What was seen, in order: login methods, commands, and the bytes of all channels. */
  readonly seen: {
    connections: number;
    logins: string[];
    /** How often a password came, by whatever method. */
    passwords: number;
    commands: string[];
    /** Where clients wanted to jump to. */
    jumps: string[];
    stdin: Buffer[];
    turns: ("in" | "out")[];
  };
  /** A connection that is let in, with changes. */
  connection(changes?: object): Connection;
  /** How many connections there are now. */
  open(): number;
  /** Breaks all connections, as a dead link does. */
  cut(): void;
  /** Stops reading from and writing to all connections, as a frozen machine does. */
  freeze(): void;
}

/** "SHA256:…" of a public key line. */
export function fingerprintOf(line: string): string {
  return fingerprint(Buffer.from(line.split(" ")[1] ?? "", "base64"));
}

export async function fakeHost(options: FakeHostOptions = {}): Promise<FakeHost> {
  const {
    keys = ["ed25519"],
    user = "root",
    password = "login",
    maxSessions = 10,
    methods = ["password", "publickey"],
  } = options;
  const seen: FakeHost["seen"] = {
    connections: 0,
    logins: [],
    passwords: 0,
    commands: [],
    jumps: [],
    stdin: [],
    turns: [],
  };
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  let closing = options.closedLogins ?? 0;

  const admits = (login: AuthContext) => {
    if (login.username !== user || !methods.includes(login.method)) return false;
    if (login.method === "password") return login.password === password;
    if (login.method !== "publickey" || options.userKey === undefined) return false;
    const key = ssh2.utils.parseKey(options.userKey);
    if (key instanceof Error || !key.getPublicSSH().equals(login.key.data)) return false;
    return login.signature === undefined || key.verify(login.blob as Buffer, login.signature, login.hashAlgo) === true;
  };
  const serve = (client: ServerConnection) => {
    let sessions = 0;
    client.on("error", () => {});
    client.on("authentication", (login) => {
      seen.logins.push(login.method);
      if (login.method === "password") seen.passwords += 1;
      if (closing > 0) {
        closing -= 1;
        client.end();
      } else if (admits(login)) login.accept();
      else if (login.method === "keyboard-interactive" && methods.includes(login.method)) {
        const prompts = options.prompts ?? ["Password: "];
        login.prompt(
          prompts.map((prompt) => ({ prompt, echo: false })),
          ([given]) => {
            seen.passwords += 1;
            if (given === password) login.accept();
            else login.reject([...methods]);
          },
        );
      } else login.reject([...methods]);
    });
    const jump = (accept: () => ServerChannel, reject: () => void, { destIP, destPort }: TcpipRequestInfo) => {
      seen.jumps.push(`${destIP}:${destPort}`);
      const socket = connect(destPort, destIP);
      socket.once("connect", () => {
        const channel = accept();
        channel.on("error", () => {}).on("close", () => socket.destroy());
        socket.on("close", () => channel.close());
        socket.pipe(channel).pipe(socket);
      });
      socket.on("error", () => reject());
    };
    // without a listener ssh2 answers "administratively prohibited", as sshd does with AllowTcpForwarding no
    if (options.forwards) client.on("tcpip", jump);
    client.on("session", (accept, reject) => {
      if (sessions >= maxSessions) return reject();
      sessions += 1;
      const session = accept();
      session.on("close", () => {
        sessions -= 1;
      });
      session.on("exec", (start, _refuse, { command }) => run(start(), command));
    });
  };
  const speakOn = (channel: ServerChannel, command: string, speak: Speaker) => {
    const shell = spokenShell(command, speak, (stream, text) => {
      setTimeout(() => {
        seen.turns.push("out");
        (stream === "stdout" ? channel : channel.stderr).write(text);
      }, options.latency ?? 0);
    });
    channel.on("error", () => {});
    channel.on("data", (chunk: Buffer) => {
      seen.turns.push("in");
      seen.stdin.push(chunk);
      shell.hear(chunk);
    });
  };
  const run = (channel: ServerChannel, command: string) => {
    seen.commands.push(command);
    if (options.speak !== undefined) return speakOn(channel, command, options.speak);
    const path = options.path === undefined ? process.env.PATH : `${options.path}:${process.env.PATH}`;
    const { shell = "/bin/sh", environment = {} } = options;
    const script = `${options.loginShell ?? ":"}\n${command.replaceAll("/bin/sh ", `${shell} `)}`;
    const env = { ...process.env, PATH: path, ...environment };
    const child = spawn(shell, ["-c", script], { env, detached: true });
    children.add(child);
    // one write after the other: ssh2's server forgets the second of two outputs that both wait for room
    let written = Promise.resolve();
    const write = (target: NodeJS.WritableStream, chunk: Buffer) => {
      seen.turns.push("out");
      written = written.then(() => new Promise((done) => target.write(chunk, () => done())));
    };
    const between = options.between?.(command);
    const send = (target: NodeJS.WritableStream, more = 0) => {
      const answered = between?.answers() ?? ((chunk) => chunk);
      return (chunk: Buffer) => setTimeout(write, (options.latency ?? 0) + more, target, answered(chunk));
    };
    child.stdout.on("data", send(channel));
    child.stderr.on("data", send(channel.stderr, options.lateErrors));
    child.stdin.on("error", () => {});
    channel.on("error", () => {});
    channel.on("data", (chunk: Buffer) => {
      seen.turns.push("in");
      seen.stdin.push(chunk);
      child.stdin.write(between?.requests(chunk) ?? chunk);
    });
    channel.on("end", () => child.stdin.end());
    channel.on("close", () => child.stdin.destroy());
    child.on("close", (code) => {
      children.delete(child);
      const end = () => {
        channel.exit(code ?? 255);
        channel.close();
      };
      setTimeout(() => written.then(end), (options.latency ?? 0) + (options.lateErrors ?? 0));
    });
  };

  const ssh = new ssh2.Server(
    {
      hostKeys: keys.map((type) => keyPair(type).private),
      ...(options.banner === undefined ? {} : { banner: options.banner }),
    },
    serve,
  );
  const server = createServer((socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    ssh.injectSocket(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  const each = (action: (socket: Socket) => void) => {
    for (const socket of sockets) action(socket);
  };
  return {
    port,
    keys: { ed25519: keyPair("ed25519").public, rsa: keys.includes("rsa") ? keyPair("rsa").public : "" },
    seen,
    connection: (changes = {}) =>
      connectionSchema.parse({
        host: "127.0.0.1",
        port,
        user,
        password,
        hostKey: keyPair("ed25519").public,
        dialErrorLimit: 0,
        perDialTimeout: 20,
        ...changes,
      }),
    open: () => sockets.size,
    cut: () => each((socket) => socket.destroy()),
    freeze: () => each((socket) => socket.pause()),
    [Symbol.asyncDispose]: async () => {
      each((socket) => socket.destroy());
      for (const child of children) killGroup(child);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The shell of a channel and all that it started: they are in a process group of their own. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}
