// What `npm run pulumi` must know of the CLI's arguments: whether the command works on a stack, on
// which one, and whether it needs a passphrase.

const onStack = new Set(
  "up update u preview pre refresh destroy down dn cancel config c import export logs state watch console".split(" "),
);

const runs = new Set("up update u preview pre refresh destroy down dn".split(" "));

/** Sub-commands of `stack` that list, make, name or remove stacks themselves. */
const stackItself = new Set(["init", "new", "ls", "select", "rm", "unselect", "help"]);

/**
 * Flags of the CLI whose value may be a separate word, which is then no command and no name: the
 * global ones, and those that commands on stacks have. The CLI takes the latter before the command,
 * too.
 */
const withValue = new Set(
  [
    "--color --cwd -C --memprofilerate --otel-traces --profiling --tracing --tracing-header --verbose -v",
    "--stack -s --config-file --secrets-provider --copy-config-from --teams",
  ].flatMap((line) => line.split(" ")),
);

/** The words that are neither flags nor the value of a flag: command, sub-command, name. */
function words(args: readonly string[]): string[] {
  return args.filter((argument, index) => !argument.startsWith("-") && !withValue.has(args[index - 1] ?? ""));
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/**
 * @example needsStack(["up", "--yes"]) // true
 * @example needsStack(["stack", "ls"]) // false
 */
export function needsStack(args: readonly string[]): boolean {
  const [command = "", sub = ""] = words(args);
  return !asksForHelp(args) && (command === "stack" ? !stackItself.has(sub) : onStack.has(command));
}

/**
 * Whether the command looks at hosts or changes them.
 *
 * @example isRun(["up", "--yes"]) // true
 * @example isRun(["stack", "export"]) // false
 */
export function isRun(args: readonly string[]): boolean {
  const [command = ""] = words(args);
  return !asksForHelp(args) && runs.has(command);
}

/**
 * Whether the command reads or writes secrets, or makes a stack that will have some.
 *
 * @example needsPassphrase(["stack", "init", "mail1"]) // true
 * @example needsPassphrase(["stack", "rm", "mail1"]) // false: works after the passphrase was lost
 */
export function needsPassphrase(args: readonly string[]): boolean {
  const [command = "", sub = ""] = words(args);
  const makes = sub === "init" || sub === "new" || (sub === "select" && /(^| )(-c|--create)\b/.test(args.join(" ")));
  const makesStack = command === "stack" && makes && !asksForHelp(args);
  return makesStack || (needsStack(args) && command !== "cancel");
}

/**
 * The stack that a command names, without its organisation and project; `undefined` where it works
 * on the selected one.
 *
 * @example stackIn(["up", "--stack", "organization/mail/staging"]) // "staging"
 * @example stackIn(["stack", "init", "mail1"]) // "mail1"
 */
export function stackIn(args: readonly string[]): string | undefined {
  // The value of the short form may follow without a space: "-sdev".
  const flag = args.findIndex((argument) => /^(-s|--stack(=|$))/.test(argument));
  const [command, sub, name] = words(args);
  const written = args[flag] ?? "";
  const value = /^(-s|--stack)$/.test(written) ? args[flag + 1] : written.replace(/^(-s|--stack)=?/, "");
  const positional = command === "stack" && stackItself.has(sub ?? "") ? name : undefined;
  const named = flag >= 0 ? value : (positional ?? process.env.PULUMI_STACK);
  return named?.split("/").at(-1) || undefined;
}

/**
 * A destroy that runs the program first refreshes over the connections of the last `up`, so a host
 * whose key was rotated since could not be destroyed. The resources read the host themselves before
 * they roll anything back, so that refresh is left out unless it is requested.
 *
 * @example withoutOldRefresh(["destroy", "--yes"]) // ["destroy", "--yes", "--refresh=false"]
 */
export function withoutOldRefresh(args: readonly string[]): string[] {
  const [command = ""] = words(args);
  const asked = args.some((argument) => /^(-r|--refresh)(=|$)/.test(argument));
  return [...args, ...(!asked && ["destroy", "down", "dn"].includes(command) ? ["--refresh=false"] : [])];
}
