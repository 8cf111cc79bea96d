// Logs in from this machine to a host's port with Python's smtplib: a client that is none of our code.
import { connect } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../lab/paths.ts";

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly mechanism?: "PLAIN" | "LOGIN";
  /** From the first byte, or after STARTTLS. */
  readonly tls?: boolean | "starttls";
  /** PEM: the certificate must be signed by it, and hold for `name`. Without it nothing is verified. */
  readonly authority?: string;
  readonly name?: string;
  /** A recipient to name after the login, or without one. */
  readonly recipient?: string;
  /** A message for that recipient, if it is accepted. */
  readonly message?: string;
  /** The sender that goes before it; else somebody from elsewhere. */
  readonly sender?: string;
}

export interface LoginAnswer {
  readonly offered: string[];
  /** What was offered before STARTTLS. */
  readonly offeredBefore?: string[];
  /** SHA-256 of the server's certificate, in hexadecimal digits. */
  readonly fingerprint?: string;
  /** "TLSv1.3" */
  readonly version?: string;
  readonly code: number;
  readonly text: string;
  readonly recipientCode?: number;
  readonly messageCode?: number;
}

export async function smtplib(login: Login): Promise<LoginAnswer> {
  const { stdout } = await execa("python3", [join(projectRoot, "test/support/mail-client.py")], {
    input: JSON.stringify({ mechanism: "LOGIN", ...login }),
  });
  return JSON.parse(stdout) as LoginAnswer;
}

/** Whether somebody accepts a TCP connection there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
    socket.on("timeout", () => settle(false));
  });
}
