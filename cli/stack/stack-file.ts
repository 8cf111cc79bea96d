// The stack's file, where the engine refuses it before the program starts: it names neither the file
// nor what to do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { type Checkout, unlessAbsent } from "./local-stacks.ts";

/** The types of Pulumi.yaml's declarations, with the words of our own messages. */
const words = { array: "a list", object: "an object", boolean: "true or false", number: "a number", string: "text" };
type Kind = keyof typeof words;

interface Project {
  readonly name: string;
  readonly config: Readonly<Record<string, { readonly type: Kind }>>;
}

/** Why the engine cannot use `Pulumi.<stack>.yaml`; `undefined` where no reason is found. */
export function stackFileProblem(stack: string, { project }: Checkout): string | undefined {
  const file = `Pulumi.${stack}.yaml`;
  const text = unlessAbsent(() => readFileSync(join(project, file), "utf8"));
  if (text === undefined) return undefined;
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  // Its first line has place and reason, the others show the text, which may be a secret.
  if (error !== undefined) return `${file} is no valid YAML: ${error.message.split("\n")[0]?.replace(/:$/, "")}`;
  const { config } = (document.toJS() ?? {}) as { readonly config?: Readonly<Record<string, unknown>> };
  const { name, config: declared } = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as Project;
  for (const [full, value] of Object.entries(config ?? {})) {
    const key = full.replace(`${name}:`, "");
    const kind = declared[key]?.type;
    if (kind === undefined || isOf(kind, value)) continue;
    return `${file}: ${key} must be ${words[kind]}: take it away with \`npm run pulumi -- config rm ${key}\`, and set it ${wayToSet(key, kind)}`;
  }
  return undefined;
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === "string" || (typeof value === "object" && value !== null && "secure" in value)) return true;
  if (typeof value === "string") {
    try {
      return isOf(kind, JSON.parse(value));
    } catch {
      return false;
    }
  }
  const found = Array.isArray(value) ? "array" : typeof value;
  return found === kind;
}

/** A list or an object is set part by part, or by hand. */
function wayToSet(key: string, kind: Kind): string {
  if (kind === "array") return `by \`config set --path '${key}[0]…'\`, or in the file`;
  if (kind === "object") return `by \`config set --path '${key}.…'\`, or in the file`;
  return `by \`npm run pulumi -- config set ${key}\``;
}
