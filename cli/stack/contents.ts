// What the commands about hosts read of a stack: the hosts of its configuration, and its state.
import { projectRoot } from "../paths.ts";
import type { Checkpoint, Named } from "../status-in-state.ts";
import type { StackReader } from "./reader.ts";

type Asking = Pick<StackReader, "ask">;

/** The hosts of the stack's configuration, in its order, and behind them those of its `hostsFile`. */
export async function hostsOf(reader: Asking): Promise<readonly Named[]> {
  const { listed, file, inFile } = await hostPlaces(reader);
  if (file !== undefined && inFile === undefined)
    throw new Error(`hostsFile: ${file} cannot be read as a list of hosts: npm run pulumi -- preview says why`);
  return [...listed, ...(inFile ?? [])];
}

interface HostPlaces {
  readonly listed: readonly Named[];
  /** The `hostsFile`. */
  readonly file?: string;
  readonly inFile?: readonly Named[];
}

/** The hosts by where they stand; `inFile` is absent where the file cannot be read. */
export async function hostPlaces(reader: Asking): Promise<HostPlaces> {
  const { objectValue: listed } = (await reader.ask("config", "get", "hosts", "--json")) as { objectValue: Named[] };
  const { value } = (await reader.ask("config", "get", "hostsFile", "--json")) as { value?: string };
  if (!value) return { listed };
  // They load Pulumi's SDK, which most stacks do not need here.
  const [{ hostsIn }, { hostsSchema }] = await Promise.all([
    import("../../configuration/hosts-file.ts"),
    import("../../configuration/schema.ts"),
  ]);
  const found = hostsIn(value, projectRoot, hostsSchema);
  return { listed, file: value, ...("wrong" in found ? {} : { inFile: found.hosts as readonly Named[] }) };
}

/** The stack's state, with its secrets encrypted. */
export async function checkpointOf(reader: Asking): Promise<Checkpoint> {
  return (await reader.ask("stack", "export")) as Checkpoint;
}
