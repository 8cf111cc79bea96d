// What to do where something is missing on a host that a package brings.

/** A stack's own program has the packages and the order; a program of one's own must give both. */
export function packageAdvice(name: string): string {
  return `it comes with the package ${name}: somebody has removed that since, or a run with --target or --exclude has left it out. Run \`pulumi up\` without these, which installs it. In a program of your own let this resource depend on a SaslPackage with ${name} (dependsOn)`;
}

/** The users and groups that packages make, by the package; any other is the operator's own. */
const makers: Readonly<Record<string, string>> = { postfix: "postfix", sasl: "sasl2-bin" };

export function accountAdvice(kind: "user" | "group", name: string): string {
  const maker = makers[name];
  if (maker !== undefined) return packageAdvice(maker);
  const command = kind === "user" ? "adduser --system" : "addgroup --system";
  return `correct the name ${name} in the program, or make the ${kind} on the host (${command} ${name}); then run the same command again`;
}
