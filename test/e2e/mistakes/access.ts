// Mistakes in how a host is reached: key files, users, addresses, host keys, sudo.
import { readFileSync } from "node:fs";
import type { Mistake, Scene } from "./mistake.ts";

const up = "npm run pulumi -- up --yes --skip-preview";
const madeKey = (file: string, passphrase: string) =>
  `yes | ssh-keygen -q -t ed25519 -N '${passphrase}' -f "$HOME/.ssh/${file}"`;

/** A host that is reached otherwise than it should be. */
const stack =
  (changes: Readonly<Record<string, unknown>>) =>
  ({ reached }: Scene) => ({ hosts: [{ name: "mail1", connection: { ...reached, ...changes } }] });

/** As `up` accepts it without TLS, where Postfix runs already. */
const stopped = (user: string) => (scene: Scene) => ({ ...stack({ user })(scene), finalState: "stopped" });

export const ofAccess: readonly Mistake[] = [
  {
    what: "The key file is not there",
    stack: stack({ privateKeyFile: "~/.ssh/id_rsa" }),
    says: [/hosts\[0\]\.connection\.privateKeyFile \(host mail1\): ~\/\.ssh\/id_rsa is not there; a relative path/],
  },
  {
    what: "A folder in the place of the key file",
    stack: stack({ privateKeyFile: "~/.ssh" }),
    says: [/privateKeyFile \(host mail1\): ~\/\.ssh cannot be read \(EISDIR\): it must be a file/],
  },
  {
    what: "The public key instead of the private one",
    stack: stack({ privateKeyFile: "~/.ssh/id_ed25519.pub" }),
    says: [/privateKeyFile \(host mail1\): .*is a public key: name the private one/],
  },
  {
    what: "A key that others may read",
    stack: stack({ privateKeyFile: "~/.ssh/open" }),
    before: ({ desk, host }) => desk.write(".ssh/open", readFileSync(host.privateKeyFile, "utf8"), 0o644),
    says: [/privateKeyFile \(host mail1\): .*mode 644.*chmod 600/],
  },
  {
    what: "An encrypted key without its passphrase",
    stack: stack({ privateKeyFile: "~/.ssh/locked" }),
    before: ({ desk }) => desk.type(madeKey("locked", "secret")),
    says: [/privateKeyFile \(host mail1\): .*has a passphrase: .*config set --secret sshKeyPassphrase/],
  },
  {
    what: "A wrong passphrase of the key",
    command: up,
    stack: stack({ privateKeyFile: "~/.ssh/locked" }),
    secrets: { sshKeyPassphrase: "wrong" },
    before: ({ desk }) => desk.type(madeKey("locked", "secret")),
    says: [/^mail1 FAILED: .*the passphrase that is given does not open it – .*sshKeyPassphrase/m],
  },
  {
    what: "No key, no password, no agent",
    command: up,
    stack: ({ host }) => ({ hosts: [{ name: "mail1", connection: { host: host.address } }] }),
    says: [/^mail1 FAILED: .*no private key.* – .*privateKeyFile/m],
  },
  {
    what: "A host key that is none",
    stack: stack({ hostKey: "ed25519" }),
    says: [/hosts\[0\]\.connection\.hostKey \(host mail1\): must be a public key line .* or a fingerprint/],
  },
  {
    what: "The file of known hosts is not there",
    stack: stack({ knownHostsFile: "known_hosts" }),
    says: [/knownHostsFile \(host mail1\): known_hosts is not there; a relative path starts at the project folder/],
  },
  {
    what: "A user who may not log in",
    command: up,
    stack: stack({ user: "alcie" }),
    says: [/^mail1 FAILED: could not log in as alcie@\S+: the host refused.* – check user, key and password/m],
  },
  {
    what: "A wrong SSH password",
    command: up,
    stack: ({ host }) => ({ hosts: [{ name: "mail1", connection: { host: host.address, user: "guest" } }] }),
    secrets: { sshPassword: "wrong" },
    says: [/^mail1 FAILED: could not log in as guest@\S+: the host refused.* – check user, key and password/m],
  },
  {
    what: "A user whose shell is nologin",
    command: up,
    stack: stack({ user: "robot" }),
    says: [/^mail1 FAILED: could not start a shell as robot@.*not available.* – .*ssh -p 22 \S+ \/bin\/sh -c id/m],
  },
  {
    what: "A user whose password has expired",
    command: up,
    stack: stack({ user: "expired" }),
    says: [
      /^mail1 FAILED: could not start a shell as expired@.*password has expired.* – .*ssh -p 22 \S+ \/bin\/sh -c id/m,
    ],
  },
  {
    what: "A port where nobody listens",
    command: up,
    stack: stack({ port: 2222, dialErrorLimit: 0 }),
    says: [/^mail1 FAILED: could not connect to root@\S+: .*ECONNREFUSED.* – check .*address.*network/m],
  },
  {
    what: "A host that hangs",
    command: up,
    stack: ({ reached, silent }) => ({
      hosts: [{ name: "mail1", connection: { ...reached, ...silent, dialErrorLimit: 0, perDialTimeout: 2 } }],
    }),
    says: [/^mail1 FAILED: could not connect to root@\S+: no login within 2 s – check .*address.*network/m],
  },
  {
    what: "A name that nobody knows",
    command: up,
    stack: stack({ host: "mail1.example.invalid", dialErrorLimit: 0 }),
    says: [
      /^mail1 FAILED: could not connect to root@mail1\.example\.invalid:22: getaddrinfo .* – check .*address.*network/m,
    ],
  },
  {
    what: "A host that known_hosts does not have",
    command: up,
    stack: stack({ knownHostsFile: "~/.ssh/empty" }),
    before: ({ desk }) => desk.write(".ssh/empty", ""),
    says: [/^mail1 FAILED: could not verify the host key of root@.* – compare the fingerprint.*SHA256:[\w+/]{43}" or/m],
  },
  {
    what: "Another key in known_hosts",
    command: up,
    stack: stack({ knownHostsFile: "~/.ssh/other" }),
    before: ({ desk, host }) =>
      desk.type(
        `${madeKey("new", "")}; echo "${host.address} $(cut -d' ' -f1,2 "$HOME/.ssh/new.pub")" > "$HOME/.ssh/other"`,
      ),
    says: [/^mail1 FAILED: .*HOST KEY CHANGED.* – somebody may be between you and the host/m],
  },
  {
    what: "A wrong sudo password",
    command: up,
    stack: stack({ user: "typist" }),
    secrets: { sudoPassword: "wrong" },
    says: [
      /^mail1 FAILED: could not become root with sudo as typist@\S+: sudo refused the password .* – .*sudoPassword/m,
    ],
  },
  {
    what: "No sudo password",
    command: up,
    stack: stack({ user: "typist" }),
    says: [/^mail1 FAILED: could not become root with sudo as typist@.* – .*sudoPassword/m],
  },
  {
    what: "A user who may not use sudo",
    command: up,
    stack: stack({ user: "guest" }),
    secrets: { sudoPassword: "right" },
    says: [/^mail1 FAILED: could not become root with sudo as guest@.* – /m],
  },
  {
    what: "A host that cannot be reached any more",
    command: up,
    stack: stopped("root"),
    before: async (scene) => {
      const { desk } = scene;
      await desk.succeed(up);
      await desk.configure(stopped("alcie")(scene));
    },
    after: async (scene) => {
      await scene.desk.configure(stopped("root")(scene));
      await scene.desk.succeed("npm run pulumi -- destroy --yes --skip-preview");
    },
    says: [/^mail1 FAILED: could not log in as alcie@\S+: the host refused.* – check user, key and password/m],
  },
];
