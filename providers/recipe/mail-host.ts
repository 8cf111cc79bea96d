// The recipe of a mail host: its resources with their inputs, and what each of them waits for. This
// is the only list of them. A new one is added here.
import { socketDirectoryIn } from "../resources/saslauthd/socket-directory.ts";
import { Computed, OutputOf, type RecipeEntry } from "./entry.ts";
import { accountResources, saslauthdInputs } from "./login-source.ts";
import { certificateInputs, packagesFor, postfixInputs, serviceResources } from "./mail-services.ts";
import { proofInputs } from "./proof.ts";
import type { MailHostSettings } from "./settings.ts";

/** In an order in which no entry stands before one that it waits for. */
export function mailHostRecipe(settings: MailHostSettings): readonly RecipeEntry[] {
  const { tls, mechanism = "pam", takeOverSaslauthd: takeOver = false } = settings;
  const socketDirectory =
    settings.socketDirectory ?? new Computed([new OutputOf("packages", "queueDirectory")], socketDirectoryIn);
  const serverName = tls?.serverName ?? settings.address;
  const accounts = accountResources(settings);
  const services = serviceResources(settings);
  const configuration = loadedBy(services, tls !== undefined);

  const packages: RecipeEntry = {
    kind: "SaslPackage",
    name: "packages",
    inputs: {
      packages: packagesFor(tls),
      saslauthd: { socketDirectory: settings.socketDirectory, mechanism, takeOver },
      postfix: postfixRequirements(settings, namesOf(services)),
      certificate: certificateRequirements(tls, serverName),
    },
    dependsOn: [],
    // They are read before the first change only; a later change of saslauthd, Postfix or the
    // certificate is no change of the packages.
    ignoreChanges: ["saslauthd", "postfix", "certificate"],
  };
  const certificate: RecipeEntry[] =
    tls === undefined
      ? []
      : [
          {
            kind: "TlsCertificate",
            name: "certificate",
            inputs: certificateInputs(tls, serverName),
            dependsOn: ["packages"],
          },
        ];
  const parts: RecipeEntry[] = [
    packages,
    { kind: "StatOverride", name: "socket-directory", inputs: { path: socketDirectory }, dependsOn: ["packages"] },
    { kind: "GroupMember", name: "postfix-in-sasl", inputs: {}, dependsOn: ["packages"] },
    ...accounts,
    {
      kind: "SaslauthdService",
      name: "saslauthd",
      inputs: saslauthdInputs(settings, socketDirectory),
      dependsOn: ["socket-directory", ...namesOf(accounts)],
    },
    ...certificate,
    { kind: "SmtpdConf", name: "smtpd-conf", inputs: {}, dependsOn: ["packages"] },
    ...services,
    {
      kind: "PostfixService",
      name: "postfix",
      inputs: { ...postfixInputs(settings), configuration },
      dependsOn: ["postfix-in-sasl", "saslauthd", ...namesOf(services), "smtpd-conf"],
    },
  ];
  const proof = { parts: namesOf(parts), configuration, socketDirectory, serverName };
  return [...parts, { kind: "AuthProof", name: "proof", inputs: proofInputs(settings, proof), dependsOn: ["postfix"] }];
}

/** The outputs of a mail host, each with the entry that has it. */
export const mailHostOutputs = {
  state: new OutputOf("postfix", "state"),
  transcript: new OutputOf("proof", "transcript"),
  provedAt: new OutputOf("proof", "provedAt"),
  versions: new OutputOf("packages", "versions"),
  release: new OutputOf("packages", "release"),
  ports: new OutputOf("proof", "seenListening"),
  mechanisms: new OutputOf("proof", "offered"),
  certificateExpires: new OutputOf("proof", "certificateExpires"),
} as const;

/** The configuration on the host that Postfix loads: when it changes, Postfix loads it again. */
function loadedBy(services: readonly RecipeEntry[], tls: boolean) {
  return {
    services: namesOf(services).map((name) => ({
      service: new OutputOf(name, "service"),
      chroot: new OutputOf(name, "chroot"),
      options: new OutputOf(name, "options"),
    })),
    mechanisms: new OutputOf("smtpd-conf", "mechList"),
    group: new OutputOf("postfix-in-sasl", "group"),
    ...(tls ? { certificate: new OutputOf("certificate", "fingerprint") } : {}),
  };
}

/**
 * What the recipe needs of a Postfix that is installed already. SaslPackage, the first resource,
 * refuses one that cannot provide it, before anything is changed.
 */
function postfixRequirements({ tls, options, outside, clientAddress }: MailHostSettings, services: readonly string[]) {
  return { services, options, tls: tls !== undefined, outside, address: clientAddress };
}

/** Likewise of the certificate files of a host. */
function certificateRequirements(tls: MailHostSettings["tls"], serverName: unknown) {
  const { certificateFile, keyFile } = tls ?? {};
  return certificateFile === undefined || keyFile === undefined ? undefined : { certificateFile, keyFile, serverName };
}

function namesOf(entries: readonly RecipeEntry[]): string[] {
  return entries.map(({ name }) => name);
}
