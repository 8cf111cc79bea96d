// The stack's file of a shard: the fleet's own file with the hosts of the shard alone, and the secrets
// that they use. Encrypted values are taken over as they stand, with the salt or the key of the
// fleet's file, so that nothing is decrypted, and the same file comes out on every machine.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { hostOf } from "../../configuration/host.ts";
import type { Settings } from "../../configuration/settings.ts";
import { unlessAbsent } from "../stack/local-stacks.ts";
import type { Shard } from "./assignment.ts";
import type { FleetHost, StackFile } from "./inventory.ts";

type Values = Readonly<Record<string, unknown>>;

const sign = (base: string) => `# made by \`npm run fleet\` from Pulumi.${base}.yaml, which is the one to change`;

/** Writes the file where it is another one. One that a person has made is left, and an error. */
export function writeShardFile(folder: string, base: string, file: StackFile, shard: Shard<FleetHost>): void {
  const path = join(folder, `Pulumi.${shard.stack}.yaml`);
  const before = unlessAbsent(() => readFileSync(path, "utf8"));
  if (before !== undefined && !before.startsWith(sign(base)) && (parse(before) as Values | null)?.config !== undefined)
    throw new Error(
      `Pulumi.${shard.stack}.yaml was not made from Pulumi.${base}.yaml: somebody keeps that stack by its own file. Move the file away to have it made`,
    );
  const config = Object.entries(settingsOf(file.settings, shard.hosts)).map(([key, value]) => [
    key.includes(":") ? key : `${file.project}:${key}`,
    value,
  ]);
  // Where the fleet's file has no secrets it has no salt either, and the engine has made one here.
  const { encryptionsalt } = (parse(before ?? "") ?? {}) as Values;
  const all = { ...(encryptionsalt === undefined ? {} : { encryptionsalt }), ...file.rest };
  const text = `${sign(base)}\n${stringify({ ...all, config: Object.fromEntries(config) })}`;
  if (text !== before) writeFileSync(path, text, { mode: 0o600 });
}

/** The settings of the fleet for some of its hosts. A secret that none of them uses would be a complaint of the program. */
export function settingsOf(settings: Values, hosts: readonly FleetHost[]): Values {
  const plain = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, plainValue(value)]));
  const groups = (plain.groups ?? {}) as Readonly<Record<string, Settings>>;
  const whole = hosts.map((host) => hostOf(plain as Settings, groups[host.group ?? ""] ?? {}, host as never));
  const { ldapBindPassword, tlsKey, hostSecrets, accountPasswords, ...others } = settings;
  const shared = [plain, ...Object.values(groups)].flatMap(({ accounts = [] }: Settings) => accounts);
  const accounts = [...shared, ...whole.flatMap((host) => host.accounts)];
  const logins = accounts.map(({ name, realm }) => (realm === undefined ? name : `${name}@${realm}`));
  const names = hosts.map(({ name }) => name);
  const all = {
    ...others,
    hosts,
    ldapBindPassword: whole.some(({ ldap }) => ldap?.bindDn !== undefined) ? ldapBindPassword : undefined,
    tlsKey: whole.some(({ tls }) => tls?.certificate !== undefined) ? tlsKey : undefined,
    hostSecrets: partOf("hostSecrets", hostSecrets, names),
    accountPasswords: partOf("accountPasswords", accountPasswords, logins),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Some members of an object of secrets; `undefined` where it has none of them. */
function partOf(key: string, secrets: unknown, names: readonly string[]): unknown {
  if (secrets === undefined) return undefined;
  if (typeof secrets !== "object" || secrets === null || "secure" in secrets)
    throw new Error(
      `${key} is one secret as a whole, so no part of it can be given to a shard: set its parts with \`pulumi config set --secret --path\``,
    );
  const members = Object.entries(secrets).filter(([name]) => names.includes(name));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** A value that was set without a path stands in the file as JSON. */
function plainValue(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
