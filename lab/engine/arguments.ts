// What the lab must know of the CLI's arguments: does this command work on a stack, and does it say on which?

const onStack = new Set(
  "up update u preview pre refresh destroy down dn cancel config c import export logs state watch console".split(" "),
);

/** Sub-commands of `stack` that list, make or name stacks themselves. */
const stackItself = new Set(["init", "ls", "select", "rm", "unselect", "new", "help"]);

/**
 * @example needsStack(["up", "--yes"]) // true
 * @example needsStack(["stack", "ls"]) // false
 */
export function needsStack(args: string[]): boolean {
  if (args.includes("--help") || args.includes("-h")) return false;
  const [command = "", sub = ""] = args.filter((argument) => !argument.startsWith("-"));
  return command === "stack" ? !stackItself.has(sub) : onStack.has(command);
}

/**
 * The stack that a command names, without its organisation and project; `undefined` where it works on the selected one.
 *
 * @example stackIn(["up", "--stack", "organization/mail/staging"]) // "staging"
 * @example stackIn(["stack", "init", "mail1"]) // "mail1"
 */
export function stackIn(args: string[]): string | undefined {
  const flag = args.findIndex((argument) => /^(-s|--stack)(=|$)/.test(argument));
  const [command, sub, name] = args.filter((argument) => !argument.startsWith("-"));
  const value = args[flag]?.split("=")[1] ?? args[flag + 1];
  const named = flag >= 0 ? value : command === "stack" && stackItself.has(sub ?? "") ? name : process.env.PULUMI_STACK;
  return named?.split("/").at(-1);
}

/**
 * A destroy that runs the program refreshes before it, over the connections of the last `up`: a host whose key was rotated since could not
 * be destroyed. The resources look at the host themselves before they take anything back, so that refresh is left out unless it is asked for.
 *
 * @example withoutOldRefresh(["destroy", "--yes"]) // ["destroy", "--yes", "--refresh=false"]
 */
export function withoutOldRefresh(args: string[]): string[] {
  const command = args.find((argument) => !argument.startsWith("-"));
  const asked = args.some((argument) => /^(-r|--refresh)(=|$)/.test(argument));
  return !asked && ["destroy", "down", "dn"].includes(command ?? "") ? [...args, "--refresh=false"] : args;
}
