// What a demo without a host plays on: an SSH server of this process, whose host is a folder, and a stack of two resources that are files alone.
// The server is that of the unit tests. Packages, daemons and a login are not there, so nothing that needs them is shown.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineEnvironment } from "../../cli/engine/environment.ts";
import type { Engine } from "../../cli/engine/source.ts";
import { hostInFolder } from "../../test/support/host-in-folder.ts";
import { movedRequests } from "../../test/support/moved-requests.ts";
import { beginStack } from "../engine/new-stack.ts";
import { projectRoot } from "../paths.ts";
import { type Pulumi, pulumiFor } from "./pulumi.ts";

const name = "in-folder";
const project = join(projectRoot, "lab", "demo", name);
/** As the package brings it. */
const stockMasterCf = join(projectRoot, "test", "unit", "fixtures", "debian13", "master.cf");

export interface FolderStage extends AsyncDisposable {
  readonly pulumi: Pulumi;
  /** A file of the host; `undefined` where none is. */
  read(path: string): string | undefined;
  write(path: string, content: string): void;
}

export async function setFolderStage(engine: Engine, folder: string): Promise<FolderStage> {
  const root = join(folder, "host");
  mkdirSync(root, { recursive: true });
  // whoever gets in is this user on this machine, so nobody else must know the password
  const password = randomBytes(24).toString("base64url");
  const host = await hostInFolder({ root, password, between: (command) => movedRequests(root, command) });
  host.write("/etc/postfix/master.cf", readFileSync(stockMasterCf, "utf8"));
  const stateFolder = join(folder, "state");
  mkdirSync(stateFolder, { recursive: true });
  const configFile = join(folder, `Pulumi.${name}.yaml`);
  const { host: address, port, user, hostKey } = host.connection;
  const connection = { host: address, port, user, password, hostKey };
  writeFileSync(configFile, JSON.stringify({ config: { [`${name}:connection`]: connection } }), { mode: 0o600 });
  const environment = { ...engineEnvironment(engine, { stateFolder }), PULUMI_CONFIG_PASSPHRASE: password };
  await beginStack({ name, project, folder, env: environment });
  return {
    pulumi: pulumiFor({ project, environment, at: ["--stack", name, "--config-file", configFile] }),
    read: host.read,
    write: host.write,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}
