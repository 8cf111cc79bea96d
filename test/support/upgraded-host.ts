// A host and a state that an earlier version left, in a folder, under the code of this version.
import { type Protocol, protocolOf } from "../../providers/engine/protocol.ts";
import { Run } from "../../providers/engine/run.ts";
import type { Properties } from "../../providers/engine/state.ts";
import { withDefaults } from "../../providers/pulumi/defaults.ts";
import { stubOf } from "../../providers/pulumi/stub.ts";
import { plainValues, resolved } from "../../providers/recipe/entry.ts";
import { mailHostRecipe } from "../../providers/recipe/mail-host.ts";
import { definitionOf } from "../../providers/resources/catalogue.ts";
import { Authority } from "./authority.ts";
import { fixture } from "./fake-answers.ts";
import { type Folder, hostInFolder } from "./host-in-folder.ts";
import { type KeptResource, type KeptState, keptPassword } from "./kept-state.ts";

/** The mail host whose state was kept. */
export const recipe = mailHostRecipe({
  address: "mail.example.org",
  tls: { selfSigned: true, serverName: "mail.example.org" },
  submission: true,
  accounts: [{ name: "newsletter", password: keptPassword }],
  proof: { username: "alice", password: keptPassword },
});

/** What this version's program asks for, where the outputs of the other resources are as they were kept. */
export function askedToday({ resources }: KeptState, { name, kind, outputs }: KeptResource): Record<string, unknown> {
  const entry = recipe.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`the recipe has no ${name} any more`);
  const outputOf = (of: string, output: string) => resources.find((other) => other.name === of)?.outputs[output];
  const given = resolved(
    entry.inputs,
    plainValues((reference) => outputOf(reference.entry, reference.output)),
  );
  const { connection, transaction, hostName, resourceUrn } = outputs;
  return {
    ...withDefaults(definitionOf(kind).schema, given),
    ...{ connection, transaction, hostName, resourceUrn, __provider: stubOf(entry.kind) },
  };
}

/** Without our member. */
export const stockGroup = "root:x:0:\nsasl:x:45:\n";

/** A host as that version left it. */
export async function hostLeftBy(kept: KeptState): Promise<Folder> {
  const folder = await hostInFolder();
  for (const [path, text] of Object.entries(kept.added))
    folder.write(path, `${path === "/etc/postfix/master.cf" ? fixture(kept.debian, "master.cf") : ""}${text}`);
  for (const [name, content] of Object.entries(kept.memory))
    folder.write(`var/lib/sasl-mail-host/memory/${name}`, content);
  folder.write("/etc/postfix/tls/smtpd.pem", certificate());
  folder.write("etc/group", `${stockGroup.trimEnd()}postfix\n`);
  folder.program(
    "getent",
    'case $1 in services) exit 2 ;; passwd) echo there ;; *) grep "^$2:" "$ROOT/etc/$1" ;; esac',
  );
  folder.program("id", 'echo postfix $(grep :postfix "$ROOT/etc/group" | cut -d : -f 1)');
  folder.program("gpasswd", 'sed -i "s/^\\($3:.*:\\)$2\\$/\\1/" "$ROOT/etc/group"');
  return folder;
}

/** Key and certificate, as the options of the services name them. */
function certificate(): string {
  const authority = new Authority();
  const { key, certificate } = authority.issue("mail.example.org", 30);
  authority.forget();
  return key + certificate;
}

/** That host under this version, with the state that the engine keeps from one operation to the next. */
export class UpgradedHost {
  readonly #folder: Folder;
  readonly #kept: KeptState;
  readonly #resources: readonly KeptResource[];
  readonly #outputs = new Map<string, Properties>();

  constructor(folder: Folder, kept: KeptState, resources: readonly KeptResource[]) {
    this.#folder = folder;
    this.#kept = kept;
    this.#resources = resources;
    const { connection } = folder.host;
    for (const { name, outputs } of resources) this.#outputs.set(name, { ...outputs, connection });
  }

  /** The names of what a preview would show as an update; a replacement is an error. */
  async refresh(): Promise<string[]> {
    const protocol = this.#protocol();
    const due: string[] = [];
    for (const resource of this.#resources) {
      const { kind, id, name } = resource;
      const { props } = await protocol.read(kind, id, this.#stored(resource));
      if (props === undefined) throw new Error(`${name} is gone`);
      this.#outputs.set(name, props);
      const { changes, replaces } = await protocol.diff(kind, id, props, await this.#asked(protocol, resource));
      if (replaces.length > 0) throw new Error(`${name} would be replaced because of ${replaces}`);
      if (changes !== false) due.push(name);
    }
    return due.sort();
  }

  async update(due: readonly string[]): Promise<void> {
    const protocol = this.#protocol();
    for (const resource of this.#resources.filter(({ name }) => due.includes(name))) {
      const { kind, id, name } = resource;
      const asked = await this.#asked(protocol, resource);
      this.#outputs.set(name, (await protocol.update(kind, id, this.#stored(resource), asked)).outs);
    }
  }

  async delete(): Promise<void> {
    const protocol = this.#protocol();
    for (const resource of this.#resources.toReversed())
      await protocol.delete(resource.kind, resource.id, this.#stored(resource));
  }

  /** Each call is a run of its own. */
  #protocol(): Protocol {
    return protocolOf(new Run(undefined, this.#folder.hosts));
  }

  #stored({ name }: KeptResource): Properties {
    return this.#outputs.get(name) ?? {};
  }

  async #asked(protocol: Protocol, resource: KeptResource): Promise<Properties> {
    const asked = { ...askedToday(this.#kept, resource), connection: this.#folder.host.connection };
    const { inputs, failures } = await protocol.check(resource.kind, this.#stored(resource), asked);
    if (failures.length > 0) throw new Error(`${resource.name}: ${failures[0]?.reason}`);
    return inputs;
  }
}
