// Checks a port from the machine that runs this program, directly and not through SSH: connect, TLS
// with name and chain, EHLO. No login.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Dialogue, OutsideResult } from "../steps/smtp-dialogue.ts";
import type { Host } from "./host.ts";
import { clientOn, completed, quit, type Seen } from "./smtp-client.ts";

/**
 * Limits for the connect and for the whole check: a firewall that drops packets sends no answer,
 * and a slow reverse look-up of the client's address delays the banner.
 */
const seconds = { connect: 5, all: 20 } as const;

/**
 * What the port does is a result and never an error: the caller decides what it means. Rejects only
 * where SSH cannot reach the host.
 */
export function dialogueFromHere(host: Host, dialogue: Dialogue): Promise<OutsideResult> {
  return connectFromHere(host, dialogue.port, (address) => runDialogueFromHere(address, dialogue));
}

/** The same without SMTP: whether the port accepts a connection. */
export function knockFromHere(host: Host, port: number): Promise<OutsideResult> {
  return connectFromHere(host, port, async (address) => {
    (await connected(address, port)).destroy();
    return "somebody accepts connections";
  });
}

async function connectFromHere(
  host: Host,
  port: number,
  ask: (address: string) => Promise<string>,
): Promise<OutsideResult> {
  const { address, sshPort, direct } = await host.endpoint();
  if (!direct)
    return {
      answers: "not known",
      words: `from here port ${port} was not looked at: the host is reached through a jump host`,
    };
  const found = await withinTime(ask(address)).then(
    (words) => ({ answers: "yes", words: `from here port ${port} of ${address} answers: ${words}` }) as const,
    (error: Error) => ({ answers: "no", words: `from here port ${port} of ${address}: ${error.message}` }) as const,
  );
  if (found.answers === "yes" || sshPort === 22) return found;
  return {
    answers: "not known",
    words: `${found.words}; SSH is on port ${sshPort}, so a router may stand in between and lead other ports elsewhere`,
  };
}

async function runDialogueFromHere(address: string, dialogue: Dialogue): Promise<string> {
  const socket = await connected(address, dialogue.port);
  const seen: Seen = { transcript: [], refused: [] };
  const { login, envelopes, noAuth, ...look } = dialogue;
  const client = clientOn(socket, look, seen);
  try {
    await completed(client, (done) => client.connect(done));
    await quit(client);
    const banner = seen.transcript.find((line) => line.startsWith("S: 220"))?.slice("S: 220 ".length) ?? "";
    return `${banner}${seen.certificate === undefined ? "" : ", with its certificate"}`;
  } finally {
    client.close();
    socket.destroy();
  }
}

async function connected(address: string, port: number): Promise<Socket> {
  const socket = connect({ host: address, port });
  const timer = setTimeout(
    () => socket.destroy(new Error(`no answer to a connect within ${seconds.connect} s, as where a firewall drops it`)),
    seconds.connect * 1000,
  );
  try {
    await once(socket, "connect");
    return socket;
  } finally {
    clearTimeout(timer);
  }
}

function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the dialogue did not end within ${seconds.all} s`)),
      seconds.all * 1000,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
