// An SMTP server on the loopback, to be reached through a fake SSH host; and a certificate for it.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface FakeSmtp extends AsyncDisposable {
  readonly port: number;
  /** Every login that was tried, as it came out of the dialogue. */
  readonly logins: { method: string; username: unknown; password: unknown }[];
}

export interface FakeSmtpOptions extends SMTPServerOptions {
  /** STARTTLS is offered, and AUTH only behind it: the library itself offers AUTH at once. */
  readonly authBehindTls?: boolean;
}

/** Lets in `mail` with this password; everybody else gets `refusal` (an SMTP status). */
export async function fakeSmtp(
  password: string,
  { authBehindTls, ...options }: FakeSmtpOptions = {},
  refusal = 535,
): Promise<FakeSmtp> {
  const logins: FakeSmtp["logins"] = [];
  const submission: SMTPServerOptions = {
    disabledCommands: ["AUTH"],
    onSecure: (_socket, _session, done) => {
      server.options.disabledCommands = [];
      done();
    },
  };
  const server: SMTPServer = new SMTPServer({
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 50,
    onAuth: ({ method, username, password: given }, _session, done) => {
      logins.push({ method, username, password: given });
      if (username === "mail" && given === password) return done(null, { user: username });
      done(Object.assign(new Error("5.7.8 Error: authentication failed"), { responseCode: refusal }));
    },
    ...(authBehindTls ? submission : {}),
    ...options,
  });
  server.on("error", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.server.address() as AddressInfo).port,
    logins,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A self-signed certificate for one name. */
export function selfSigned(name: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  try {
    execFileSync(
      "openssl",
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout ${key} -out ${cert}`.split(
        " ",
      ),
      { stdio: "ignore" },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
