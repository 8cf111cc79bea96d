// One SSH connection: verifies the host key before any credential is sent, logs in once, and always
// settles.
import type { Duplex } from "node:stream";
import ssh2, { type Client } from "ssh2";
import type { FailureParts } from "../core/failure.ts";
import { AccessFailure } from "./access-failure.ts";
import type { Login } from "./credentials.ts";
import { type Hop, nameOf } from "./hop.ts";
import { type HostKeyCheck, HostKeyFailure } from "./host-key.ts";
import { passphraseSetting } from "./identities.ts";

/**
 * A failure that another dial may cure: refused, reset, timed out, or closed by a host that is
 * booting.
 */
export class DialFailure extends AccessFailure {}

/** The host has no key of a requested type. */
export class NoSuchKey extends HostKeyFailure {}

interface Terms {
  /** Signature algorithms of host keys to request; `undefined` = any. */
  readonly hostKeyAlgorithms: string[] | undefined;
  readonly refuse: HostKeyCheck["refuse"];
  readonly login: Login;
  /** The stream through a jump host. */
  readonly sock: Duplex | undefined;
}

export function connect(hop: Hop, { hostKeyAlgorithms, refuse, login, sock }: Terms): Promise<Client> {
  let refused: HostKeyFailure | undefined;
  let banner = "";
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const fail = (error: AccessFailure) => {
      clearTimeout(timer);
      client.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(dialFailure(hop, `no login within ${hop.perDialTimeout} s${bannerText(banner)}`)),
      hop.perDialTimeout * 1000,
    );
    client
      .on("ready", () => {
        clearTimeout(timer);
        resolve(client);
      })
      .on("banner", (text) => {
        banner += text;
      })
      .on("error", (error: Error & { level?: string }) => {
        // An agent that does not sign is not fatal: ssh2 continues with the next method by itself.
        if (error.level !== "agent") fail(refused ?? connectFailure(hop, error, login, bannerText(banner)));
      })
      // A host that refuses logins while it boots (pam_nologin) closes the connection without an
      // error.
      .on("close", () => fail(refused ?? dialFailure(hop, `connection closed before the login${bannerText(banner)}`)))
      .connect({
        ...(sock === undefined ? { host: hop.host, port: hop.port } : { sock: sock as never }),
        username: hop.user,
        readyTimeout: 0,
        keepaliveInterval: 5000,
        keepaliveCountMax: 3,
        ...(hostKeyAlgorithms === undefined ? {} : { algorithms: { serverHostKey: hostKeyAlgorithms as never } }),
        // ssh2 accepts every value that is not exactly `false`.
        hostVerifier: (key: Buffer) => {
          refused = refuse(key);
          return refused === undefined;
        },
        authHandler: (offered, _partial, next) => next(login.next(offered) ?? (false as never)),
      });
    // Nagle's algorithm with delayed acknowledgements costs 40 ms a round trip, and the login alone
    // has three.
    client.setNoDelay(true);
  });
}

function connectFailure(hop: Hop, error: Error & { level?: string }, login: Login, bannerNote: string): AccessFailure {
  // sshd closes a connection that offers too many keys (MaxAuthTries). Dialling again would offer
  // the same ones.
  const tooMany = /too many authentication failures/i.test(error.message);
  if (error.level === "client-authentication" || tooMany) {
    const { tried, taken, notes } = login;
    const refusal = tried.length === 0 ? ": it takes no method that is set" : tooMany ? `: ${error.message}` : "";
    const takes = taken.length === 0 ? "" : `; it takes ${taken.join(", ")}`;
    const code = tooMany ? "ssh-too-many-keys" : "ssh-login-refused";
    const parts: FailureParts = {
      code,
      tried: `log in as ${nameOf(hop)} (${tried.join(", ") || "nothing"}; each once)`,
      found: `the host refused${refusal}${takes}${notes.map(({ text }) => `; ${text}`).join("")}${bannerNote}`,
      left: ["nothing was changed"],
      next: tooMany
        ? "name the right key: with connection.privateKeyFile, or with IdentityFile and IdentitiesOnly yes in the file of connection.sshConfigFile"
        : `${notes.some(({ locked }) => locked) ? `${passphraseSetting(hop)}; ` : ""}check user, key and password; \`journalctl -u ssh\` on the host tells more`,
    };
    return new AccessFailure(parts, { cause: error });
  }
  if (/no matching host key/i.test(error.message)) {
    const parts: FailureParts = {
      code: "host-key-type-missing",
      tried: `agree on a host key with ${nameOf(hop)}`,
      found: `${error.message}: the host has no key of a type that is known for it, or offers certificates only (not supported)`,
      left: ["no credential was sent, nothing was changed"],
      next:
        hop.setting === undefined
          ? "add a plain host key of this host to known_hosts: on the host, `cat /etc/ssh/ssh_host_ed25519_key.pub` shows it"
          : `set ${hop.setting}.hostKey to a plain host key of this host: on the host, \`cat /etc/ssh/ssh_host_ed25519_key.pub\` shows it`,
    };
    return new NoSuchKey(parts, { cause: error });
  }
  return dialFailure(hop, error.message + bannerNote, error);
}

export function dialFailure(hop: Hop, found: string, cause?: Error): DialFailure {
  const parts: FailureParts = {
    code: "host-unreachable",
    tried: `connect to ${nameOf(hop)} (${hop.dialErrorLimit + 1} dials at the most, ${hop.perDialTimeout} s each)`,
    found,
    left: ["nothing was changed; what the state holds about the host is kept"],
    next: "check that the host is up, and address, port, firewall and network, then run the same command again. Only where the host no longer exists: docs/how-to/rescue.md, The host is gone for good (Pulumi then forgets it and changes nothing on it)",
  };
  return new DialFailure(parts, { cause });
}

/** Characters of a banner in a message. */
const bannerLimit = 2000;

function bannerText(banner: string): string {
  return banner.trim() === "" ? "" : `; the host says: ${banner.trim().slice(0, bannerLimit)}`;
}
