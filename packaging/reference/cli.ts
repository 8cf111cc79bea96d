// `npm run reference`: writes docs/reference.md from the comments in providers/, and from the schema of the stack's configuration the
// table in README.md, the declarations in Pulumi.yaml and the schema for editors.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { markdown } from "./markdown.ts";
import { sections } from "./sections.ts";
import { withDeclarations, withTable } from "./stack-documents.ts";
import { stackFileSchema } from "./stack-schema.ts";

const root = join(import.meta.dirname, "../..");
const rewrite = (file: string, change: (text: string) => string) =>
  writeFileSync(join(root, file), change(readFileSync(join(root, file), "utf8")));

writeFileSync(join(root, "docs/reference.md"), markdown(sections(join(root, "providers"))));
rewrite("README.md", withTable);
rewrite("Pulumi.yaml", withDeclarations);
const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
writeFileSync(join(root, "configuration/stack.schema.json"), `${JSON.stringify(stackFileSchema(name), null, 2)}\n`);
