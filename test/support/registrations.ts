// What a program registers with the engine: the requests themselves, as the SDK sends them, without an engine.
import * as pulumi from "@pulumi/pulumi";

/** One resource as the engine hears of it, without what is empty. Other resources are named by their names. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly dependsOn: readonly string[];
  /** Input → the resources whose outputs it has. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly unknown[];
  /** A secret is an object with Pulumi's signature of one. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    getEntryList(): [string, unknown][];
    get(input: string): { getUrnsList(): string[] };
  };
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): unknown[];
  getAliasurnsList(): unknown[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface Monitor {
  registerResource(request: Request, callback: unknown): Promise<void>;
}

/** The output "mail1-certificate.fingerprint" has its own name as its value. */
const named = ["queueDirectory", "changedAt", "fingerprint", "chain"];

/** In the order of their names: the engine hears of resources as soon as their inputs are known. A resource's outputs are its inputs, and those of `named`. */
export async function registrationsOf(program: () => void): Promise<Partial<Registration>[]> {
  await pulumi.runtime.setMocks({
    call: ({ inputs }) => inputs,
    newResource: ({ name, inputs }) => ({
      id: name,
      state: { ...inputs, ...Object.fromEntries(named.map((output) => [output, `${name}.${output}`])) },
    }),
  });
  const requests: Request[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    requests.push(request);
    await register(request, callback);
  };
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  const registrations = requests.map(registrationIn).filter(({ type }) => type !== "pulumi:pulumi:Stack");
  return registrations.sort((one, other) => (one.name < other.name ? -1 : 1)).map(withoutEmpty);
}

function registrationIn(request: Request): Registration {
  const { __provider, ...inputs } = request.getObject().toJavaScript();
  const properties = request.getPropertydependenciesMap();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: nameIn(request.getParent()),
    dependsOn: request.getDependenciesList().map(nameIn).sort(),
    propertyDependencies: Object.fromEntries(
      properties
        .getEntryList()
        .map(([input]) => [input, properties.get(input).getUrnsList().map(nameIn).sort()] as const)
        .filter(([, names]) => names.length > 0)
        .sort(),
    ),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [...request.getAliasesList(), ...request.getAliasurnsList()],
    inputs,
  };
}

function withoutEmpty(registration: Registration): Partial<Registration> {
  return Object.fromEntries(Object.entries(registration).filter(([, value]) => Object.keys(value).length > 0));
}

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
