// A host as an inventory names it: an entry of `hosts` in a stack's configuration.
import { z } from "zod";

/** The connection of an entry; what an inventory does not say is left to the defaults. */
export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKeyFile?: string;
  readonly sshConfigFile?: string;
  readonly hostKey?: string;
}

export interface InventoryHost {
  readonly name: string;
  readonly connection: Connection;
}

/** A port as an inventory writes it, in digits or as a number. */
export const portSchema = z.coerce.number().int().min(1).max(65535);

/**
 * Names for the hosts: the first label of each where those differ ("mail1" of mail1.example.org),
 * else the whole name with dashes.
 */
export function namesFor(hosts: readonly string[]): string[] {
  const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.includes(":");
  const short = hosts.map((host) => dashed(isAddress(host) ? host : (host.split(".")[0] ?? host)));
  return new Set(short).size === short.length ? short : hosts.map(dashed);
}

/** A name in the letters that `hosts[].name` has. */
export function dashed(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
