// What the doctor looks at: one host, how it is reached, and what it should be.
import { describe, Failure } from "../../providers/core/failure.ts";
import type { Connection } from "../../providers/host/connection-schema.ts";
import { Hosts } from "../../providers/host/hosts.ts";
import { dialogueFromHere, knockFromHere } from "../../providers/host/outside.ts";
import { mailHostRecipe } from "../../providers/recipe/mail-host.ts";
import { addressForClients, type MailHostSettings } from "../../providers/recipe/settings.ts";
import type { Dialogue } from "../../providers/steps/smtp-dialogue.ts";
import { diagnose, type Finding, type LookingStack } from "./diagnosis.ts";

export interface Subject {
  /** As the stack's configuration or the command line has it. */
  readonly name: string;
  readonly connection: Connection;
  /** Plain values only. */
  readonly settings: Omit<MailHostSettings, "address" | "clientAddress">;
  /** Absent where no stack is looked at. */
  readonly stack?: LookingStack;
}

export interface Examined {
  readonly name: string;
  /** "root@192.0.2.1:22" */
  readonly host: string;
  readonly release: string;
  readonly findings: readonly Finding[];
  /** What the ports answer to a connection from here, one sentence each. */
  readonly fromHere: readonly string[];
}

/** A host that could not be looked at. */
export interface Unseen {
  readonly name: string;
  readonly failed: string;
}

/** Changes nothing. `warn` gets what a read has to say besides its result. */
export async function examine(subject: Subject, warn: (line: string) => void): Promise<Examined> {
  const { name, connection, settings, stack } = subject;
  const host = new Hosts().of(connection);
  host.tellTo(Object.assign(warn, { warn, delivered: async () => {} }));
  try {
    const { release } = await host.machine();
    const recipe = mailHostRecipe({
      ...settings,
      address: connection.host,
      clientAddress: addressForClients(connection),
    });
    const findings = await diagnose(host, connection, recipe, stack);
    const looks = settings.outside === "not wanted" ? [] : portsOf(settings, connection.host);
    const fromHere = await Promise.all(
      looks.map((port) => ("mechanisms" in port ? dialogueFromHere(host, port) : knockFromHere(host, port.port))),
    );
    return { name, host: host.name, release, findings, fromHere: fromHere.map(({ words }) => words) };
  } finally {
    await host.close();
  }
}

/** The same, where an error is a result: the other hosts of a stack are looked at all the same. */
export async function tryToExamine(subject: Subject, warn: (line: string) => void): Promise<Examined | Unseen> {
  try {
    return await examine(subject, warn);
  } catch (error) {
    return { name: subject.name, failed: error instanceof Failure ? describe(error.parts) : messageOf(error) };
  }
}

/** A certificate that the host has made is not known here yet, so its port is only knocked at. */
function portsOf(
  { tls, smtps = true, submission = false }: Subject["settings"],
  address: string,
): (Dialogue | Pick<Dialogue, "port">)[] {
  const ports = [...(smtps ? [{ port: 465 }] : []), ...(submission ? [{ port: 587, startTls: true }] : [])];
  if (tls === undefined || tls.selfSigned) return ports;
  const { serverName = address, certificateAuthority } = tls;
  const authority = certificateAuthority === undefined ? {} : { certificateAuthority: String(certificateAuthority) };
  return ports.map((port) => ({ ...port, tls: { serverName: String(serverName), ...authority }, mechanisms: [] }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
